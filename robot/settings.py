"""Settings: read once from the environment and an optional file, validated, secrets never printed.

Every variable begins with ZVONAR_; nested ones use two underscores: ZVONAR_ASTERISK__HOST. A file named by
ZVONAR_ENV_FILE (or ./zvonar.env where it exists) holds the same names; the environment wins. With _FILE at its end a
variable names a file with the value.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal, Self

import platformdirs
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from robot.calendars.settings import CalendarSettings
from robot.crm.outbox_cleaning import KeepingSettings
from robot.crm.triggers.settings import TriggerSettings
from robot.domain.rules import DialingRules
from robot.i18n import Language, language, tr
from robot.privacy.settings import RetentionSettings
from robot.sending.settings import SendingSettings
from robot.settings_crm import CrmSettings
from robot.settings_files import with_files, with_password
from robot.settings_rules import Listed, RulesSettings
from robot.settings_trunk import TrunkSettings
from robot.settings_web import WebSettings
from robot.wording import Wrong, fault_text

RESERVED_FROM = 4
"""With fewer channels than this one kept idle would cost too much."""

RINGS_WITHIN_LEASE = 1.5
"""A lease is prolonged when a third of it has passed: of a node that died at least two thirds are left."""

RING_MARGIN_S = 5.0
"""What Asterisk takes to end a call that rang too long."""


_EXTENSION = re.compile(r"[0-9]{2,6}")
"""As in robot.calls.managers."""


class ConfigurationError(Exception):
    """Settings that cannot be used. The message names each variable and what is wrong, never a secret's value."""

    code = "configuration"
    retryable = False


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AsteriskSettings(_Part):
    """Where the PBX is. The AudioSocket address is ours: Asterisk connects to it."""

    host: str = "127.0.0.1"
    ami_port: int = Field(default=5038, ge=1, le=65535)
    ami_user: str = "zvonar"
    ami_secret: SecretStr = SecretStr("")
    trunk: str = "trunk"
    office_trunk: str = ""
    caller_id: str = ""
    audiosocket_bind: str = "127.0.0.1"
    audiosocket_port: int = Field(default=9092, ge=1, le=65535)
    audiosocket_advertised: str = "127.0.0.1"


class SpeechSettings(_Part):
    """Empty means the best that is installed. `recordings` is a folder of studio phrases that win over synthesis;
    with `join_recordings` those with variables are joined of recorded stretches and spoken values, else spoken as a
    whole. `recognizer_language`: ISO 639-1 code of what the recognizer's model understands. `review_when_idle`:
    recordings are heard a second time, more accurately, while nobody is called. `recognizer_servers`: addresses of
    vosk-servers on other machines (ws://10.0.0.5:2700), which then recognize."""

    recognizer: str = ""
    recognizer_servers: Listed = ()
    voice: str = ""
    recordings: Path | None = None
    join_recordings: bool = True
    recognizer_threads: int = Field(default=2, ge=1, le=64)
    recognizer_language: str = Field(default="ru", pattern=r"^[a-z]{2}$")
    review_when_idle: bool = False


class DialerSettings(_Part):
    """`reserved` channels are kept for new requests and promised callbacks: one of four and more unless it is set.
    `starts_per_s` is what the trunk's operator allows. A node that died keeps its tasks for `lease_s` at most; so long
    nobody else rings its clients, whose phones may still ring for `ring_timeout_s`."""

    node: str = Field(default="node-1", min_length=1, max_length=64)
    channels: int = Field(default=8, ge=1, le=1000)
    ring_timeout_s: float = Field(default=30, gt=0, le=120)
    round_s: float = Field(default=1.0, gt=0, le=60)
    drain_s: float = Field(default=180, ge=0, le=600)
    lease_s: float = Field(default=60, ge=15, le=600)
    reserved: int | None = Field(default=None, ge=0, le=1000)
    starts_per_s: float = Field(default=5, gt=0, le=1000)

    @model_validator(mode="after")
    def _leases_outlast_ringing(self) -> Self:
        least = RINGS_WITHIN_LEASE * (self.ring_timeout_s + RING_MARGIN_S)
        if self.lease_s < least:
            raise ValueError(f"with ring_timeout_s {self.ring_timeout_s:g} lease_s must be {least:g} or more")
        return self

    @property
    def kept_channels(self) -> int:
        """Never all of them."""
        wanted = self.reserved if self.reserved is not None else int(self.channels >= RESERVED_FROM)
        return min(wanted, self.channels - 1)


