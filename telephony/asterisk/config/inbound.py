"""The dial plan by which callers reach the robot. Pure.

The robot is asked who may enter; without it, or without its leave, the caller hears the busy tone unanswered, so that
the operator's own forwarding goes on. Five seconds bound the question: a robot that hangs keeps nobody in silence.
"""

from __future__ import annotations

from telephony.asterisk.config import values
from telephony.asterisk.config.model import Context
from telephony.asterisk.inbound import FROM_TRUNK

MODULES = ("func_channel", "func_timeout", "res_agi", "res_speech")
ASKING_S = 5


def inbound_context(host: str, port: int, path: str) -> Context:
    """Give it to a Pbx with `MODULES`, and to its trunk as `inbound_context`. host, port: where the robot listens for
    AGI; path: `telephony.asterisk.inbound.agi_path`. Raises UnsafeValue."""
    where = f"{values.host('the AGI address', host)}:{values.port('the AGI port', port)}"
    ask = (
        "Set(AGIEXITONHANGUP=yes)",
        f"Set(TIMEOUT(absolute)={ASKING_S})",
        f"AGI(agi://{where}/{values.name('the AGI path', path)})",
        "Set(TIMEOUT(absolute)=0)",
        'GotoIf($["${ADMIT}" != "yes"]?busy,1)',
        "Answer()",
        "AudioSocket(${TOKEN},${AUDIO})",
        "Hangup()",
    )
    return Context(
        FROM_TRUNK,
        (
            *_extension("_[+0-9]!", ask),
            *_extension("_[a-zA-Z][a-zA-Z0-9].", ask),  # a trunk we register with may call us by our user's name
            *_extension("s", ask),
            *_extension("busy", ("Hangup(17)",)),
            *_extension("T", ("Hangup(17)",)),
        ),
    )


def _extension(pattern: str, steps: tuple[str, ...]) -> list[str]:
    first, *rest = steps
    return [f"exten => {pattern},1,{first}", *(f" same => n,{step}" for step in rest)]
