"""The audit trail: who changed what in a study, when and why, in a chain that shows any change of itself."""
