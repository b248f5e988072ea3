"""The trunk as settings: from them `zvonar telephony config` writes an Asterisk's whole configuration.

What stands here is what an operator's letter names: an address, a way to be known by, codecs, the number shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from robot.settings_rules import Listed, listed
from robot.wording import Wrong

Codecs = Annotated[tuple[Literal["alaw", "ulaw"], ...], NoDecode, BeforeValidator(listed), Field(min_length=1)]


class TrunkSettings(BaseModel):
    """`host` is the operator's; without it there is nothing to write. With `user` and `password` we register; without
    them the operator knows us by our address. `port` 0 is SIP's usual one. `identity`: where the number shown to a
    client is written; "account" leaves it to the operator. Except with "from", From names our account: `number`, else
    `user`. `peers`: networks besides `host` from which the operator's calls come. `external_address` is ours as the
    world sees it, behind a router."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(default="", max_length=253)
    port: int = Field(default=0, ge=0, le=65535)
    transport: Literal["udp", "tcp", "tls"] = "udp"
    srtp: bool = False
    user: str = Field(default="", max_length=80)
    password: SecretStr = SecretStr("")
    number: str = Field(default="", max_length=80)
    identity: Literal["account", "from", "pai", "rpid"] = "account"
    codecs: Codecs = ("alaw",)
    peers: Listed = ()
    authorities: Path = Path("/etc/ssl/certs")
    certificate: Path | None = None
    key: Path | None = None
    sip_bind: str = "0.0.0.0"  # noqa: S104 - the operator's calls come from outside; only his addresses are listened to
    sip_port: int = Field(default=5060, ge=1, le=65535)
    rtp_first_port: int = Field(default=10_000, ge=1024, le=65535)
    rtp_last_port: int = Field(default=10_999, ge=1024, le=65535)
    external_address: str = Field(default="", max_length=253)
    local_networks: Listed = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
    ami_bind: str = "127.0.0.1"
    ami_permit: Listed = ("127.0.0.1/32",)
    metrics_port: int = Field(default=0, ge=0, le=65535)
    metrics_bind: str = "127.0.0.1"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.user) is not bool(self.password.get_secret_value()):
            raise Wrong(
                "user и password задают вместе; без них оператор узнаёт нас по адресу",
                "user and password go together; without them the operator knows us by our address",
            )
        if self.srtp and self.transport != "tls":
            raise Wrong("srtp без transport=tls: ключи шли бы открыто", "srtp needs transport=tls: keys would be bare")
        if self.rtp_last_port - self.rtp_first_port < 3:
            raise Wrong("портов RTP меньше, чем на два разговора", "the RTP range has no room for two calls")
        return self
