"""What the settings of a CRM name, held against what is there. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from robot.i18n import tr


@dataclass(frozen=True, slots=True)
class Asked:
    """setting: the variable's last part. names: theirs, as the settings have them. there: ids."""

    setting: str
    names: Iterable[str]
    there: Container[str]


def missing(crm: str, asked: Sequence[Asked]) -> list[str]:
    """One sentence for each name that is not there, with the remedy."""
    return [
        tr(
            f"в CRM нет «{name}»: исправьте ZVONAR_CRM__{crm.upper()}__{one.setting}",
            f"the CRM has no “{name}”: correct ZVONAR_CRM__{crm.upper()}__{one.setting}",
        )
        for one in asked
        for name in one.names
        if name not in one.there
    ]


def shared(crm: str, managers: Mapping[str, str]) -> list[str]:
    """One sentence for each user of theirs that stands for several managers of ours: their calendars would be one, and
    two clients would be promised the same hour of one person."""
    users: dict[str, list[str]] = {}
    for name, user in managers.items():
        users.setdefault(user, []).append(name)
    variable = f"ZVONAR_CRM__{crm.upper()}__MANAGERS"
    return [
        tr(
            f"{' и '.join(sorted(names))} — один сотрудник {user}: дайте каждому своего в {variable}",
            f"{' and '.join(sorted(names))} are one user {user}: give each one of his own in {variable}",
        )
        for user, names in users.items()
        if len(names) > 1
    ]
