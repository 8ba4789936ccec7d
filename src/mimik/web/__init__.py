"""The studio: web pages for participants, and for the person who runs the study."""
