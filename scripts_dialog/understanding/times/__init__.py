"""Spoken Russian dates and times.

`find` gives every reading of what was said, best first: one when it is clear, several when it must be asked back
(«во вторник или в среду»), none when no time is named or only refused ones («завтра не могу»). Times past are never
given; hours without a part of the day are working hours («в три» is 15:00); everything is in the client's zone.
"""

from scripts_dialog.understanding.times.find import BIAS, find
from scripts_dialog.understanding.times.mention import Mention, mentions
from scripts_dialog.understanding.times.resolve import Window, proposals

__all__ = ["BIAS", "Mention", "Window", "find", "mentions", "proposals"]
