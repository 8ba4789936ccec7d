"""The studio: pages for participants and for who runs the study."""
