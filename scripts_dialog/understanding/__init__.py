"""From words to intents and values."""
