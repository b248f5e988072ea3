"""What is kept about a client beyond the call: card, stage, meetings, tasks for managers; and how leads come in."""
