"""Odoo: leads, calendar and activities, by JSON-RPC (14 and later) or JSON-2 (19 and later)."""
