"""How to reach an Odoo, and how our stages, managers and reasons are called there."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, SecretStr

from robot.crm.http import Address
from robot.crm.section import CrmSection, Names


class Api(StrEnum):
    RPC = "rpc"
    """JSON-RPC's execute_kw: Odoo 14 to 19."""
    JSON2 = "json2"
    """POST /json/2/{model}/{method}: Odoo 19 and later."""


class Settings(CrmSection):
    """login and key: a user of the robot's own; the key is made in his preferences (API keys), a password does as
    well with `rpc`. stages: ours -> id of crm.stage, or "lost". reasons: reason of a refusal -> id of crm.lost.reason.
    per_s: requests a second, `burst` at once. recording_mb: larger recordings are not sent."""

    url: Address
    database: str = Field(min_length=1, max_length=200)
    login: str = Field(default="", max_length=200)
    key: SecretStr
    api: Api = Api.RPC
    reasons: Names = Field(default_factory=dict)
    per_s: float = Field(default=10, gt=0, le=1000)
    burst: int = Field(default=20, ge=1, le=1000)
    recording_mb: float = Field(default=20, gt=0, le=1000)
