"""All stores on one database, and how to open them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from robot.crm.planning import Target
from robot.domain.rules import DialingRules
from robot.storage.attempts import SqlAttempts, SqlCallLog
from robot.storage.busy import SqlBusyTimes
from robot.storage.calendar import SqlCalendar
from robot.storage.call_orders import SqlCallOrders
from robot.storage.call_records import SqlCallRecords
from robot.storage.call_remarks import SqlComments, SqlCorrections, SqlSuggestions
from robot.storage.call_reports import SqlCallReports
from robot.storage.call_search import SqlCallSearch
from robot.storage.callers import SqlCallers
from robot.storage.campaigns import SqlCampaigns, SqlManagers
from robot.storage.changes import SqlCursors, SqlInbox
from robot.storage.consents import SqlConsents
from robot.storage.engine import Database, connect
from robot.storage.errors import AccessDenied
from robot.storage.happenings import SqlHappenings
from robot.storage.journal import SqlJournal
from robot.storage.kept_settings import SqlKeptSettings, SqlTrialCalls
from robot.storage.keys import SqlServerKeys, SqlTelephones
from robot.storage.lead_desk import SqlLeadDesk
from robot.storage.leads import SqlLeads
from robot.storage.list_desk import SqlConsentDesk, SqlStopDesk
from robot.storage.meeting_book import SqlMeetingBook
from robot.storage.migrate import migrate
from robot.storage.nodes import SqlNodes
from robot.storage.old_data import SqlOldData
from robot.storage.outbox import SqlOutbox
from robot.storage.outbox_attic import SqlAttic
from robot.storage.outbox_desk import SqlOutboxDesk
from robot.storage.persons import SqlPersons
from robot.storage.planning import SqlPlanSource
from robot.storage.progress import SqlProgress
from robot.storage.queue import SqlQueue
from robot.storage.queue_figures import SqlQueueFigures
from robot.storage.reception import Desk, SqlReception
from robot.storage.replies import SqlReplies
from robot.storage.reports import SqlReports
from robot.storage.requests import SqlRequests
from robot.storage.reviews import SqlReviews
from robot.storage.rollups import SqlAttemptRollups, SqlLeadRollups, SqlScriptRollups
from robot.storage.script_texts import SqlDrafts, SqlVersions
from robot.storage.scripts import SqlPins, SqlScripts, SqlSounds
from robot.storage.sent import SqlSentLog
from robot.storage.sessions import SqlApiTokens, SqlGuesses, SqlSessions
from robot.storage.spending import SqlSpending
from robot.storage.stops import SqlStopList
from robot.storage.users import SqlCredentials, SqlUsers
from robot.storage.wake import SqlWake
from robot.storage.weekly import SqlWeekly


class Storage:
    """Each attribute implements the port named in its class."""

    def __init__(self, database: Database, rules: DialingRules | None = None, targets: Sequence[Target] = ()) -> None:
        """targets: where something goes out after a call."""
        rules = rules or DialingRules()
        self.database = database
        self._rules = rules
        self._targets = targets
        self.queue = SqlQueue(database, rules, targets)
        self.queue_figures = SqlQueueFigures(database)
        self.progress = SqlProgress(database)
        self.callers = SqlCallers(database, rules)
        self.attempts = SqlAttempts(database, rules, self.callers, targets)
        self.calls = SqlCallLog(database)
        self.calendar = SqlCalendar(database)
        self.busy_times = SqlBusyTimes(database)
        self.campaigns = SqlCampaigns(database)
        self.managers = SqlManagers(database)
        self.leads = SqlLeads(database, rules)
        self.lead_desk = SqlLeadDesk(database)
        self.requests = SqlRequests(database, rules)
        self.happenings = SqlHappenings(database, rules)
        self.replies = SqlReplies(database)
        self.change_cursors = SqlCursors(database)
        self.inbox = SqlInbox(database)
        self.consents = SqlConsents(database)
        self.sent = SqlSentLog(database)
        self.spending = SqlSpending(database, rules)
        self.nodes = SqlNodes(database)
        self.wake = SqlWake(database)
        self.stop_list = SqlStopList(database)
        self.stop_desk = SqlStopDesk(database)
        self.consent_desk = SqlConsentDesk(database)
        self.reports = SqlReports(database)
        self.script_rollups = SqlScriptRollups(database)
        self.attempt_rollups = SqlAttemptRollups(database)
        self.lead_rollups = SqlLeadRollups(database)
        self.records = SqlCallRecords(database)
        self.call_search = SqlCallSearch(database)
        self.call_orders = SqlCallOrders(database)
        self.comments = SqlComments(database)
        self.corrections = SqlCorrections(database, targets)
        self.suggestions = SqlSuggestions(database)
        self.keys = SqlServerKeys(database)
        self.telephones = SqlTelephones(database)
        self.reviews = SqlReviews(database)
        self.plan_source = SqlPlanSource(database)
        self.outbox = SqlOutbox(database)
        self.outbox_desk = SqlOutboxDesk(database)
        self.call_reports = SqlCallReports(database)
        self._make_desks(database)
        self._make_access(database, rules)

    @property
    def attic(self) -> SqlAttic:
        """What was settled long ago."""
        return SqlAttic(self.database)

    def _make_desks(self, database: Database) -> None:
        """What is written and looked up in the pages."""
        self.scripts = SqlScripts(database)
        self.script_drafts = SqlDrafts(database)
        self.script_versions = SqlVersions(database)
        self.script_pins = SqlPins(database)
        self.script_sounds = SqlSounds(database)
        self.meeting_book = SqlMeetingBook(database)

    def _make_access(self, database: Database, rules: DialingRules) -> None:
        """Who uses the pages, and what is set there."""
        self.users = SqlUsers(database)
        self.credentials = SqlCredentials(database)
        self.sessions = SqlSessions(database)
        self.api_tokens = SqlApiTokens(database)
        self.guesses = SqlGuesses(database)
        self.journal = SqlJournal(database)
        self.kept_settings = SqlKeptSettings(database)
        self.weekly = SqlWeekly(database)
        self.trial_calls = SqlTrialCalls(database, rules)
        self.persons = SqlPersons(database)
        self.old_data = SqlOldData(database)

    def reception(self, desk: Desk) -> SqlReception:
        """Reception of robot.calls.reception_ports, for one node."""
        return SqlReception(self.database, self._rules, desk, self._targets)


@asynccontextmanager
async def open_storage(
    address: str, rules: DialingRules | None = None, targets: Sequence[Target] = ()
) -> AsyncIterator[Storage]:
    """The stores on the database at this SQLAlchemy address, migrated. An SQLite file is made when it is not there; its
    folder must be. rules: None for the usual ones, without a ceiling. targets: where something goes out after a call;
    without any the outbox stays empty. Raises StorageError."""
    database = connect(address)
    try:
        await asyncio.to_thread(_prepare_file, database)
        await migrate(database)
        storage = Storage(database, rules, targets)
        try:
            yield storage
        finally:
            await storage.wake.close()
    finally:
        await database.close()


def _prepare_file(database: Database) -> None:
    """Make an SQLite file that only its owner reads: it holds people's numbers and words."""
    if database.file is None:
        return
    try:
        database.file.touch(mode=0o600)
    except OSError as error:
        raise AccessDenied(
            f"the database file cannot be opened: {error.strerror}: {database.file}",
            remedy="make its folder, or correct the address or the access rights",
        ) from error
