"""amoCRM (API v4): by a long-lived token, or as an integration (OAuth)."""
