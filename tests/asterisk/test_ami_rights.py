"""The AMI user has what the robot needs (all tests beside this one dial with it) and nothing that reaches the machine:
asked of a real Asterisk, by somebody who has got hold of the robot's own secret."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from telephony.asterisk.ami.base import Ami, AmiEvent
from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.media import Direction, loss_of
from telephony.base import CallSpec
from telephony.errors import AmiRefused
from telephony.lab.settings import LabSettings
from tests.asterisk.conftest import patient, running
from tests.conftest import HANGS_S
from tests.contracts import people

pytestmark = pytest.mark.asterisk

FORBIDDEN = {
    "Command": {"Command": "core show version"},
    "GetConfig": {"Filename": "manager.conf"},
    "UpdateConfig": {"SrcFilename": "manager.conf", "DstFilename": "manager.conf", "Action-000000": "NewCat"},
    "ModuleLoad": {"Module": "app_system.so", "LoadType": "load"},
    "Reload": {},
    "DBPut": {"Family": "a", "Key": "b", "Val": "c"},
    "DialplanExtensionAdd": {"Context": "closed", "Extension": "1", "Priority": "1", "Application": "NoOp"},
    "UserEvent": {"UserEvent": "x"},
}
"""What would change the machine, read its secrets or its files, or make others believe something."""

TO_THE_SHELL = ("System", "TrySystem", "Exec", "TryExec", "AGI", "EAGI", "MixMonitor", "ExternalIVR")


@pytest.fixture
async def ami(lab: LabSettings) -> AsyncIterator[Ami]:
    ami = patient(lab).ami_client()
    work = asyncio.create_task(ami.run())
    await ami.connected(HANGS_S)
    yield ami
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work


async def test_what_the_robot_asks_is_granted(ami: Ami) -> None:
    assert (await ami.action("Ping")).ok
    assert (await ami.action("CoreShowChannels")).ok


@pytest.mark.parametrize("action", FORBIDDEN)
async def test_what_it_never_asks_is_refused(ami: Ami, action: str) -> None:
    with pytest.raises(AmiRefused):
        await ami.action(action, **FORBIDDEN[action])


@pytest.mark.parametrize("application", TO_THE_SHELL)
async def test_a_dial_leads_to_no_shell(ami: Ami, lab: LabSettings, application: str, tmp_path: Path) -> None:
    """An application that would run a program is refused before anything is dialed."""
    sign = tmp_path / "reached"
    reply = await ami.action(
        "Originate", Channel=f"Local/{people.TALKER}@closed", Application=application, Data=f"/usr/bin/touch,{sign}"
    )
    assert not reply.ok
    assert "Forbidden" in reply.message, reply.message
    assert not sign.exists()


async def test_data_that_would_be_evaluated_is_refused(ami: Ami) -> None:
    reply = await ami.action("Originate", Channel="Local/s@closed", Application="NoOp", Data="${SHELL(id)}${EVAL(x)}")
    assert not reply.ok


async def test_there_is_no_extension_to_dial_out_by(lab: LabSettings) -> None:
    """Whoever could send a call into our dial plan finds nothing in it that dials."""
    extensions = (lab.state("pbx") / "etc" / "extensions.conf").read_text()
    assert not re.search(r"\b(Dial|Originate|PJSIPDial|System|Exec\w*|TrySystem)\s*\(", extensions)


async def test_of_events_only_five_kinds_come(lab: LabSettings) -> None:
    """No numbers of others' calls by other ways: Newstate, DialBegin, VarSet, CDRs are not told."""
    settings = patient(lab)
    seen: list[AmiEvent] = []
    ami = settings.ami_client()
    ami.subscribe(seen.append)
    async with running(settings, ami) as line:
        await _talk(line)
    names = {event.name for event in seen if not event.name.startswith("-")}
    assert names - {"FullyBooted"} <= {"Newchannel", "Hangup", "OriginateResponse", "RTCPSent", "RTCPReceived"}
    assert "Newchannel" in names, "the test can fail"


async def test_asterisk_tells_what_of_the_sound_is_lost_and_writes_nothing_we_would_not(lab: LabSettings) -> None:
    settings = patient(lab)
    ami, told = settings.ami_client(), dict[Direction, float]()
    both = asyncio.Event()

    def note(event: AmiEvent) -> None:
        told.update([found] if (found := loss_of(event, settings.trunk)) is not None else [])
        if set(told) == set(Direction):
            both.set()

    ami.subscribe(note)
    async with running(settings, ami) as line, asyncio.timeout(HANGS_S):
        call = await line.dial(CallSpec(uuid4(), people.TALKER))
        await both.wait()
        await call.hang_up()
    assert all(share < 0.5 for share in told.values()), "over loopback"
    assert ami.state.malformed == 0


async def _talk(line: AsteriskLine) -> None:
    call = await line.dial(CallSpec(uuid4(), people.TALKER))
    await call.hang_up()
