"""The stores in memory: for tests and for trying things out. Same promises as the database, kept by one contract
suite; nothing outlives the process. Not for threads: everything happens between two awaits of one loop."""

from __future__ import annotations

from robot.storage.memory.base import MemoryCampaigns, MemoryLeads, MemoryManagers, MemoryStopList
from robot.storage.memory.dialing import MemoryAttempts, MemoryCalendar, MemoryCallLog, MemoryQueue
from robot.storage.memory.state import State

__all__ = ["MemoryStorage"]


class MemoryStorage:
    """Each attribute implements the same port as that of robot.storage.store.Storage."""

    def __init__(self) -> None:
        state = State()
        self.state = state
        self.queue = MemoryQueue(state)
        self.attempts = MemoryAttempts(state)
        self.calls = MemoryCallLog(state)
        self.calendar = MemoryCalendar(state)
        self.campaigns = MemoryCampaigns(state)
        self.managers = MemoryManagers(state)
        self.leads = MemoryLeads(state)
        self.stop_list = MemoryStopList(state)
