"""What a row of a list, or the body of a request, says of a lead: named texts in, a lead or a reason out. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from robot.crm.base import NewLead
from robot.crm.stages import Text
from robot.domain.consent import Consent
from robot.domain.phones import InvalidPhone, parse_phone
from robot.domain.zones import zone_info

LONGEST = 200
"""Characters in one field: nobody's name is longer."""

LONGEST_TEXT = 2000
"""Of the wording of a consent."""

MOST_FIELDS = 60

COLUMNS = {
    "phone": (
        "телефон",
        "тел",
        "номер",
        "номер телефона",
        "мобильный",
        "мобильный телефон",
        "phone",
        "phone number",
        "tel",
        "mobile",
    ),
    "name": ("имя", "фио", "контакт", "контактное лицо", "name", "full name", "contact"),
    "company": ("компания", "организация", "фирма", "название", "название компании", "company", "organization"),
    "city": ("город", "city", "town"),
    "region": ("регион", "область", "край", "область/край", "субъект", "субъект рф", "region", "state"),
    "timezone": ("часовой пояс", "таймзона", "timezone", "time zone"),
    "score": ("балл", "баллы", "оценка", "скоринг", "score", "rating"),
    "consent_source": ("источник согласия", "согласие источник", "consent source"),
    "consent_date": ("дата согласия", "согласие дата", "consent date"),
    "consent_text": ("текст согласия", "согласие текст", "согласие", "consent text", "consent"),
}
"""Column -> the headers that mean it. Any other header becomes a field of the lead under its own name."""

_OF_HEADER = {header: column for column, headers in COLUMNS.items() for header in headers}
_EXPONENT = re.compile(r"\d[.,]?\d*[eе][+-]?\d+", re.IGNORECASE)
_FORMULA = ("=", "+", "-", "@")
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d.%m.%y")
_MOSCOW = ZoneInfo("Europe/Moscow")


class RowRefused(ValueError):
    """A row that is no lead; `reason` never quotes the number."""

    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.reason = Text(ru, en)


def column_of(header: str) -> str:
    """What a header means: a column of COLUMNS, else the name of a field ("" for a nameless one)."""
    name = " ".join(clean(header).replace("_", " ").split())
    return _OF_HEADER.get(name.casefold().replace("ё", "е").strip(" .:"), name)


def lead_from(values: Mapping[str, str], *, region: str = "RU") -> NewLead:
    """The lead of these columns and fields. region: whose national numbers are meant where a number has no country
    code. Raises RowRefused."""
    phone = read_phone(values.get("phone", ""), region)
    cleaned = {column: clean(value) for column, value in values.items() if column and column != "phone"}
    if len(cleaned) > MOST_FIELDS:
        raise RowRefused(f"больше {MOST_FIELDS} полей", f"more than {MOST_FIELDS} fields")
    for column, value in cleaned.items():
        most = LONGEST_TEXT if column == "consent_text" else LONGEST
        if len(value) > most:
            raise RowRefused(
                f"«{column}»: {len(value)} знаков, больше {most}", f"“{column}”: {len(value)} characters, over {most}"
            )
    timezone = cleaned.pop("timezone", "")
    if timezone and zone_info(timezone) is None:
        raise RowRefused(
            f"«{timezone}» — не часовой пояс; нужно имя вида Europe/Moscow",
            f"“{timezone}” is no time zone: use a name such as Europe/Moscow",
        )
    return NewLead(
        phone=phone,
        name=cleaned.pop("name", ""),
        company=cleaned.pop("company", ""),
        city=cleaned.pop("city", ""),
        timezone=timezone,
        score=_score(cleaned.pop("score", "")),
        consent=_consent([cleaned.pop(f"consent_{part}", "") for part in ("source", "date", "text")]),
        fields={field: value for field, value in cleaned.items() if value},
    )


def read_phone(raw: str, region: str = "RU") -> str:
    """E.164. Raises RowRefused."""
    text = clean(raw, keep_plus=True)
    if not text:
        raise RowRefused("нет номера телефона", "no telephone number")
    if _EXPONENT.fullmatch(text.replace(" ", "")):
        raise RowRefused(
            "Excel испортил номер (вид 7,91612E+10), последние цифры потеряны: задайте колонке формат «Текстовый»",
            "Excel has damaged the number (like 7.91612E+10), its last digits are lost: format the column as text",
        )
    try:
        return parse_phone(re.sub(r"[.,]0$", "", text[:100]), region=region)
    except InvalidPhone as error:
        raise RowRefused(
            "такого номера нет: проверьте код и количество цифр, оставьте один номер", f"{error}"
        ) from error


def read_moment(text: str) -> datetime:
    """A date, or a date and a time, as people and programs write them; Moscow's where no zone is told. Raises
    RowRefused."""
    for form in _DATES:
        try:
            return datetime.combine(datetime.strptime(text, form).date(), time(12), _MOSCOW)  # noqa: DTZ007
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RowRefused(
            f"дата «{text[:30]}» не понятна: пишите 2026-11-20 или 20.11.2026",
            f"the date “{text[:30]}” is not understood: write 2026-11-20 or 20.11.2026",
        ) from None
    return moment if moment.utcoffset() is not None else moment.replace(tzinfo=_MOSCOW)


def clean(cell: str, *, keep_plus: bool = False) -> str:
    """One line of printable text that no spreadsheet takes for a formula."""
    text = cell if cell.isprintable() else "".join(c if c.isprintable() else " " * c.isspace() for c in cell)
    text = " ".join(text.split()).strip("'")
    while text.startswith(_FORMULA) and not (keep_plus and text.startswith("+")):
        text = text[1:].lstrip()
    return text


def _score(text: str) -> int | None:
    if not text:
        return None
    try:
        score = round(float(text.replace(",", ".").rstrip("%")))
    except (ValueError, OverflowError):
        score = -1
    if not 0 <= score <= 100:
        raise RowRefused(f"балл «{text[:20]}»: нужно число от 0 до 100", f"score “{text[:20]}”: a number 0 to 100")
    return score


def _consent(parts: Sequence[str]) -> Consent | None:
    """A consent that could not be shown to anybody is none, and the row says so."""
    source, day, text = parts
    if not any(parts):
        return None
    if not all(parts):
        raise RowRefused(
            "согласие неполное: нужны источник, дата и текст", "the consent is incomplete: source, date and text"
        )
    return Consent(source, read_moment(day), text)
