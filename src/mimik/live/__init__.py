"""Recognition of live streams: source and recognizer in, labels in time out."""
