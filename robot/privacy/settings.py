"""How long what is kept, in days. Deliveries and what was sent have settings of their own (ZVONAR_OUTBOX__…)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from robot.privacy.ports import Old


class RetentionSettings(BaseModel):
    """recordings_days: the sound of calls. words_days: what was said in them, as text. unreached_days: name and number
    of a lead nobody ever reached. trials_days: numbers of test calls. phrases_days: phrases with a name or a time in
    them, rendered for one client. The figures of reports are kept for good: they name nobody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recordings_days: int = Field(default=180, ge=1, le=3650)
    words_days: int = Field(default=1095, ge=1, le=3650)
    unreached_days: int = Field(default=365, ge=7, le=3650)
    requests_days: int = Field(default=1, ge=1, le=365)
    trials_days: int = Field(default=90, ge=1, le=3650)
    journal_days: int = Field(default=1825, ge=180, le=3650)
    sessions_days: int = Field(default=30, ge=1, le=365)
    certificates_days: int = Field(default=3650, ge=1095, le=36500)
    phrases_days: int = Field(default=7, ge=1, le=365)

    def kept(self) -> Mapping[Old, timedelta]:
        """Of every kind."""
        return {kind: timedelta(days=getattr(self, f"{kind}_days")) for kind in Old}
