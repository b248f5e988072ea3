"""Asterisk's manager interface: the port (`base`), what may go on the wire (`wire`), the connection (`client`)."""
