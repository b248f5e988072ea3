"""What holds of every connector whose tokens change: its `stand` is authorized, and its fake counts renewals."""

from __future__ import annotations

from typing import Any

import pytest

from robot.crm.errors import Unreachable
from robot.crm.http import Answer, Request, Wire


class Emptied:
    """Exchanges of tokens are answered with nothing."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    async def send(self, request: Request) -> Answer:
        exchanges = "/oauth" in request.url
        return Answer(200, b"{}") if exchanges else await self.wire.send(request)

    async def close(self) -> None:
        await self.wire.close()


class TokensContract:
    async def test_an_answer_without_tokens_does_not_cost_those_there_are(self, stand: Any) -> None:
        before = (stand.data_dir / "tokens.json").read_text()
        stand.fake.expire()
        connector = stand.connector(Emptied)
        with pytest.raises(Unreachable):
            await connector.check()
        await connector.close()
        assert (stand.data_dir / "tokens.json").read_text() == before

    async def test_a_token_that_has_run_out_is_renewed_once_for_all(self, stand: Any) -> None:
        first, second = stand.connector(), stand.connector()
        await first.check()
        await second.check()
        stand.fake.expire()
        await first.check()
        await second.check()
        assert stand.fake.renewed == 2
        assert (stand.data_dir / "tokens.json").stat().st_mode & 0o777 == 0o600
        await first.close()
        await second.close()
