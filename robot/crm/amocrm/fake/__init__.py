"""An amoCRM account to practise on: API v4, OAuth, limits, files, webhooks; everything in memory."""
