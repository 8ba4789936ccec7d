"""From a trained recognizer to files for phones and browsers, and to runtimes that take microseconds."""
