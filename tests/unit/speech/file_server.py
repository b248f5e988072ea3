"""A loopback web server that serves one file, with the faults of real ones on demand."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass
class FileServer:
    """cuts: after how many bytes of an answer the connection breaks, one entry per request; then it holds.
    ranges: the Range header of every request, "" when there was none."""

    content: bytes
    etag: str = '"one"'
    cuts: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    honours_ranges: bool = True
    wrong_part: bool = False
    ranges: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        asked = request.headers.get("Range", "")
        self.ranges.append(asked)
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        if request.headers.get("If-Range", self.etag) != self.etag or not self.honours_ranges:
            start = 0
        if start >= len(self.content) and start:
            return web.Response(status=416, headers={"Content-Range": f"bytes */{len(self.content)}"})
        body = self.content[start:]
        answer = web.StreamResponse(status=206 if start else 200, headers={"ETag": self.etag})
        if start:
            first = start - 1 if self.wrong_part else start
            answer.headers["Content-Range"] = f"bytes {first}-{len(self.content) - 1}/{len(self.content)}"
            self.wrong_part = False
        answer.content_length = len(body)
        await answer.prepare(request)
        if self.cuts:
            await answer.write(body[: self.cuts.pop(0)])
            await asyncio.sleep(0)
            assert request.transport is not None
            request.transport.close()
            return answer
        await answer.write(body)
        return answer

    async def start(self) -> TestServer:
        app = web.Application()
        app.router.add_get("/{name}", self.answer)
        server = TestServer(app, host="127.0.0.1")
        await server.start_server()
        return server
