"""WHAT to say: the dialog language and its engine. Pure Python: no asyncio, no SQL, no network.

    script = load_script(library.path("cold_call"))
    engine = Engine(script, Understanding.for_script(script))
    state, actions = engine.start(Context(now=..., variables={"lead": {"name": "Иван"}}))
    state, actions = engine.step(state, Heard("да, слушаю"))

Importing this is light; scikit-learn and the dictionaries load when an `Understanding` is made.
"""

from scripts_dialog import library
from scripts_dialog.checking import check, check_script
from scripts_dialog.engine import Engine
from scripts_dialog.findings import Finding, ScriptError, Severity, Text
from scripts_dialog.loading.loader import load_script, read_script
from scripts_dialog.meaning import IntentMatch, Meaning, Understands
from scripts_dialog.model import Script
from scripts_dialog.outcomes import Outcome
from scripts_dialog.state import Context, State
from scripts_dialog.understanding.intents import Understanding
from scripts_dialog.values import Expects, Slot, SlotRequest

__all__ = [
    "Context",
    "Engine",
    "Expects",
    "Finding",
    "IntentMatch",
    "Meaning",
    "Outcome",
    "Script",
    "ScriptError",
    "Severity",
    "Slot",
    "SlotRequest",
    "State",
    "Text",
    "Understanding",
    "Understands",
    "check",
    "check_script",
    "library",
    "load_script",
    "read_script",
]
