"""Bitrix24: by an inbound webhook, or as an application (OAuth), which alone may log calls."""
