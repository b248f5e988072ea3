"""The words of the field as values: campaigns, leads, tasks, attempts, turns, meetings. Pure; time is an argument."""
