"""The application as files: any address is its page, assets are kept for ever, and nothing else leaves the folder."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from gzip import compress, decompress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from robot.web.static_files import POLICY, StaticFiles

pytestmark = pytest.mark.unit

SCRIPT = b"console.log('Zvonar');" * 100


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    built = tmp_path / "static"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html>страница", encoding="utf-8")
    (built / "assets" / "index-abc.js").write_bytes(SCRIPT)
    (built / "assets" / "index-abc.js.gz").write_bytes(compress(SCRIPT))
    (tmp_path / "secret").write_text("secret")
    app = web.Application()
    app.add_routes(StaticFiles(built).routes)
    client: TestClient[Any, Any] = TestClient(TestServer(app), auto_decompress=False)
    await client.start_server()
    try:
        yield client
    finally:
        await client.close()


@pytest.mark.parametrize("path", ["/", "/today", "/calls/17?period=7d", "/scripts/cold_call/edit", "/index.html"])
async def test_every_address_of_a_page_is_the_application(site: TestClient[Any, Any], path: str) -> None:
    response = await site.get(path)
    assert (response.status, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert await response.text() == "<!doctype html>страница"
    assert response.headers["Cache-Control"] == "no-cache", "or nobody gets a new version"


async def test_assets_are_kept_for_ever_and_are_sent_compressed(site: TestClient[Any, Any]) -> None:
    response = await site.get("/assets/index-abc.js", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert decompress(await response.read()) == SCRIPT
    plain = await site.get("/assets/index-abc.js", headers={"Accept-Encoding": "identity"})
    assert await plain.read() == SCRIPT
    assert plain.headers["Vary"] == "Accept-Encoding"


async def test_a_file_that_is_known_is_not_sent_again(site: TestClient[Any, Any]) -> None:
    first = await site.get("/")
    again = await site.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


@pytest.mark.parametrize("path", ["/assets/old-123.js", "/api/nothing", "/hooks/x"])
async def test_no_page_is_given_where_a_file_or_the_api_is_meant(site: TestClient[Any, Any], path: str) -> None:
    assert (await site.get(path)).status == 404


@pytest.mark.parametrize(
    "path", ["/../secret", "/assets/../../secret", "/%2e%2e/secret", "/assets/%2e%2e%2f%2e%2e%2fsecret"]
)
async def test_no_path_leads_out_of_the_folder(site: TestClient[Any, Any], path: str) -> None:
    response = await site.session.get(URL(str(site.make_url("/"))[:-1] + path, encoded=True))
    assert "secret" not in await response.text()


async def test_pages_run_only_our_scripts(site: TestClient[Any, Any]) -> None:
    for path in ("/", "/assets/index-abc.js"):
        headers = (await site.get(path)).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
    assert "script-src 'self';" in POLICY
    assert "default-src 'none'" in POLICY


async def test_a_new_build_is_served_by_the_running_service(site: TestClient[Any, Any], tmp_path: Path) -> None:
    assert (await site.get("/assets/index-new.js")).status == 404
    (tmp_path / "static" / "assets" / "index-new.js").write_bytes(SCRIPT)
    page = tmp_path / "static" / "index.html"
    page.write_text("новая", encoding="utf-8")
    os.utime(page, ns=(1, 1))
    assert (await site.get("/assets/index-new.js")).status == 200


async def test_without_the_build_it_says_how_to_make_it(tmp_path: Path) -> None:
    app = web.Application()
    app.add_routes(StaticFiles(tmp_path).routes)
    async with TestClient(TestServer(app)) as client:
        response = await client.get("/")
        assert response.status == 503
        assert "make ui" in await response.text()
