"""CRM connectors on trial: many calls go out through a real outbox to a fake with bad days, and all is counted."""
