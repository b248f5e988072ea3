"""What the calls add up to: outcomes, meetings, and how many people each phrase of a script lost."""
