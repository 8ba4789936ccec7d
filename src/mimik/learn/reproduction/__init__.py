"""The paper's whole experiment on a study, side by side with the published figures."""
