"""Leads and contacts of the fake account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from robot.crm.amocrm.fake.account import PIPELINE, Account, ApiError, Row, status_of, unsupported, user_of, values_of
from robot.crm.forms import Form, at

NEW = 41
LOST = 143
MOST_COMPLEX = 50


def digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdecimal())


def phones(contact: Row) -> list[str]:
    return [
        str(value["value"])
        for one in contact["custom_fields_values"] or []
        if one.get("field_code") == "PHONE"
        for value in one["values"]
    ]


def chosen(rows: Iterable[Row], query: Form) -> list[Row]:
    """By filter[id][] and filter[created_at|updated_at][from], newest first."""
    ids = query.get("filter", {})
    wanted = ids.get("id", "") if isinstance(ids, dict) else ""
    numbers = set(wanted.values()) if isinstance(wanted, dict) else {wanted} if wanted else set()
    found = [row for row in rows if not numbers or str(row["id"]) in numbers]
    for name in ("created_at", "updated_at"):
        since = at(query, "filter", name, "from")
        if since:
            found = [row for row in found if row[name] >= int(since)]
    found = [row for row in found if _within(row, wanted)]
    found.sort(key=lambda row: -int(row["id"]))
    return found


def _within(row: Row, wanted: Any) -> bool:
    """By filter[custom_fields_values][ID][from|to]."""
    asked = wanted.get("custom_fields_values", {}) if isinstance(wanted, dict) else {}
    values = {str(one.get("field_id")): one["values"][0]["value"] for one in row.get("custom_fields_values") or []}
    return all(
        field in values and int(span["from"]) <= int(values[field]) <= int(span["to"]) for field, span in asked.items()
    )


def find_contacts(account: Account, query: Form) -> list[Row]:
    """query looks for a part of a number, in what the search knows already."""
    found = chosen(account.contacts.values(), query)
    part = digits(at(query, "query"))
    if not at(query, "query"):
        return found
    known = account.now().timestamp() - account.search_lag_s
    return [
        row for row in found if row["created_at"] <= known and part and any(part in digits(one) for one in phones(row))
    ]


def contact_told(account: Account, contact: Row) -> Row:
    leads = [{"id": lead["id"]} for lead in account.leads.values() if contact["id"] in lead["contacts"]]
    return {**contact, "_embedded": {"leads": leads, "tags": []}}


def lead_told(lead: Row) -> Row:
    told = {name: value for name, value in lead.items() if name not in ("contacts", "company")}
    company = [{"id": lead["company"]}] if lead["company"] else []
    contacts = [{"id": number, "is_main": True} for number in lead["contacts"]]
    return {**told, "_embedded": {"contacts": contacts, "companies": company, "tags": []}}


def add_contact(account: Account, given: Mapping[str, Any]) -> Row:
    number = account.next_id()
    row: Row = {"id": number, "name": str(given.get("name") or ""), "created_at": account.stamp()}
    row |= {"updated_at": row["created_at"], "custom_fields_values": given.get("custom_fields_values") or None}
    account.contacts[number] = row
    return row


def add_lead(account: Account, given: Mapping[str, Any], *, contacts: list[int], company: int) -> Row:
    pipeline = given.get("pipeline_id", PIPELINE)
    if pipeline != PIPELINE:
        raise unsupported("pipeline_id")
    status = status_of(account, given.get("status_id", NEW), "status_id")
    user = user_of(account, given.get("responsible_user_id", min(account.users)), "responsible_user_id")
    values = values_of(account, given.get("custom_fields_values"))
    number = account.next_id()
    row: Row = {"id": number, "name": str(given.get("name") or f"Сделка #{number}"), "price": given.get("price", 0)}
    row |= {"status_id": status, "pipeline_id": PIPELINE, "responsible_user_id": user, "loss_reason_id": None}
    row |= {"created_at": account.stamp(), "updated_at": account.stamp(), "is_deleted": False}
    row |= {"custom_fields_values": values or None, "contacts": contacts, "company": company}
    account.leads[number] = row
    account.log("lead_added", number)
    account.tell("leads", "add", row)
    return row


def add_complex(account: Account, given: Any) -> list[Row]:
    """Leads with their contacts and companies, all or none."""
    if not isinstance(given, list) or not 0 < len(given) <= MOST_COMPLEX:
        raise ApiError(400, "Bad Request")
    made = []
    for one in given:
        embedded = one.get("_embedded") or {}
        for name in ("status_id",):
            if name in one:
                status_of(account, one[name], f"0.{name}")
        user_of(account, one.get("responsible_user_id", min(account.users)), "0.responsible_user_id")
        contacts = [add_contact(account, contact)["id"] for contact in embedded.get("contacts") or []]
        company = 0
        for firm in embedded.get("companies") or []:
            company = account.next_id()
            account.companies[company] = str(firm.get("name") or "")
        lead = add_lead(account, one, contacts=contacts, company=company)
        request = [str(one.get("request_id", "0"))]
        told = {"id": lead["id"], "contact_id": contacts[0] if contacts else None, "company_id": company or None}
        made.append({**told, "request_id": request, "merged": False})
    return made


def update_lead(account: Account, number: int, given: Mapping[str, Any]) -> Row:
    lead = found_lead(account, number)
    changed: Row = {}
    if "status_id" in given:
        changed["status_id"] = status_of(account, given["status_id"], "status_id")
    if given.get("pipeline_id", PIPELINE) != PIPELINE:
        raise unsupported("pipeline_id")
    if "responsible_user_id" in given:
        changed["responsible_user_id"] = user_of(account, given["responsible_user_id"], "responsible_user_id")
    if given.get("loss_reason_id") is not None:
        if given["loss_reason_id"] not in account.reasons or given.get("status_id", lead["status_id"]) != LOST:
            raise unsupported("loss_reason_id")
        changed["loss_reason_id"] = given["loss_reason_id"]
    if "custom_fields_values" in given:
        values = {one["field_id"]: one for one in lead["custom_fields_values"] or []}
        values |= {one["field_id"]: one for one in values_of(account, given["custom_fields_values"])}
        changed["custom_fields_values"] = list(values.values())
    before = lead["status_id"]
    lead |= {**changed, "updated_at": account.stamp()}
    if lead["status_id"] != before:
        statuses = [[{"lead_status": {"id": one, "pipeline_id": PIPELINE}}] for one in (before, lead["status_id"])]
        account.log("lead_status_changed", number, *statuses)
        account.tell("leads", "status", {**lead, "old_status_id": before})
    else:
        account.tell("leads", "update", lead)
    return lead


def delete_lead(account: Account, number: int) -> None:
    lead = account.leads.pop(number)
    account.log("lead_deleted", number)
    account.tell("leads", "delete", lead)


def found_lead(account: Account, number: int) -> Row:
    lead = account.leads.get(number)
    if lead is None:
        raise ApiError(404, "Not found")
    return lead
