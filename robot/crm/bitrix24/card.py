"""What a client is in a portal: a lead, or a deal with a contact where leads are switched off. Pure."""

from __future__ import annotations

from dataclasses import dataclass

LEAD, DEAL, CONTACT, COMPANY = 1, 2, 3, 4
SIMPLE = 2
"""Answer of crm.settings.mode.get: a CRM without leads."""
WON = "WON"
"""The stage of deals that is success; in funnels of one's own with a prefix: C5:WON."""


@dataclass(frozen=True, slots=True)
class Card:
    """type_id, owner, letter: three names of the same thing. funnel: of deals, 0 the first one."""

    type_id: int
    owner: str
    letter: str
    funnel: int = 0

    @property
    def deal(self) -> bool:
        return self.type_id == DEAL

    @property
    def stages(self) -> str:
        """Under which its stages are listed."""
        if not self.deal:
            return "STATUS"
        return f"DEAL_STAGE_{self.funnel}" if self.funnel else "DEAL_STAGE"

    @property
    def deleted(self) -> str:
        """The event."""
        return f"ONCRM{self.owner}DELETE"

    @property
    def kind(self) -> str:
        """Of what webhooks say was touched."""
        return self.owner.lower()


def card_of(mode: int, funnel: int) -> Card:
    return Card(DEAL, "DEAL", "D", funnel) if mode == SIMPLE else Card(LEAD, "LEAD", "L")
