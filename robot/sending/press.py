"""Printing in a process of its own: half a second of computing would be heard in the calls of this one, and a template
that never ends is ended. The process gets the job on its standard input, no secrets, and little of the machine.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from robot.crm.errors import BadDocument, BrokeOff
from robot.i18n import tr
from robot.sending.printing import BadTemplate, Job, Missing, Printed, printed

TIMEOUT_S = 120.0
CPU_S = 90
MEMORY = 2 * 1024**3
NICENESS = 10
AT_ONCE = 1
"""Printing processes of a node: the rest of the machine is for calls."""

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "XDG_CACHE_HOME", "PYTHONPATH", "FONTCONFIG_PATH", "LD_LIBRARY_PATH")


class Press(Protocol):
    async def printed(self, job: Job, *, pdf: bool = True) -> Printed:
        """Raises BadDocument for what is wrong with the template or the facts it needs; BrokeOff when the process died:
        of this machine's troubles, or of a template that is too much for the printer."""
        ...


class ProcessPress:
    """A new process for each job."""

    def __init__(self, *, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._free = asyncio.Semaphore(AT_ONCE)

    async def printed(self, job: Job, *, pdf: bool = True) -> Printed:
        async with self._free:
            answer = await self._run(json.dumps(order_of(job, pdf=pdf)).encode())
        made = decoded(answer)
        if made is None:
            raise trouble(job, answer)
        return made

    async def _run(self, order: bytes) -> Mapping[str, Any]:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "robot.sending.press",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # it may hold what is on the card
            env={name: value for name in _KEPT if (value := os.environ.get(name)) is not None},
        )
        try:
            async with asyncio.timeout(self._timeout_s):
                out, _ = await child.communicate(order)
        except TimeoutError:
            return {"bad": tr("печатается слишком долго", "it takes too long to print")}
        finally:
            if child.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
                await child.wait()
        try:
            answer: Mapping[str, Any] = json.loads(out)
        except ValueError:
            return {"died": child.returncode}
        return answer


def trouble(job: Job, answer: Mapping[str, Any]) -> BadDocument | BrokeOff:
    """What is said when nothing was printed."""
    if "missing" in answer:
        what = answer["missing"]
        return BadDocument(
            tr(f"для «{job.template}» в sending.yaml нужно: {what}", f"{job.template} needs {what} in sending.yaml"),
            remedy=tr("допишите и повторите: zvonar outbox retry", "add it, then zvonar outbox retry"),
            may_have_arrived=False,
        )
    if "bad" in answer:
        return BadDocument(
            tr(f"шаблон не печатается: {answer['bad']}", f"the template cannot be printed: {answer['bad']}"),
            remedy=tr(
                f"исправьте его (zvonar send preview {job.template}) и повторите: zvonar outbox retry",
                f"correct it (zvonar send preview {job.template}), then zvonar outbox retry",
            ),
            may_have_arrived=False,
        )
    return BrokeOff(
        tr(
            f"печать документа оборвалась ({answer.get('died')})",
            f"printing of the document broke off ({answer.get('died')})",
        ),
        remedy=tr("проверьте свободную память: zvonar send check", "look for free memory: zvonar send check"),
        may_have_arrived=False,
    )


def order_of(job: Job, *, pdf: bool) -> Mapping[str, Any]:
    """The job as plain data."""
    places = {"templates": job.templates, "files": job.files}
    texts = {name: None if place is None else str(place) for name, place in places.items()}
    return {"template": job.template, "facts": job.facts, "pdf": pdf, **texts}


def decoded(answer: Mapping[str, Any]) -> Printed | None:
    """None when nothing was printed."""
    made = answer.get("printed")
    return None if made is None else Printed(**{**made, "pdf": base64.b64decode(made["pdf"])})


def answer_to(order: Mapping[str, Any]) -> Mapping[str, Any]:
    """The work of the process; also for who may wait (the command line)."""
    places = {name: None if order[name] is None else Path(order[name]) for name in ("templates", "files")}
    try:
        made = printed(Job(order["template"], order["facts"], **places), pdf=order["pdf"])
    except Missing as error:
        return {"missing": str(error)}
    except BadTemplate as error:
        return {"bad": str(error)}
    return {"printed": {**asdict(made), "pdf": base64.b64encode(made.pdf).decode()}}


def _main() -> None:
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    json.dump(answer_to(json.load(sys.stdin.buffer)), sys.stdout)


if __name__ == "__main__":
    _main()
