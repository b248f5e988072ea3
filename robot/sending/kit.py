"""What the company says of itself, its prices, and what each document is made of: `sending.yaml`, read and checked.

The folder holds, besides, `templates/` (own ones, they win over those that ship) and `files/` (attachments, pictures).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from robot.crm.errors import Misconfigured
from robot.domain.zones import zone_info
from robot.i18n import tr
from robot.wording import Wrong, fault_text

FILE = "sending.yaml"
TEMPLATES = "templates"
FILES = "files"
MOST_BYTES = 1024 * 1024


def _zone(name: str) -> str:
    if zone_info(name) is None:
        raise Wrong("это не часовой пояс: пишите, например, Europe/Moscow", "no time zone: write Europe/Moscow")
    return name


def _plain_name(name: str) -> str:
    if not name or name != Path(name).name or name.startswith("."):
        raise Wrong(
            "нужно имя файла из папки files, без пути: presentation.pdf",
            "the name of a file in the folder files is needed, without a path: presentation.pdf",
        )
    return name


FileName = Annotated[str, AfterValidator(_plain_name)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bank(_Part):
    name: str
    bik: str = Field(pattern=r"^[0-9]{9}$")
    account: str = Field(pattern=r"^[0-9]{20}$")
    correspondent: str = Field(default="", pattern=r"^([0-9]{20})?$")


class Company(_Part):
    """`name`: as clients know it; `legal_name`: as it stands in contracts. `acting_on`: what the signatory's right
    rests on, in the genitive: «Устава». `color`: of headings and buttons. `logo`: a picture in `files/`."""

    name: str = Field(min_length=1, max_length=100)
    legal_name: str = ""
    inn: str = Field(default="", pattern=r"^([0-9]{10}|[0-9]{12})?$")
    kpp: str = Field(default="", pattern=r"^([0-9]{9})?$")
    ogrn: str = Field(default="", pattern=r"^([0-9]{13}|[0-9]{15})?$")
    address: str = ""
    city: str = "Москва"
    phone: str = ""
    email: str = ""
    site: str = ""
    slogan: str = ""
    about: str = ""
    signatory: str = ""
    signatory_title: str = "Генеральный директор"
    acting_on: str = "Устава"
    bank: Bank | None = None
    color: str = Field(default="#1f5fae", pattern=r"^#[0-9a-fA-F]{6}$")
    logo: FileName | None = None
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Moscow"


class Item(_Part):
    """A line of a price. `price`: roubles of one unit, VAT included where there is any."""

    title: str
    note: str = ""
    unit: str = "шт."
    quantity: Decimal = Field(default=Decimal(1), gt=0, le=1_000_000)
    price: Decimal = Field(ge=0, le=1_000_000_000, decimal_places=2)


class Case(_Part):
    """A story of a client: what he had, what was done, what came of it."""

    client: str
    task: str
    done: str = ""
    result: str


class Document(_Part):
    """What a script's word stands for. `template`: its own name unless given. `items`: the company's unless given."""

    template: str = Field(default="", pattern=r"^[a-z0-9_]*$")
    attach: tuple[FileName, ...] = ()
    items: tuple[Item, ...] | None = None


class Kit(_Part):
    """All of it. `vat`: per cent included in prices, None where the company pays none. `links`: by the template's name;
    {number}, {total} and {email} in them are filled in. `valid_days`: how long offers and invoices hold."""

    company: Company
    vat: int | None = Field(default=None, ge=0, le=30)
    items: tuple[Item, ...] = ()
    cases: tuple[Case, ...] = ()
    benefits: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    documents: Mapping[str, Document] = Field(default_factory=dict)
    links: Mapping[str, str] = Field(default_factory=dict)
    valid_days: int = Field(default=14, ge=1, le=365)

    def document(self, word: str) -> Document:
        """What this word of a script means: an entry, or the template of that name."""
        found = self.documents.get(word, Document())
        return found if found.template else found.model_copy(update={"template": word})


def load_kit(folder: Path) -> Kit:
    """Raises Misconfigured: which line is wrong and what to write."""
    file = folder / FILE
    try:
        if file.stat().st_size > MOST_BYTES:
            raise _wrong(file, tr("файл больше 1 МБ", "the file exceeds 1 MB"))
        read = YAML(typ="safe", pure=True).load(file.read_text("utf-8"))
    except FileNotFoundError:
        raise _wrong(file, tr("файла нет", "it is not there")) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(file, tr("не читается: ", "cannot be read: ") + type(error).__name__) from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"{tr('строка', 'line')} {mark.line + 1}" if mark else ""
        raise _wrong(file, tr(f"это не YAML {line}", f"no YAML {line}").strip()) from None
    try:
        return Kit.model_validate(read)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        lines = (f"{'.'.join(str(part) for part in fault['loc'])}: {fault_text(fault)}" for fault in faults)
        raise _wrong(file, "; ".join(lines)) from None


def _wrong(file: Path, what: str) -> Misconfigured:
    return Misconfigured(
        tr(f"сведения о компании, {file.name}: {what}", f"the company's facts, {file.name}: {what}"),
        remedy=tr(
            "образец делает zvonar send init, проверяет zvonar send check",
            "zvonar send init writes an example, zvonar send check checks it",
        ),
        may_have_arrived=False,
    )
