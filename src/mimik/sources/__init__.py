"""Where frames come from: bytes in, ``Frame``s out."""