class InboundSettings(_Part):
    """Who rings in. `campaign` (its short name) takes strangers; nobody does unless it is set. `port` is where our
    Asterisk asks about each call, on the address of the AudioSocket."""

    at_most: int = Field(default=4, ge=0, le=1000)
    campaign: str = Field(default="", max_length=64)
    port: int = Field(default=9093, ge=1, le=65535)


class TransferSettings(_Part):
    """`targets`: whom a script's word means, extensions and numbers in the order in which they are rung."""

    targets: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    ring_s: float = Field(default=25, gt=0, le=120)
    wait_s: float = Field(default=60, gt=0, le=600)


class TracesSettings(_Part):
    """`endpoint`: of an OpenTelemetry collector, OTLP over HTTP (http://collector:4318/v1/traces); nothing is traced
    without. `share` of the calls."""

    endpoint: str = Field(default="", pattern=r"^(https?://\S+)?$")
    share: float = Field(default=1.0, ge=0, le=1)


class LabSettings(_Part):
    """The lab takes ten ports from `port` on, and two thousand for media from `port` + 1000 on."""

    port: int = Field(default=20_000, ge=1024, le=29_000)


class Settings(BaseSettings):
    """All of it. Directories are made on first use, not here. `backup_within_h`: the last backup must be younger, else
    there is an alert; without it from the first backup on, by a day's and some slack."""

    model_config = SettingsConfigDict(
        env_prefix="ZVONAR_",
        env_nested_delimiter="__",
        env_file_encoding="utf-8",
        dotenv_filtering="match_prefix",  # the file may be shared with Docker Compose, which has variables of its own
        extra="forbid",
        frozen=True,
    )

    language: Language = Language.RU
    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("zvonar")))
    cache_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_cache_dir("zvonar")))
    models_dir: Path = Field(default_factory=lambda given: Path(given["data_dir"]) / "models")
    database_url: SecretStr = SecretStr("")
    database_password: SecretStr = SecretStr("")
    backup_within_h: float | None = Field(default=None, gt=0, le=8760)
    line: Literal["asterisk", "lab", "simulated"] = "asterisk"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_json: bool = False
    asterisk: AsteriskSettings = AsteriskSettings()
    trunk: TrunkSettings = TrunkSettings()
    speech: SpeechSettings = SpeechSettings()
    dialer: DialerSettings = DialerSettings()
    inbound: InboundSettings = InboundSettings()
    transfer: TransferSettings = TransferSettings()
    lab: LabSettings = LabSettings()
    traces: TracesSettings = TracesSettings()
    web: WebSettings = WebSettings()
    rules: RulesSettings = RulesSettings()
    calendars: CalendarSettings = CalendarSettings()
    sending: SendingSettings = SendingSettings()
    outbox: KeepingSettings = KeepingSettings()
    retention: RetentionSettings = RetentionSettings()
    crm: CrmSettings = CrmSettings()
    triggers: TriggerSettings = TriggerSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """As usual, and a variable may name a file instead."""
        for source in (env_settings, dotenv_settings):
            if isinstance(source, EnvSettingsSource):
                source.env_vars = with_files(source.env_vars)
        return init_settings, env_settings, dotenv_settings

    @field_validator("database_password")
    @classmethod
    def _has_its_place(cls, password: SecretStr, given: ValidationInfo) -> SecretStr:
        if password.get_secret_value() and "database_url" in given.data:
            with_password(given.data["database_url"].get_secret_value(), password.get_secret_value())
        return password

    @property
    def database(self) -> str:
        """The SQLAlchemy address, with the password; SQLite in the data directory unless one is set."""
        address = self.database_url.get_secret_value()
        if password := self.database_password.get_secret_value():
            return with_password(address, password)
        return address or f"sqlite+aiosqlite:///{self.data_dir / 'zvonar.db'}"

    @property
    def reaches_office(self) -> bool:
        """Whether extensions can be dialed: the lab and the simulated line have an office of their own."""
        return self.line != "asterisk" or bool(self.asterisk.office_trunk)

    def dialing_rules(self) -> DialingRules:
        """The rules given to the stores. Raises ConfigurationError: the tariff is a file."""
        try:
            return self.rules.rules()
        except Wrong as error:
            raise ConfigurationError(f"ZVONAR_RULES__TARIFF: {tr(error.ru, error.en)}") from None

    @property
    def recordings_dir(self) -> Path:
        return self.data_dir / "recordings"

    @property
    def phrases_dir(self) -> Path:
        return self.cache_dir / "phrases"


