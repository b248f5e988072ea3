"""The Asterisk line: dialing over the manager interface (AMI), audio over AudioSocket."""
