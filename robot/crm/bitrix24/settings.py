"""How to reach a Bitrix24 portal, and how our stages, managers and reasons are called there."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from robot.crm.http import Address
from robot.crm.section import CrmSection, Names
from robot.settings_rules import Listed
from robot.wording import Wrong


class Settings(CrmSection):
    """Either `webhook`, the whole address of an inbound webhook; or `client_id`, `client_secret` and `refresh_token` of
    an application (OAuth), which alone may log calls as calls; then `portal` is its address.

    stages: ours -> STATUS_ID of a card's stage. final: stages the robot never takes a card out of. reasons: reason of a
    refusal -> the value of `reason_field`. funnel: id of the funnel of deals, in a portal without leads.
    callback_words: a todo with one of these in its title asks the robot to call. application_token: of the outgoing
    webhook. line: the telephony line of the application. per_s, burst: the vendor's limit is 2 a second and 50 at once
    (5 and 250 on Enterprise), of which some is left to others.
    recording_mb: larger recordings are not sent."""

    webhook: SecretStr = SecretStr("")
    portal: Address | None = None
    client_id: str = Field(default="", max_length=200)
    client_secret: SecretStr = SecretStr("")
    refresh_token: SecretStr = SecretStr("")
    oauth_url: Address = "https://oauth.bitrix24.tech"
    final: Listed = ("CONVERTED", "WON")
    reasons: Names = Field(default_factory=dict)
    reason_field: str = Field(default="", max_length=100)
    funnel: int = Field(default=0, ge=0)
    callback_words: Listed = ("перезвон", "call back")
    application_token: SecretStr = SecretStr("")
    line: str = Field(default="", max_length=100)
    per_s: float = Field(default=2, gt=0, le=50)
    burst: int = Field(default=40, ge=1, le=500)
    recording_mb: float = Field(default=50, gt=0, le=500)

    @field_validator("webhook")
    @classmethod
    def _whole_address(cls, webhook: SecretStr) -> SecretStr:
        text = webhook.get_secret_value().strip()
        parts = urlsplit(text)
        path = [part for part in parts.path.split("/") if part]
        if text and (parts.scheme not in {"http", "https"} or len(path) != 3 or path[0] != "rest"):
            raise Wrong(
                "нужен адрес входящего вебхука целиком: https://компания.bitrix24.ru/rest/1/код/",
                "the whole address of an inbound webhook is needed: https://company.bitrix24.com/rest/1/code/",
            )
        return SecretStr(text.rstrip("/"))

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        application = (self.portal, self.client_id, self.client_secret, self.refresh_token)
        given = [bool(one.get_secret_value() if isinstance(one, SecretStr) else one) for one in application]
        hook = bool(self.webhook.get_secret_value())
        if hook == any(given) or (any(given) and not all(given)):
            raise Wrong(
                "нужно одно из двух: webhook, или portal, client_id, client_secret и refresh_token вместе",
                "either webhook is needed, or portal, client_id, client_secret and refresh_token together",
            )
        return self

    @model_validator(mode="after")
    def _numbers(self) -> Self:
        users = [*self.managers.values(), *([self.responsible] if self.responsible else [])]
        if not all(user.isascii() and user.isdecimal() for user in users):
            raise Wrong(
                "сотрудники портала задаются номерами (id): их показывает zvonar crm check",
                "users of the portal are given by their ids: zvonar crm check shows them",
            )
        return self

    def is_final(self, stage: str) -> bool:
        """Stages of funnels of one's own have a prefix: C5:WON."""
        return stage in self.final or stage.rpartition(":")[2] in self.final

    @property
    def application(self) -> bool:
        """OAuth."""
        return self.portal is not None

    @property
    def host(self) -> str:
        return urlsplit(self.portal or self.webhook.get_secret_value()).hostname or ""
