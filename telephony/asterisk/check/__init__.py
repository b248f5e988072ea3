"""Whether everything a call needs is there, asked of Asterisk and of the machine, without ringing anybody."""
