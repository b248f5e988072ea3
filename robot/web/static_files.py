"""The browser application as files: one page for every address that is neither API nor file, and its assets.

Assets have a hash of their content in their names and are kept by browsers for ever; the page is asked for each time.
Both lie there compressed (tools/compress.mjs of the application does it when it is built): nothing is compressed while
calls run.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from robot.i18n import tr

BUILT = Path(__file__).parent / "static"
PAGE = "index.html"
ASSETS = "assets/"
FOR_EVER = "public, max-age=31536000, immutable"
EACH_TIME = "no-cache"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # Components place themselves by style attributes, and Mantine writes its variables into a style element.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=()",
}

_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_OURS = "(?!(?:api|hooks)/).*"
"""Not the API: there an address that is not known, or a method that is not, is told as such."""


class StaticFiles:
    """What was built, in this folder. Listed once for each build: what is not there is the application's page, and no
    path leads out of the folder."""

    def __init__(self, folder: Path = BUILT) -> None:
        self._folder = folder
        self._built_ns = -1
        self._names: frozenset[str] = frozenset()

    @property
    def routes(self) -> list[web.RouteDef]:
        """Last of all: they take whatever nobody else took."""
        return [web.get(f"/{{path:{_OURS}}}", self.serve)]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        names = self._listed()
        if path.startswith(ASSETS) and path not in names:
            raise web.HTTPNotFound  # no page under an asset's name: browsers would keep it for ever
        if path in names:
            return self._file(path, FOR_EVER if path.startswith(ASSETS) else EACH_TIME)
        if PAGE not in names:
            return _not_built()
        return self._file(PAGE, EACH_TIME)

    def _listed(self) -> frozenset[str]:
        """Anew when a new version was built or installed under the running service."""
        try:
            built_ns = (self._folder / PAGE).stat().st_mtime_ns
        except FileNotFoundError:
            return frozenset()
        if built_ns != self._built_ns:
            found = (path.relative_to(self._folder).as_posix() for path in self._folder.rglob("*") if path.is_file())
            self._names, self._built_ns = frozenset(found), built_ns
        return self._names

    def _file(self, name: str, caching: str) -> web.FileResponse:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        text = kind.startswith("text/") or kind in {"application/json", "image/svg+xml"}
        headers = {
            **HEADERS,
            "Cache-Control": caching,
            "Content-Type": f"{kind}; charset=utf-8" if text else kind,
            "Vary": "Accept-Encoding",
        }
        # aiohttp itself looks for NAME.br and NAME.gz beside the file, by what the browser takes, and answers 304.
        return web.FileResponse(self._folder / name, headers=headers)


def _not_built() -> web.Response:
    words = tr(
        "Страницы Звонаря не собраны. Выполните в папке проекта: make ui — и обновите эту страницу после перезапуска.",
        "Zvonar's pages are not built. Run in the project's folder: make ui; restart, and reload this page.",
    )
    body = f'<!doctype html><meta charset="utf-8"><title>Звонарь</title><p>{words}</p>'
    return web.Response(text=body, status=503, content_type="text/html", charset="utf-8", headers=dict(HEADERS))
