"""What a person watches while the robot works: quota, meetings, and who is saying what. Live on a terminal, plain
lines elsewhere."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from uuid import UUID

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from robot.calls.events import Answered, CallEnded, CallEvent, ClientHeard, Dialing, PhraseStarted
from robot.domain.outcomes import Outcome
from robot.domain.phones import mask_phone
from robot.i18n import tr

RECENT = 6


def outcome_name(outcome: Outcome) -> str:
    """The outcome in the words of a seller."""
    names = {
        Outcome.MEETING_BOOKED: tr("встреча назначена", "meeting booked"),
        Outcome.CALLBACK_SCHEDULED: tr("перезвонить", "callback"),
        Outcome.INFO_REQUESTED: tr("просит прислать", "wants information"),
        Outcome.AGREED: tr("договорились", "agreed"),
        Outcome.REFUSED: tr("отказ", "refused"),
        Outcome.NOT_DECISION_MAKER: tr("не тот человек", "not the decision maker"),
        Outcome.OPTED_OUT: tr("просит не звонить", "asked not to be called"),
        Outcome.WRONG_NUMBER: tr("не туда попали", "wrong number"),
        Outcome.TRANSFERRED: tr("соединён с менеджером", "transferred"),
        Outcome.VOICEMAIL: tr("автоответчик", "voicemail"),
        Outcome.NO_ANSWER: tr("не берут трубку", "no answer"),
        Outcome.BUSY: tr("занято", "busy"),
        Outcome.FAILED: tr("не дозвонились", "failed"),
        Outcome.INTERRUPTED: tr("сбой робота", "robot's fault"),
    }
    return names[outcome]


@dataclass(slots=True)
class _Row:
    who: str
    state: str = ""
    robot: str = ""
    client: str = ""


@dataclass(slots=True)
class Board:
    """All that the screen shows; fed by call events."""

    quota: int
    booked: int = 0
    ended: Counter[Outcome] = field(default_factory=Counter)
    rows: dict[UUID, _Row] = field(default_factory=dict)
    recent: deque[str] = field(default_factory=lambda: deque(maxlen=RECENT))
    reason: str = ""

    def take(self, event: CallEvent) -> str | None:
        """Apply an event; the plain line that tells it, if it is worth one."""
        match event:
            case Dialing(attempt_id, claimed):
                who = f"{claimed.lead.name or mask_phone(claimed.lead.phone)}, {claimed.lead.company}".rstrip(", ")
                self.rows[attempt_id] = _Row(who, tr("набираем", "dialing"))
                return None
            case Answered(attempt_id):
                self.rows[attempt_id].state = tr("говорим", "talking")
                return None
            case PhraseStarted(attempt_id=attempt_id, text=text):
                self.rows[attempt_id].robot = text
                return f"{self.rows[attempt_id].who} ← {text}"
            case ClientHeard(attempt_id=attempt_id, text=text):
                self.rows[attempt_id].client = text
                return f"{self.rows[attempt_id].who} → {text}"
            case CallEnded(attempt_id, _, result):
                row = self.rows.pop(attempt_id)
                self.ended[result.outcome] += 1
                if result.outcome is Outcome.MEETING_BOOKED:
                    self.booked += 1
                line = f"{row.who}: {outcome_name(result.outcome)}"
                self.recent.append(line)
                return f"● {line} ({self.booked}/{self.quota})"
        return None


class Screen:
    """Shows a board. Use as a context manager; `observe` is a call observer."""

    def __init__(self, board: Board, console: Console) -> None:
        self._board = board
        self._console = console
        self._live: Live | None = None

    def __enter__(self) -> Screen:
        if self._console.is_terminal:
            self._live = Live(console=self._console, get_renderable=self._render, refresh_per_second=5)
            self._live.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        if self._live is not None:
            self._live.__exit__(None, None, None)

    def observe(self, event: CallEvent) -> None:
        line = self._board.take(event)
        if line is not None and self._live is None:
            self._console.print(line, markup=False, highlight=False)

    def _render(self) -> RenderableType:
        board = self._board
        head = Table.grid(padding=(0, 2))
        met = board.booked >= board.quota
        style = "bold green" if met else "bold"
        head.add_row(
            Text(tr(f"Встречи: {board.booked} из {board.quota}", f"Meetings: {board.booked} of {board.quota}"), style),
            ProgressBar(total=max(1, board.quota), completed=min(board.booked, board.quota), width=30),
            Text(tr(f"звонков завершено: {board.ended.total()}", f"calls ended: {board.ended.total()}"), "dim"),
        )
        calls = Table(expand=True, box=None, header_style="dim")
        for title, ratio in (
            (tr("Клиент", "Client"), 3),
            (tr("Звонок", "Call"), 1),
            (tr("Робот говорит", "The robot says"), 5),
            (tr("Клиент сказал", "The client said"), 3),
        ):
            calls.add_column(title, ratio=ratio, no_wrap=True, overflow="ellipsis")
        for row in board.rows.values():
            calls.add_row(escape(row.who), row.state, escape(row.robot), Text(row.client, "cyan"))
        recent = Text("\n".join(board.recent), "dim")
        return Panel(Group(head, Text(board.reason, "dim"), calls, recent), title=tr("Звонарь", "Zvonar"))
