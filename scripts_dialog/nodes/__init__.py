"""The kinds of phrases. A new kind is one module here and one line below."""

from scripts_dialog.nodes.action import Action
from scripts_dialog.nodes.base import Listening, Node, Speaking
from scripts_dialog.nodes.book_meeting import BookMeeting
from scripts_dialog.nodes.branch import Branch
from scripts_dialog.nodes.collect import Collect
from scripts_dialog.nodes.end import End
from scripts_dialog.nodes.goto import Goto
from scripts_dialog.nodes.phrase import Phrase
from scripts_dialog.nodes.transfer import Transfer

KINDS: dict[str, type[Node]] = {
    kind.key: kind for kind in (BookMeeting, Collect, Branch, Transfer, Action, End, Goto, Phrase)
}
"""By the key that tells a kind apart; when a phrase has several of the keys, the first in this order decides."""

__all__ = ["KINDS", "Listening", "Node", "Speaking"]
