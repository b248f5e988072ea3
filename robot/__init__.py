"""WHOM, WHEN and WHY to call: the application around telephony and the dialog scripts."""
