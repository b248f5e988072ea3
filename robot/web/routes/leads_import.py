"""/api/leads/imports: a list as a file. It is read and tried out, each row tells what would become of it; then it is
imported, when somebody says so."""

from __future__ import annotations

from aiohttp import web

from robot.crm.csv_safe import csv_text
from robot.crm.import_jobs import ImportJob, ImportsBusy
from robot.crm.stages import Text
from robot.domain.access import Right
from robot.i18n import tr
from robot.web.body import read_body, read_query
from robot.web.endpoint import PRINCIPAL, Endpoint
from robot.web.errors import NotFound, TooMany
from robot.web.journal import note_by
from robot.web.placed import id_here, placed
from robot.web.schemas_leads import (
    ImportColumn,
    ImportOut,
    ImportQuery,
    ImportRow,
    ImportRowsOut,
    ImportRowsQuery,
)
from robot.web.services import SERVICES, answer, table

MOST_BYTES = 32 * 1024 * 1024
READ_WITHIN_S = 120.0
WAIT_S = 10


async def upload(request: web.Request) -> web.Response:
    """The file is the body: CSV (UTF-8, UTF-16, Windows-1251) or XLSX, up to 32 MB. Nothing is written yet."""
    asked = read_query(request, ImportQuery)
    services = request.app[SERVICES]
    campaign = await services.ports.campaigns.get(asked.campaign)
    content = await read_body(request, most=MOST_BYTES, within_s=READ_WITHIN_S)
    try:
        job = services.imports.begin(campaign, asked.name, content)
    except ImportsBusy:
        raise TooMany(WAIT_S) from None
    return answer(placed(request, _out(job)), 202)


async def show(request: web.Request) -> web.Response:
    return answer(placed(request, _out(_job(request))))


async def rows(request: web.Request) -> web.Response:
    """What becomes of each row, in the order of the file; nothing before all were tried out."""
    asked, job = read_query(request, ImportRowsQuery), _job(request)
    chosen = [row for row in job.rows if asked.kind is None or row.kind is asked.kind]
    start = int(asked.after or 0)
    some = chosen[start : start + asked.limit]
    more = len(chosen) > start + asked.limit
    items = [
        ImportRow(line=one.line, phone=one.phone, name=one.name, kind=one.kind, why=_said(one.why)) for one in some
    ]
    return answer(ImportRowsOut(items=items, next=str(start + asked.limit) if more else ""))


async def report(request: web.Request) -> web.Response:
    """The same as a table; numbers are masked."""
    header = (tr("строка", "line"), tr("номер", "number"), tr("имя", "name"), tr("что стало", "became"),
              tr("почему", "why"))  # fmt: skip
    lines = [(one.line, one.phone, one.name, _said(one.became), _said(one.why)) for one in _job(request).rows]
    return table(csv_text(header, lines), "import.csv")


async def start(request: web.Request) -> web.Response:
    """Import what was tried out. Asked again it goes on as it is; a file given again queues nobody twice."""
    services, principal, job = request.app[SERVICES], request[PRINCIPAL], _job(request)

    async def then(done: ImportJob) -> None:
        counts = {kind.value: number for kind, number in done.kinds.items()}
        await note_by(services, principal, "leads_imported", subject=done.name or done.campaign.title,
                      after={"campaign": done.campaign.slug, **counts})  # fmt: skip

    services.imports.start(job, then)
    return answer(placed(request, _out(job)), 202)


def _job(request: web.Request) -> ImportJob:
    job = request.app[SERVICES].imports.get(id_here(request, "id"))
    if job is None:
        raise NotFound(
            "unknown_import",
            "этой загрузки здесь больше нет: выберите файл снова, дважды никто не встанет",
            "this import is here no more: choose the file again, nobody is queued twice",
        )
    return job


def _out(job: ImportJob) -> ImportOut:
    file = job.file
    return ImportOut(
        id=job.id,
        name=job.name,
        campaign=job.campaign.slug,
        campaign_title=job.campaign.title,
        phase=job.phase,
        done=job.done,
        total=job.total,
        rows=0 if file is None else file.rows,
        encoding="" if file is None else file.encoding,
        columns=[] if file is None else [ImportColumn(header=one, meaning=means) for one, means in file.columns],
        kinds=dict(job.kinds),
        problem="" if job.problem is None else _said(job.problem),
        can_start=job.can_start,
    )


def _said(text: Text) -> str:
    return tr(text.ru, text.en)


_ID = {"id": "Of the import"}
_TAG = "Leads"

ENDPOINTS = (
    Endpoint("POST", "/api/leads/imports", upload, Right.EDIT_LEADS, "Give a file of leads, to be tried out", _TAG,
             query=ImportQuery, answer=ImportOut, status=202),
    Endpoint("GET", "/api/leads/imports/{id}", show, Right.EDIT_LEADS, "How far an import is", _TAG,
             answer=ImportOut, params=_ID),
    Endpoint("GET", "/api/leads/imports/{id}/rows", rows, Right.EDIT_LEADS, "What becomes of each row", _TAG,
             query=ImportRowsQuery, answer=ImportRowsOut, params=_ID),
    Endpoint("GET", "/api/leads/imports/{id}/report", report, Right.EDIT_LEADS, "The same as a table", _TAG,
             media="text/csv", params=_ID),
    Endpoint("POST", "/api/leads/imports/{id}/start", start, Right.EDIT_LEADS, "Import what was tried out", _TAG,
             answer=ImportOut, status=202, params=_ID),
)  # fmt: skip
