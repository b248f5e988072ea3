"""The HTTP side: pages and API for people, health and metrics for machines."""
