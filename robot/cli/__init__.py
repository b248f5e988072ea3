"""The command `zvonar`."""
