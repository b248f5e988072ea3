"""What is sent to clients after a call: letters with documents, SMS, messengers; from templates, exactly once.

A delivery of the outbox names what to send. Its text is printed in a process of its own from a template and the facts
of the call (facts.py, press.py), and goes out by a channel (mail.py, smpp.py, gateway.py, messenger.py). What became of
it is kept for the lead's card.
"""
