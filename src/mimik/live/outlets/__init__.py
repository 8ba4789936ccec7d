"""Where recognitions go: other programs on this computer or network, and files."""
