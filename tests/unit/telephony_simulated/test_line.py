"""What the simulated line does beyond the contract."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
import soundfile

from telephony.base import CallSpec, EndedBy
from telephony.errors import Congestion, DialError, LineDown, UnsafeValue
from telephony.simulated.condition import Condition
from telephony.simulated.line import SimulatedLine, SimulatedLineSettings
from telephony.simulated.subscriber import Said
from tests.contracts import people
from tests.contracts.people import ContractDirectory, share_of, tone
from tests.unit.telephony_simulated.puppet import is_loud

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime(noop_cycles=0)]


class Exchange:
    """A line that runs within `async with`."""

    def __init__(self, settings: SimulatedLineSettings | None = None) -> None:
        self.late_s: list[float] = []
        self.line = SimulatedLine(ContractDirectory(), settings, on_lateness=self.late_s.append)

    async def __aenter__(self) -> Exchange:
        self.running = asyncio.create_task(self.line.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.running.cancel()
        with suppress(asyncio.CancelledError):
            await self.running


async def test_a_full_exchange_is_congested_and_ringing_calls_count() -> None:
    async with Exchange(SimulatedLineSettings(channels=2)) as exchange:
        ringing = asyncio.create_task(exchange.line.dial(CallSpec(uuid4(), people.SLOW)))
        call = await exchange.line.dial(CallSpec(uuid4(), people.LISTENER))
        with pytest.raises(Congestion):
            await exchange.line.dial(CallSpec(uuid4(), people.LISTENER))
        await call.hang_up()
        async for _ in call.frames():
            pass
        await asyncio.sleep(0.02)
        await exchange.line.dial(CallSpec(uuid4(), people.LISTENER))
        ringing.cancel()


async def test_one_id_is_one_call() -> None:
    async with Exchange() as exchange:
        spec = CallSpec(uuid4(), people.LISTENER)
        call = await exchange.line.dial(spec)
        with pytest.raises(UnsafeValue):
            await exchange.line.dial(spec)
        assert call.ended is None


@pytest.mark.parametrize("ring_timeout_s", [0.0, -1.0, float("nan"), float("inf"), 601.0])
async def test_an_impossible_ring_timeout_is_refused(ring_timeout_s: float) -> None:
    async with Exchange() as exchange:
        with pytest.raises(UnsafeValue):
            await exchange.line.dial(CallSpec(uuid4(), people.LISTENER, ring_timeout_s=ring_timeout_s))


async def test_honest_caller_names_are_carried() -> None:
    async with Exchange() as exchange:
        for name in ("ООО «Ромашка»", "Smith & Sons", "Ромашка\u00a0плюс"):
            call = await exchange.line.dial(CallSpec(uuid4(), people.LISTENER, "+74951234567", name))
            await call.hang_up()


async def test_a_line_that_does_not_run_is_down_within_seconds() -> None:
    line = SimulatedLine(ContractDirectory())
    assert not (await line.health()).ok
    with pytest.raises(LineDown):
        await line.dial(CallSpec(uuid4(), people.LISTENER))
    assert 1 <= asyncio.get_running_loop().time() <= 10


async def test_stopping_the_line_ends_calls_and_ringing_and_it_may_run_again() -> None:
    exchange = Exchange()
    async with exchange:
        call = await exchange.line.dial(CallSpec(uuid4(), people.TALKER))
        ringing = asyncio.create_task(exchange.line.dial(CallSpec(uuid4(), people.SLOW)))
        frames = call.frames()
        await anext(frames)
    assert call.ended is not None
    assert call.ended.by is EndedBy.LINE
    async for frame in frames:
        assert frame.said
    with pytest.raises(LineDown):
        await ringing
    assert await exchange.line.live_calls() == frozenset()
    async with exchange:
        again = await exchange.line.dial(CallSpec(uuid4(), people.LISTENER))
        assert again.ended is None


async def test_ending_a_ringing_call_fails_its_dial() -> None:
    async with Exchange() as exchange:
        spec = CallSpec(uuid4(), people.SLOW)
        dialing = asyncio.create_task(exchange.line.dial(spec))
        await asyncio.sleep(1)
        assert spec.call_id in await exchange.line.live_calls()
        await exchange.line.end_call(spec.call_id)
        with pytest.raises(DialError):
            await dialing


async def test_both_sides_are_recorded_aligned_and_whole(tmp_path: Path) -> None:
    async with Exchange(SimulatedLineSettings(record_dir=tmp_path / "new")) as exchange:
        call = await exchange.line.dial(CallSpec(uuid4(), people.TALKER))
        call.play(tone(people.ROBOT_HZ, 0.5))
        count = 0
        async for _ in call.frames():
            count += 1
            if count == 77:
                await call.hang_up()
        samples, rate = soundfile.read(tmp_path / "new" / f"{call.call_id}.wav", dtype="int16")
    assert rate == 8000
    assert samples.shape == (77 * 160, 2)
    assert share_of(people.CLIENT_HZ, samples[:, 0].tobytes()) > 0.9
    assert share_of(people.ROBOT_HZ, samples[: 25 * 160, 1].tobytes()) > 0.9
    assert not is_loud(samples[26 * 160 :, 1].tobytes())


async def test_a_call_cut_by_the_line_leaves_a_readable_recording(tmp_path: Path) -> None:
    async with Exchange(SimulatedLineSettings(record_dir=tmp_path)) as exchange:
        call = await exchange.line.dial(CallSpec(uuid4(), people.TALKER))
        frames = call.frames()
        for _ in range(10):
            await anext(frames)
    samples, _ = soundfile.read(tmp_path / f"{call.call_id}.wav")
    assert len(samples) == 10 * 160


async def test_hints_to_nobody_are_harmless_and_lateness_is_told() -> None:
    async with Exchange() as exchange:
        exchange.line.told(uuid4(), Said("x", "y"))
        exchange.line.told("+74951110002", Said("x", "y"))
        call = await exchange.line.dial(CallSpec(uuid4(), people.SHORT_TALKER))
        exchange.line.told(call.call_id, Said("x", "y"))
        async for _ in call.frames():
            pass
        assert 49 <= len(exchange.late_s) <= 52
        assert max(exchange.late_s) < 0.001


async def test_a_telephone_colours_sound_but_keeps_it() -> None:
    condition = Condition(noise_rms=20.0)
    pcm = tone(700.0, 1.0)
    carried = condition.carry(pcm)
    assert len(carried) == len(pcm)
    assert carried != pcm
    difference = np.frombuffer(carried, "<i2").astype(float) - np.frombuffer(pcm, "<i2")
    signal_to_noise_db = 10 * np.log10(np.mean(np.frombuffer(pcm, "<i2").astype(float) ** 2) / np.mean(difference**2))
    assert 33 < signal_to_noise_db < 42, "A-law gives about 38 dB"
    silence = np.frombuffer(condition.carry(bytes(16000)), "<i2").astype(float)
    assert 10 < silence.std() < 40
    assert not is_loud(condition.carry(bytes(320)))
    extremes = np.array([-32768, 32767, 0, -1, 1], "<i2")
    alaw = np.frombuffer(Condition(noise_rms=0).carry(extremes.tobytes()), "<i2")
    assert list(alaw) == [-32256, 32256, 8, -8, 8]
    assert Condition(noise_rms=0, alaw=False).carry(pcm) == pcm
    loud = np.full(160, 32767, "<i2").tobytes()
    assert np.frombuffer(condition.carry(loud), "<i2").min() > 30000, "noise never wraps around"
