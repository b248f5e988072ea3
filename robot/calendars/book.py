"""Which manager has which calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from urllib.parse import urljoin, urlsplit

from robot.calendars.caldav import CalDavCalendar, Place
from robot.calendars.ports import Managers
from robot.calendars.settings import CalendarSettings
from robot.crm.errors import Misconfigured
from robot.domain.people import Manager
from robot.domain.zones import zone_info
from robot.i18n import tr


class CalendarBook:
    """The calendars of all managers who have one. Asked each time: managers come and go while the robot works."""

    def __init__(self, managers: Managers, settings: CalendarSettings) -> None:
        self._managers = managers
        self._settings = settings

    async def calendars(self) -> Mapping[str, CalDavCalendar]:
        """By the manager's name; without those whose settings cannot work."""
        found = {}
        for manager in await self._managers.all():
            try:
                calendar = self.of(manager)
            except Misconfigured:
                continue  # told by `zvonar managers calendar check`, and by each delivery to it
            if calendar is not None:
                found[manager.name] = calendar
        return found

    async def owners(self) -> Sequence[str]:
        """Managers who have a calendar on a server that is set, also where it cannot be opened as things stand."""
        known = await self._managers.all()
        return [one.name for one in known if one.profile.calendar and self._settings.account(one.name) is not None]

    async def named(self, name: str) -> CalDavCalendar | None:
        """The calendar of the manager of this name. Raises Misconfigured."""
        found = [manager for manager in await self._managers.all() if manager.name == name]
        return self.of(found[0]) if found else None

    def of(self, manager: Manager) -> CalDavCalendar | None:
        """None for a manager without one. Raises Misconfigured."""
        if not manager.profile.calendar:
            return None
        account = self._settings.account(manager.name)
        if account is None:
            raise Misconfigured(
                f"the calendar of {manager.name} has no server",
                remedy=tr("задайте ZVONAR_CALENDARS__URL", "set ZVONAR_CALENDARS__URL"),
                named=manager.name,
            )
        url = urljoin(account.url.rstrip("/") + "/", manager.profile.calendar)
        if urlsplit(url)[:2] != urlsplit(account.url)[:2]:
            raise Misconfigured(
                f"the calendar of {manager.name} is on another server than its account",
                remedy=tr(
                    "задайте менеджеру свою учётную запись: ZVONAR_CALENDARS__ACCOUNTS",
                    "give the manager an account of his own: ZVONAR_CALENDARS__ACCOUNTS",
                ),
                named=manager.name,
            )
        zone = zone_info(manager.timezone) or UTC
        password = account.password.get_secret_value()
        return CalDavCalendar(Place(manager.name, url, zone, account.user, password, self._settings.timeout_s))
