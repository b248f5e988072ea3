"""Models of recognition: what there is, what is installed, and how it gets here."""
