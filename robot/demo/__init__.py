"""The demonstration: the main job on simulated people, watched on a terminal, told in a report."""
