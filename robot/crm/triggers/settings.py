"""Triggers as settings: the file of rules, how often CRMs are asked, and the secrets of their webhooks' addresses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from robot.crm.section import from_json
from robot.crm.triggers.told import TELLING
from robot.wording import Wrong

SHORTEST_SECRET = 32

_SECRET = re.compile(rf"[A-Za-z0-9_-]{{{SHORTEST_SECRET},200}}", re.ASCII)


class TriggerSettings(BaseModel):
    """file: of rules; nothing starts by itself unless it is set. hooks: by connector, the secret in the address to
    which its webhooks are sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Path | None = None
    poll_s: float = Field(default=30, ge=5, le=3600)
    hooks: Annotated[dict[str, SecretStr], BeforeValidator(from_json)] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _hooks_are_safe(self) -> Self:
        for name, secret in self.hooks.items():
            if name not in TELLING:
                known = ", ".join(TELLING)
                raise Wrong(f"вебхуки принимаем от: {known}", f"webhooks are taken from {known}")
            if not _SECRET.fullmatch(secret.get_secret_value()):
                raise Wrong(
                    f"секрет для {name}: от {SHORTEST_SECRET} латинских букв и цифр: openssl rand -hex 32",
                    f"the secret for {name}: {SHORTEST_SECRET} or more Latin letters and digits: openssl rand -hex 32",
                )
        if self.hooks and self.file is None:
            raise Wrong("вебхукам нужен и файл правил", "webhooks need the file of rules, too")
        return self
