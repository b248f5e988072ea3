"""No event loop may be left lying about by the plugins."""

from __future__ import annotations

import asyncio

# looptime asks the policy for the loop of tests that have none, and the policy then makes one that nobody closes.
asyncio.set_event_loop(None)
