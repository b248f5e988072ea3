from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.unit.web.office import Office


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with Office() as running:
        yield running
