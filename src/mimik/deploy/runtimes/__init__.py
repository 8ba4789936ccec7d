"""Runtimes for exported files: one frame in microseconds."""
