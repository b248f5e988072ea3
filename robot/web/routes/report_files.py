"""/api/reports/{report}/csv and /xlsx: the same reports for spreadsheets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from aiohttp import web

from robot.analytics.report_ports import Cut
from robot.domain.access import Right
from robot.web import report_tables as tables
from robot.web import report_views as views
from robot.web.body import read_query
from robot.web.endpoint import Endpoint
from robot.web.errors import NotFound, Unusable
from robot.web.report_tables import Table, as_csv, as_xlsx
from robot.web.routes.reports import cut_of
from robot.web.schemas_reports import TableQuery
from robot.web.services import SERVICES, ReportPorts, table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Maker = Callable[[ReportPorts, Cut, TableQuery], Awaitable[Table]]


async def csv(request: web.Request) -> web.Response:
    return table(as_csv(await _table(request)), f"{request.match_info['report']}.csv")


async def xlsx(request: web.Request) -> web.Response:
    name = f"{request.match_info['report']}.xlsx"
    return web.Response(
        body=as_xlsx(await _table(request)),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _table(request: web.Request) -> Table:
    """Raises NotFound of a report that there is not, Unusable without the script that it needs."""
    services, asked = request.app[SERVICES], read_query(request, TableQuery)
    make = MAKERS.get(request.match_info["report"])
    if make is None:
        raise NotFound("not_found", "такого отчёта нет", "there is no such report")
    if asked.script is None and request.match_info["report"] in OF_A_SCRIPT:
        raise Unusable("invalid", "укажите script", "script is needed", fields={"script": "укажите сценарий"})
    return await make(services.ports.reports, await cut_of(services, asked), asked)


async def _funnel(ports: ReportPorts, cut: Cut, _asked: TableQuery) -> Table:
    return tables.funnel_table(views.funnel_out(await ports.attempts.outcomes(cut), cut.since, cut.until))


async def _phrases(ports: ReportPorts, cut: Cut, _asked: TableQuery) -> Table:
    return tables.phrases_table(views.ranked_out(await ports.scripts.phrases(cut)))


async def _objections(ports: ReportPorts, cut: Cut, _asked: TableQuery) -> Table:
    return tables.objections_table(views.objections_out(await ports.scripts.objections(cut)))


async def _reasons(ports: ReportPorts, cut: Cut, _asked: TableQuery) -> Table:
    return tables.reasons_table(views.reasons_out(await ports.attempts.outcomes(cut)))


async def _channels(ports: ReportPorts, cut: Cut, _asked: TableQuery) -> Table:
    return tables.channels_table(views.channel_out(one) for one in await ports.leads.channels(cut))


async def _trend(ports: ReportPorts, cut: Cut, asked: TableQuery) -> Table:
    return tables.trend_table(views.trend_out(await ports.attempts.days(cut), asked.by).points)


async def _experiments(ports: ReportPorts, cut: Cut, _asked: TableQuery) -> Table:
    spoken = await ports.attempts.spoken(replace(cut, version=None))
    return tables.experiments_table(views.experiments_out(spoken, await ports.scripts.arms(cut)))


async def _hours(ports: ReportPorts, cut: Cut, _asked: TableQuery) -> Table:
    return tables.hours_table(views.hours_out(await ports.attempts.week(cut)).items)


MAKERS: Mapping[str, Maker] = {
    "funnel": _funnel,
    "phrases": _phrases,
    "objections": _objections,
    "reasons": _reasons,
    "channels": _channels,
    "trend": _trend,
    "experiments": _experiments,
    "hours": _hours,
}
OF_A_SCRIPT = frozenset({"phrases", "objections", "trend", "experiments"})

_TAG = "Reports"
_REPORT = {"report": f"One of: {', '.join(MAKERS)}"}

ENDPOINTS = (
    Endpoint("GET", "/api/reports/{report}/csv", csv, Right.SEE_REPORTS, "A report as CSV", _TAG, query=TableQuery,
             params=_REPORT, media="text/csv"),
    Endpoint("GET", "/api/reports/{report}/xlsx", xlsx, Right.SEE_REPORTS, "A report as XLSX", _TAG, query=TableQuery,
             params=_REPORT, media=XLSX),
)  # fmt: skip
