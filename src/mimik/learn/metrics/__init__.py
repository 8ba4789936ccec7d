"""Figures of recognition and of agreement: arrays in, numbers out."""
