"""What the robot tells about itself: metrics and logs, without personal data."""
