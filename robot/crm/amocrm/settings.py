"""How to reach an amoCRM account, and how our stages, managers and reasons are called there."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from robot.crm.http import Address
from robot.crm.section import CrmSection, Names
from robot.settings_rules import Listed
from robot.wording import Wrong


class Settings(CrmSection):
    """Either `token`, a long-lived one; or an integration (OAuth): `client_id`, `client_secret`, `redirect_url` as in
    its card, and `code`, its authorization code (good for twenty minutes, used once), or a `refresh_token`.

    pipeline: id of the funnel new leads are made in, 0 for the account's main one. stages: ours -> status_id. final:
    statuses the robot never takes a lead out of. reasons: reason of a refusal -> id of the loss reason. fields: ours ->
    field_id. callback_words: a task with one of these in its text asks the robot to call. per_s, burst: the vendor's
    limit is 7 a second, and who passes it is locked out. recording_mb: larger recordings are not sent."""

    url: Address
    token: SecretStr = SecretStr("")
    client_id: str = Field(default="", max_length=200)
    client_secret: SecretStr = SecretStr("")
    redirect_url: str = Field(default="", max_length=500)
    code: SecretStr = SecretStr("")
    refresh_token: SecretStr = SecretStr("")
    pipeline: int = Field(default=0, ge=0)
    final: Listed = ("142",)
    reasons: Names = Field(default_factory=dict)
    callback_words: Listed = ("перезвон", "call back")
    per_s: float = Field(default=5, gt=0, le=50)
    burst: int = Field(default=5, ge=1, le=50)
    recording_mb: float = Field(default=50, gt=0, le=500)

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        secret = bool(self.client_secret.get_secret_value())
        integration = (bool(self.client_id), secret, bool(self.redirect_url), bool(self.grant))
        if bool(self.token.get_secret_value()) == any(integration) or (any(integration) and not all(integration)):
            raise Wrong(
                "нужно одно из двух: token, или client_id, client_secret, redirect_url и code вместе",
                "either token is needed, or client_id, client_secret, redirect_url and code together",
            )
        return self

    @model_validator(mode="after")
    def _numbers(self) -> Self:
        """Ids of amoCRM are numbers: another is a title."""
        ids = [*self.stages.values(), *self.managers.values(), *self.fields.values(), *self.reasons.values()]
        if self.responsible:
            ids.append(self.responsible)
        if not all(one.isascii() and one.isdecimal() for one in ids):
            raise Wrong(
                "справа должны стоять номера (id) amoCRM: их показывает zvonar crm check",
                "on the right there must be ids of amoCRM: zvonar crm check shows them",
            )
        return self

    @property
    def grant(self) -> str:
        """By what a person authorized us."""
        return self.refresh_token.get_secret_value() or self.code.get_secret_value()

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""
