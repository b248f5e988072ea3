"""The composition root by area: how settings become engines, lines, calls and probes. Only robot.app imports it."""