def load_settings() -> Settings:
    """Read the settings, the tariff they name included. Raises ConfigurationError."""
    named = os.environ.get("ZVONAR_ENV_FILE")
    file = Path(named or "zvonar.env")
    if os.environ.get("ZVONAR_LANGUAGE", "").lower() == Language.EN:
        language.set(Language.EN)  # what is wrong is told in it, too
    if named and not file.is_file():
        raise ConfigurationError(
            tr(
                f"ZVONAR_ENV_FILE называет {file}, а такого файла нет",
                f"ZVONAR_ENV_FILE names {file}, which is not there",
            )
        )
    try:
        settings = Settings(_env_file=file if file.is_file() else None)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise ConfigurationError("\n".join(f"{_name(fault['loc'])}: {fault_text(fault)}" for fault in faults)) from None
    except SettingsError as error:
        raise ConfigurationError(_unreadable(error)) from None
    except Wrong as error:
        raise ConfigurationError(tr(error.ru, error.en)) from None
    settings.dialing_rules()
    _check_extensions(settings)
    return settings


def _check_extensions(settings: Settings) -> None:
    """Raises ConfigurationError where a transfer would ring an extension and no line leads to the office: dialed on
    the trunk it would be a stranger's number, or none."""
    named = [
        number for numbers in settings.transfer.targets.values() for number in numbers if _EXTENSION.fullmatch(number)
    ]
    if named and not settings.reaches_office:
        raise ConfigurationError(
            tr(
                f"ZVONAR_ASTERISK__OFFICE_TRUNK: пусто, а в ZVONAR_TRANSFER__TARGETS есть внутренний номер {named[0]}: "
                "укажите endpoint офисной АТС в pjsip.conf (он может быть и тем же, что ZVONAR_ASTERISK__TRUNK)",
                f"ZVONAR_ASTERISK__OFFICE_TRUNK: empty, but ZVONAR_TRANSFER__TARGETS names extension {named[0]}: give "
                "the endpoint of the office's exchange in pjsip.conf (it may be the same as ZVONAR_ASTERISK__TRUNK)",
            )
        )


def _name(place: tuple[int | str, ...]) -> str:
    return f"ZVONAR_{'__'.join(str(part) for part in place)}".upper()


def _unreadable(error: SettingsError) -> str:
    """A variable whose JSON is broken. The package names its first part only, and says no more."""
    named = re.search(r'field "(\w+)"', str(error))
    name = f"ZVONAR_{named.group(1).upper()}" if named else "ZVONAR_…"
    return tr(f"{name}…: значение не читается как JSON", f"{name}…: the value cannot be read as JSON")
