"""Encryption at rest: files that nobody reads without the study's passphrase or key file."""
