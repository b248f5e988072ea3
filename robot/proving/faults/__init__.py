"""The faults that `zvonar chaos` deals: each kind is one small module's, and a line in the registry."""
