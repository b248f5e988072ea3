"""Where the results of calls are sent, and the secret that signs them."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator

from robot.crm.http import Address
from robot.crm.section import Section, Zone
from robot.wording import Wrong

SHORTEST_SECRET = 32


class Settings(Section):
    """recordings: whether they are sent, in a request of their own. recording_mb: larger ones are not. timezone: of the
    times in tasks' titles; all others are UTC."""

    url: Address
    secret: SecretStr
    timezone: Zone = "Europe/Moscow"
    recordings: bool = True
    recording_mb: float = Field(default=20, gt=0, le=1000)
    per_s: float = Field(default=5, gt=0, le=1000)
    burst: int = Field(default=10, ge=1, le=1000)

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise Wrong(
                f"секрет короче {SHORTEST_SECRET} знаков: возьмите вывод команды openssl rand -hex 32",
                f"the secret is shorter than {SHORTEST_SECRET} characters: take what openssl rand -hex 32 prints",
            )
        return secret
