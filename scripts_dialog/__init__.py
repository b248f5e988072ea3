"""WHAT to say: the dialog language and its engine. Pure Python: no asyncio, no SQL, no network."""
