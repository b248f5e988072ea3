"""The fakes on trial: how a connector is made for each, and what has come to be there."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from robot.crm.amocrm.connector import Amo
from robot.crm.amocrm.fake import server as amo
from robot.crm.amocrm.fake.account import Account
from robot.crm.amocrm.fake.entities import phones
from robot.crm.amocrm.settings import Settings as AmoSettings
from robot.crm.bitrix24.connector import Bitrix24
from robot.crm.bitrix24.fake import server as bitrix
from robot.crm.bitrix24.fake.items import digits
from robot.crm.bitrix24.fake.portal import LEAD, Portal
from robot.crm.bitrix24.settings import Settings as BitrixSettings
from robot.crm.connector import Connector
from robot.crm.faking import FakeServer, Faults, Trouble
from robot.crm.marks import mark
from robot.crm.registry import Parts
from robot.crm.report import CallReport
from robot.crm.tokens import TokenStore
from robot.proving.crm.disaster import Clock
from robot.proving.crm.reports import MANAGERS

_MARK = re.compile(r"zvonar-[0-9a-f]{16}")


class Stand(Protocol):
    @property
    def fake(self) -> FakeServer: ...

    @property
    def trouble(self) -> Trouble: ...

    def connector(self, parts: Parts, tokens: TokenStore) -> Connector: ...

    def expected(self, report: CallReport, write: str) -> str:
        """Under which name this write of the report is counted, "" when it leaves nothing to count."""
        ...

    def there(self) -> tuple[Counter[str], Mapping[str, Sequence[str]]]:
        """What was made, how often; and by phone the stages (ours) of the leads that have it."""
        ...


class BitrixStand:
    """As an application, which has more to lose than a webhook."""

    def __init__(self, faults: Faults, seed: int, clock: Clock) -> None:
        self.fake = bitrix.FakeBitrix24(Portal(now=clock.now), faults=faults, seed=seed, clock=clock.seconds)
        self.trouble = self.fake.trouble
        self._settings: BitrixSettings | None = None

    def connector(self, parts: Parts, tokens: TokenStore) -> Connector:
        self._settings = BitrixSettings.model_validate(
            {
                "portal": self.fake.url,
                "oauth_url": self.fake.url,
                "client_id": bitrix.CLIENT_ID,
                "client_secret": bitrix.CLIENT_SECRET,
                "refresh_token": bitrix.FIRST_REFRESH,
                "stages": {"new": "NEW", "contacted": "IN_PROCESS", "callback": "UC_CALLBACK"}
                | {"info_requested": "UC_INFO", "meeting": "UC_MEETING", "refused": "JUNK"},
                "managers": dict(zip(MANAGERS, ("1", "7"), strict=True)),
                "fields": {"need": "ufCrmNeed"},
            }
        )
        return Bitrix24(self._settings, parts, tokens)

    def expected(self, report: CallReport, write: str) -> str:
        call = mark(report.attempt_id, "call")
        if write in ("record", "transcript"):
            return f"{call} {write}"
        return "" if write in ("lead", "fields", "stage") else mark(report.attempt_id, write)

    def there(self) -> tuple[Counter[str], Mapping[str, Sequence[str]]]:
        portal = self.fake.portal
        made: Counter[str] = Counter()
        for call in portal.calls.values():
            reference = str(call["EXTERNAL_CALL_ID"])
            logged = [row for row in portal.activities.values() if row["ORIGIN_ID"] == f"VI_{call['CALL_ID']}"]
            made[reference] += len(logged)
            made[f"{reference} record"] += call["RECORD_FILE_ID"] is not None
            made[f"{reference} transcript"] += call.get("transcripts", 0)
        texts = [row["COMMENT"] for row in portal.comments.values()]
        texts += [row["DESCRIPTION"] for row in portal.diary.values() if row["DELETED"] == "N"]
        texts += [row["DESCRIPTION"] for row in portal.activities.values() if row["PROVIDER_ID"] == "CRM_TODO"]
        made.update(one for text in texts for one in _MARK.findall(text))
        ours = self._settings.our_stage if self._settings else str
        leads: dict[str, list[str]] = {}
        for (kind, number), numbers in portal.phones.items():
            if kind == LEAD and numbers:
                leads.setdefault(f"+{digits(numbers[0])}", []).append(ours(portal.items[kind, number]["stageId"]))
        return made, leads


class AmoStand:
    """As an integration. The search knows a contact a minute after it was made."""

    def __init__(self, faults: Faults, seed: int, clock: Clock) -> None:
        account = Account(now=clock.now, search_lag_s=60)
        self.fake = amo.FakeAmo(account, faults=faults, seed=seed, clock=clock.seconds)
        self.trouble = self.fake.trouble
        self._settings: AmoSettings | None = None

    def connector(self, parts: Parts, tokens: TokenStore) -> Connector:
        self._settings = AmoSettings.model_validate(
            {
                "url": self.fake.url,
                "client_id": amo.CLIENT_ID,
                "client_secret": amo.CLIENT_SECRET,
                "redirect_url": amo.REDIRECT_URL,
                "code": amo.CODE,
                "stages": {"new": 41, "contacted": 42, "callback": 44, "info_requested": 45}
                | {"meeting": 46, "refused": 143},
                "managers": dict(zip(MANAGERS, (9001, 9007), strict=True)),
                "fields": {"need": 601},
                "reasons": {"price": 701, "has_supplier": 702},
            }
        )
        return Amo(self._settings, parts, tokens)

    def expected(self, report: CallReport, write: str) -> str:
        return "" if write in ("lead", "fields", "stage") else mark(report.attempt_id, write)

    def there(self) -> tuple[Counter[str], Mapping[str, Sequence[str]]]:
        account = self.fake.account
        made: Counter[str] = Counter()
        for note in account.notes.values():
            params: Mapping[str, Any] = note["params"]
            told = f"{params.get('uniq')} {params.get('text')} {params.get('file_name')}"
            made.update(_MARK.findall(told))
        made.update(one for task in account.tasks.values() for one in _MARK.findall(task["text"]))
        ours = self._settings.our_stage if self._settings else str
        leads: dict[str, list[str]] = {}
        for lead in account.leads.values():
            numbers = phones(account.contacts[lead["contacts"][0]])
            leads.setdefault(numbers[0], []).append(ours(str(lead["status_id"])))
        return made, leads


STANDS: Mapping[str, Callable[[Faults, int, Clock], Stand]] = {"amocrm": AmoStand, "bitrix24": BitrixStand}


def seeds(seed: int) -> tuple[random.Random, random.Random, int]:
    """For calls, for deaths and for the fake's faults: one of them changed leaves the others as they are."""
    return random.Random(f"calls {seed}"), random.Random(f"deaths {seed}"), seed
