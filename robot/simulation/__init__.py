"""A day of the robot on a virtual clock: the real dialer and the real store, people who answer by chance, and an
auditor who trusts neither."""
