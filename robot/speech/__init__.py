"""Recognition and synthesis that run on this machine."""
