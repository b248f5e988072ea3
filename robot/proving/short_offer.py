"""A talk so short that it can be won between two faults: an offer, a time, a yes. Otherwise nobody is won while
something breaks every few seconds, and nothing presses against a hard quota."""

from __future__ import annotations

from datetime import datetime

from robot.domain.scripts import Version, VersionMark
from robot.storage.store import Storage
from scripts_dialog import load_script
from scripts_dialog.loading.loader import bundle_of

SHORT_OFFER = "short_offer"
TEXT = """\
script: short_offer
title: Короткое предложение
goal: meeting
start: greeting
include:
  - objections
  - booking

phrases:
  greeting:
    title: Приветствие и предложение
    say: Здравствуйте! Это {robot.name}, «{company.name}». Записать вас на встречу?
    again: Записать вас на встречу?
    expects: yes_no
    answers:
      yes, decision_maker, more, names_time: book
      no, not_interested: refused_goodbye
"""


async def publish_short_offer(storage: Storage, *, now: datetime) -> None:
    script = load_script(TEXT)
    await storage.scripts.add(SHORT_OFFER, by="", now=now)
    mark = VersionMark(
        SHORT_OFFER, 1, script.version_hash, script.title, script.goal, len(script.own), published_at=now
    )
    await storage.script_versions.publish(Version(mark, TEXT, bundle_of(TEXT)))
