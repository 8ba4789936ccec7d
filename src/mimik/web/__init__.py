<<<<<<< HEAD
"""The studio: pages for participants and for who runs the study."""
=======
"""The studio: web pages for participants, and for the person who runs the study."""
>>>>>>> main
