"""Any system: what a call came to, sent to an address as signed JSON."""
