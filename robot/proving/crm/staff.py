"""People who work in the fakes while triggers are on trial: they move leads, ask for calls, call clients themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from robot.crm.amocrm import hooks as amo_hooks
from robot.crm.amocrm.fake import entities, feed
from robot.crm.bitrix24 import hooks as bitrix_hooks
from robot.crm.bitrix24.automation import CODE
from robot.crm.bitrix24.fake import automation
from robot.crm.bitrix24.fake.methods import call
from robot.crm.bitrix24.fake.portal import LEAD
from robot.crm.forms import form_text
from robot.crm.touched import Touched
from robot.proving.crm.stands import AmoStand, BitrixStand
from robot.proving.crm.trigger_truth import Deed

AGAIN = "Перезвонить клиенту"


class Staff(Protocol):
    """Each thing is done without faults: people try again by themselves."""

    stages: Mapping[Deed, str]
    """Theirs, of the stages the trial moves leads to."""

    def enter(self, phone: str) -> str:
        """A lead; its id."""
        ...

    def move(self, ref: str, stage: str) -> None: ...

    def ask(self, ref: str) -> None:
        """A task by which the robot is asked to call."""
        ...

    def talk(self, ref: str) -> None:
        """A manager calls the client, and they talk."""
        ...

    def remove(self, ref: str) -> None: ...


class BitrixStaff:
    stages: Mapping[Deed, str] = {Deed.STALLED: "STALLED", Deed.BUSY: "IN_PROCESS", Deed.WON: "CONVERTED"}

    def __init__(self, stand: BitrixStand) -> None:
        self._portal = stand.fake.portal
        self._do("bizproc.robot.add", CODE=CODE, HANDLER="https://robot.example/", NAME="x", USE_SUBSCRIPTION="Y")

    def _do(self, method: str, **params: Any) -> Any:
        return call(self._portal, method, params, app=True)["result"]

    def enter(self, phone: str) -> str:
        fields = {"title": "Заявка", "fm": [{"typeId": "PHONE", "valueType": "WORK", "value": phone}]}
        return str(self._do("crm.item.add", entityTypeId=LEAD, fields=fields)["item"]["id"])

    def move(self, ref: str, stage: str) -> None:
        self._do("crm.item.update", entityTypeId=LEAD, id=int(ref), fields={"stageId": stage})

    def ask(self, ref: str) -> None:
        now = self._portal.stamp()
        self._do("crm.activity.todo.add", ownerTypeId=LEAD, ownerId=int(ref), deadline=now, title=AGAIN)

    def talk(self, ref: str) -> None:
        who = {"USER_ID": 7, "TYPE": 1, "CRM_ENTITY_TYPE": "LEAD", "CRM_ENTITY_ID": int(ref)}
        number = self._portal.phones[LEAD, int(ref)][0]
        external = f"pbx-{self._portal.next_id()}"
        made = self._do("telephony.externalCall.register", PHONE_NUMBER=number, EXTERNAL_CALL_ID=external, **who)
        self._do("telephony.externalCall.finish", CALL_ID=made["CALL_ID"], USER_ID=7, DURATION=60)

    def remove(self, ref: str) -> None:
        self._do("crm.item.delete", entityTypeId=LEAD, id=int(ref))

    def start(self, ref: str) -> str:
        """The automation asks for a call, and waits; by which token."""
        return str(automation.start(self._portal, {"code": CODE, "id": ref, "owner": "LEAD"}))

    def told(self) -> Sequence[Touched]:
        """What webhooks would tell since the last time, as it is read from their bodies."""
        happened, self._portal.happened = self._portal.happened, []
        bodies = [{"event": event, "data": data} for event, data in happened]
        return [one for body in bodies for one in bitrix_hooks.parse(form_text(body).encode())]

    def asked(self) -> Sequence[Touched]:
        """What the automation asked for; the portal repeats it until it is answered."""
        asked, self._portal.asked = self._portal.asked, []
        return [one for _, body in asked for one in bitrix_hooks.parse(form_text(body).encode())]


class AmoStaff:
    stages: Mapping[Deed, str] = {Deed.STALLED: "43", Deed.BUSY: "42", Deed.WON: "142"}

    def __init__(self, stand: AmoStand) -> None:
        self._account = stand.fake.account

    def enter(self, phone: str) -> str:
        values = [{"field_code": "PHONE", "values": [{"value": phone, "enum_code": "WORK"}]}]
        contact = entities.add_contact(self._account, {"name": "Клиент", "custom_fields_values": values})
        lead = entities.add_lead(self._account, {"name": "Заявка"}, contacts=[contact["id"]], company=0)
        return str(lead["id"])

    def move(self, ref: str, stage: str) -> None:
        entities.update_lead(self._account, int(ref), {"status_id": int(stage)})

    def ask(self, ref: str) -> None:
        task = {"text": AGAIN, "complete_till": self._account.stamp(), "entity_id": int(ref)}
        feed.add_tasks(self._account, [task])

    def talk(self, ref: str) -> None:
        """As telephony writes it: on the contact."""
        lead = self._account.leads[int(ref)]
        params = {"uniq": f"pbx-{self._account.next_id()}", "duration": 60, "source": "АТС", "phone": "1"}
        note = {"entity_id": lead["contacts"][0], "entity_type": "contacts", "note_type": "call_out"}
        feed.add_notes(self._account, [{**note, "params": {**params, "call_status": 4}}])

    def remove(self, ref: str) -> None:
        entities.delete_lead(self._account, int(ref))

    def told(self) -> Sequence[Touched]:
        happened, self._account.happened = self._account.happened, []
        found: list[Touched] = []
        for entity, what, row in happened:
            flat = {name: value for name, value in row.items() if isinstance(value, (str, int))}
            found += amo_hooks.parse(form_text({entity: {what: [flat]}}).encode())
        return found

    def asked(self) -> Sequence[Touched]:
        return []
