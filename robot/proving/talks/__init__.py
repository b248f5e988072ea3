"""What a client hears of the robot, measured on his side of the line: gaps, cut-offs, interruptions, calls at once."""
