"""The robot's own CRM: leads, stages, tasks, managers and calendars in its database."""
