"""Imports, publications and test talks live on one node; another one says which, not that there is no such thing."""

from __future__ import annotations

import pytest

from tests.unit.web.office import BEARER, Office, error_of

pytestmark = pytest.mark.unit

FILE = "телефон;имя\n+7 495 123-45-67;Иван\n".encode()
AT = "/api/leads/imports?campaign=cold&name=leads.csv"
CSV = {**BEARER, "Content-Type": "text/csv"}


async def test_an_import_is_followed_where_it_was_begun() -> None:
    async with Office(node="a") as a, Office(a.store, node="b") as b:
        job = await (await a.client.post(AT, data=FILE, headers=CSV)).json()
        assert job["id"].endswith("~a")
        for path, method in ((job["id"], "GET"), (f"{job['id']}/rows", "GET"), (f"{job['id']}/start", "POST")):
            address = f"/api/leads/imports/{path}"
            assert (await a.client.request(method, address, headers=BEARER)).status < 300, address
            refused = await b.client.request(method, address, headers=BEARER)
            assert await error_of(refused) == (421, "elsewhere")
            assert " a," in (await refused.json())["error"]["message"]
        assert await error_of(await b.get("/api/leads/imports/nothing")) == (404, "unknown_import")


async def test_one_node_alone_has_plain_ids() -> None:
    async with Office() as office:
        job = await (await office.client.post(AT, data=FILE, headers=CSV)).json()
        assert "~" not in job["id"]
        assert (await office.get(f"/api/leads/imports/{job['id']}")).status == 200
