"""Routes, a file for each page."""
