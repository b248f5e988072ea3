"""/api/persons: a person is erased. His number travels in the body, never in the address, and is written down nowhere:
the journal names the certificate."""

from __future__ import annotations

from aiohttp import web

from robot.domain.access import Right
from robot.privacy.certificate import certificate_text
from robot.privacy.erasure import Eraser
from robot.privacy.ports import Certificate
from robot.web.body import read_model, read_query
from robot.web.endpoint import Endpoint, who
from robot.web.errors import NotFound
from robot.web.journal import note
from robot.web.schemas_persons import CertificateOut, CertificatesOut, CertificatesQuery, EraseIn
from robot.web.services import SERVICES, answer, number

PATIENCE_S = 25.0
"""A browser waits no longer for his call to end; asking again goes on."""


async def erase(request: web.Request) -> web.Response:
    given = await read_model(request, EraseIn)
    phone, eraser = number(given.phone), _eraser(request)
    if given.dry_run:
        return answer(_out(await eraser.look(phone, who=who(request))))
    done = await eraser.erase(phone, who=who(request), patience_s=PATIENCE_S)
    await note(request, "person_erased", subject=str(done.id))
    return answer(_out(done))


async def certificates(request: web.Request) -> web.Response:
    """The newest first."""
    asked = read_query(request, CertificatesQuery)
    found = await request.app[SERVICES].ports.certificates.certificates(limit=asked.limit)
    return answer(CertificatesOut(items=[_out(one) for one in found], next=""))


def _eraser(request: web.Request) -> Eraser:
    eraser = request.app[SERVICES].eraser
    if eraser is None:
        raise NotFound("no_robot", "здесь не работает робот", "no robot works here")
    return eraser


def _out(one: Certificate) -> CertificateOut:
    return CertificateOut(
        id=one.id,
        at=one.at,
        who=one.who,
        digest=one.digest,
        gone=dict(one.gone),
        kept=dict(one.kept),
        elsewhere=dict(one.elsewhere),
        text=certificate_text(one),
    )


_CERTIFICATE = {
    "id": 3, "at": "2026-11-23T09:00:00Z", "who": "Анна Петрова",
    "digest": "0b7f5a6e1c1c4a4e9a533f1f1f1f1f1f0b7f5a6e1c1c4a4e9a533f1f1f1f1f1f",
    "gone": {"leads": 1, "turns": 12, "recordings": 1, "files": 2}, "kept": {"calls": 2, "consents": 1},
    "elsewhere": {"bitrix24": "lead 902"}, "text": "Акт № 3 об удалении персональных данных…",
}  # fmt: skip

ENDPOINTS = (
    Endpoint("POST", "/api/persons/erase", erase, Right.ERASE_PEOPLE,
             "Erase all that is known of a person and never call him again; 409 while his call does not end", "Persons",
             body=EraseIn, answer=CertificateOut, example=_CERTIFICATE),
    Endpoint("GET", "/api/persons/certificates", certificates, Right.SEE_JOURNAL, "What was erased, without names",
             "Persons", query=CertificatesQuery, answer=CertificatesOut, example={"items": [_CERTIFICATE], "next": ""}),
)  # fmt: skip
