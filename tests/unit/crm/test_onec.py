"""The contract of connectors on what 1C's documentation tells of its OData. No 1C was at hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import ValidationError

from tests.contracts.bad_input_contract import BadInputContract
from tests.contracts.connector_contract import Broken, ConnectorContract
from tests.unit.crm.onec_stand import Base, OnecStand

pytestmark = pytest.mark.unit


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[OnecStand]:
    base = Base()
    app = web.Application(client_max_size=4 * 2**20)
    app.router.add_route("*", "/base/odata/standard.odata/{path:.+}", base.take)
    async with TestServer(app) as server:
        yield OnecStand(str(server.make_url("/base/odata/standard.odata")), base, tmp_path)


class TestOnec(BadInputContract, ConnectorContract):
    names: ClassVar = {Broken.FIELD_RENAMED: "Catalog_Партнеры"}
    cannot_break = frozenset({Broken.STAGE_DELETED})
    knows_stages = False


async def test_an_object_that_is_not_published_is_named_by_the_check(stand: OnecStand) -> None:
    connector = stand.connector(meeting={"entity": "Document_Иное", "lead": "A_Key", "mark": "B"})
    found = await connector.check()
    await connector.close()
    assert ["Document_Иное" in problem for problem in found.problems] == [True]


def test_a_value_that_does_not_exist_is_refused_at_once(stand: OnecStand) -> None:
    with pytest.raises(ValidationError, match="there is no value"):
        stand.connector(call={"entity": "A", "lead": "A_Key", "mark": "B", "fields": {"Тема": "subject"}})
