"""The simulated exchange: subscribers who speak real audio, and a line that reaches them without a PBX."""
