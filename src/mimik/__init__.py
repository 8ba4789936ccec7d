"""A laboratory for facial expression with iPhones, iPads and other face trackers."""
