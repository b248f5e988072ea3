"""The certificate of an erasure, for people and for programs. It names nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from robot.i18n import tr
from robot.privacy.ports import Certificate

GONE: Mapping[str, tuple[str, str]] = {
    "leads": ("карточек клиента", "client cards"),
    "calls_withdrawn": ("звонков снято с очереди", "calls taken off the queue"),
    "recordings": ("записей разговоров", "recordings"),
    "turns": ("реплик в расшифровках", "phrases of transcripts"),
    "comments": ("замечаний к звонкам", "comments on calls"),
    "notes": ("пометок об итогах", "notes on outcomes"),
    "suggestions": ("примеров для сценариев", "suggested examples"),
    "examples": ("примеров в черновиках сценариев", "examples in drafts of scripts"),
    "deliveries": ("отправленных сообщений в CRM и клиенту (содержание)", "deliveries (their content)"),
    "deliveries_dropped": ("неотправленных сообщений отменено", "deliveries dropped before they went out"),
    "sent": ("адресов отправки", "addresses of what was sent"),
    "stops": ("строк стоп-листа (вместо них необратимый код)", "lines of the stop list (a digest instead)"),
    "journal": ("упоминаний в журнале", "mentions in the journal"),
    "mentions": ("упоминаний в других текстах", "mentions in other texts"),
    "told": ("непрочитанных сообщений CRM", "unread messages of CRMs"),
    "trial_calls": ("проверочных звонков (номер)", "test calls (their number)"),
    "files": ("файлов", "files"),
}
KEPT: Mapping[str, tuple[str, str]] = {
    "calls": ("звонков без слов и имени: для отчётов и расходов", "calls without words or name: reports and costs"),
    "consents": ("согласий (отозваны; доказать их требует 38-ФЗ)", "consents (revoked; 38-FZ wants them proved)"),
    "meetings_to_come": ("встреч впереди без имени: отмените их", "meetings to come, nameless: cancel them"),
    "examples_published": (
        "опубликованных версий сценариев с его фразой: опубликуйте новую без неё",
        "published versions of scripts with a sentence of his: publish one without it",
    ),
    "files_elsewhere": ("записей удалят другие узлы", "recordings that other nodes will remove"),
}


def certificate_json(one: Certificate) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": one.at.isoformat(),
        "who": one.who,
        "number_digest": one.digest,
        "dry_run": one.id == 0,
        "gone": dict(one.gone),
        "kept": dict(one.kept),
        "elsewhere": dict(one.elsewhere),
    }


def certificate_text(one: Certificate) -> str:
    """A page to be filed, or sent to who asked."""
    title = (
        tr("Пробный прогон: ничего не удалено", "A trial: nothing was erased")
        if one.id == 0
        else tr(f"Акт № {one.id} об удалении персональных данных", f"Certificate {one.id} of an erasure")
    )
    lines = [
        title,
        tr(f"Когда: {one.at:%d.%m.%Y %H:%M} UTC", f"When: {one.at:%Y-%m-%d %H:%M} UTC"),
        tr(f"Кто: {one.who}", f"By: {one.who}"),
        tr(f"Код номера (HMAC-SHA256): {one.digest}", f"Digest of the number (HMAC-SHA256): {one.digest}"),
        "",
        tr("Удалено:", "Erased:"),
        *(_lines(one.gone, GONE) or [tr("  ничего: о человеке здесь ничего не знали", "  nothing was known of him")]),
        "",
        tr("Осталось без человека:", "What stays, without the person:"),
        *_lines(one.kept, KEPT),
        tr(
            "  код номера, чтобы больше никогда ему не звонить",
            "  the digest of the number, so that he is never called again",
        ),
    ]
    if one.elsewhere:
        lines += ["", tr("Знают и другие системы — удалите там сами:", "Others know of him: erase him there yourself:")]
        lines += [f"  {name}" + (f": {refs}" if refs else "") for name, refs in one.elsewhere.items()]
    return "\n".join(lines) + "\n"


def _lines(figures: Mapping[str, int], names: Mapping[str, tuple[str, str]]) -> list[str]:
    return [f"  {tr(*names.get(name, (name, name)))}: {count}" for name, count in figures.items() if count]
