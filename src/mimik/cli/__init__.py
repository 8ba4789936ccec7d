"""The commands. Each is a file; heavy libraries are imported inside the command that needs them."""
