"""What a phrase says: texts, variants, recordings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scripts_dialog.editing.document import drop, grown, put
from scripts_dialog.editing.edits import SaidAs
from scripts_dialog.editing.errors import EditError


def set_say(node: Any, variants: Sequence[SaidAs]) -> None:
    """In the plainest way it can be written."""
    if not variants:
        _leave_out(node, "say", "audio")
        return
    only = variants[0]
    if len(variants) == 1 and not only.variant:
        _put_first(node, "say", _one_or_more(only.texts))
        if only.audio:
            put(node, "audio", _one_or_more(only.audio))
        else:
            _leave_out(node, "audio")
        return
    _leave_out(node, "audio")
    known = {str(one.get("variant", "")): one for one in _written(node)}
    _put_first(node, "say", grown([]))
    node["say"].extend(_variant(known.get(one.variant), one) for one in variants)


def stop_variant(node: Any, variant: str) -> None:
    written = _written(node)
    kept = [one for one in written if str(one.get("variant", "")) != variant]
    if len(kept) == len(written):
        raise _no_variant(variant)
    if not kept:
        raise EditError(
            "last_variant",
            f"«{variant}» — последний вариант: без него фразе нечего сказать",
            f"'{variant}' is the last variant: without it there is nothing to say",
        )
    del node["say"][next(index for index, one in enumerate(written) if str(one.get("variant", "")) == variant)]


def keep_variant(node: Any, variant: str) -> None:
    written = _written(node)
    others = [index for index, one in enumerate(written) if str(one.get("variant", "")) != variant]
    if len(others) == len(written):
        raise _no_variant(variant)
    for index in reversed(others):
        del node["say"][index]
    if "weight" in node["say"][0]:
        drop(node["say"][0], "weight")


def _variant(known: Any, wanted: SaidAs) -> Any:
    """In the lines it had, where it had any."""
    made = known if known is not None else grown({"variant": wanted.variant} if wanted.variant else {})
    put(made, "text", _one_or_more(wanted.texts))
    for key, value, usual in (("weight", wanted.weight, 1), ("audio", _one_or_more(wanted.audio or ("",)), "")):
        if value != usual:
            put(made, key, value)
        elif key in made:
            drop(made, key)
    return made


def _written(node: Any) -> list[Any]:
    found = node.get("say")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _one_or_more(texts: Sequence[str]) -> Any:
    folded = [" ".join(text.split()) for text in texts]
    return folded[0] if len(folded) == 1 else grown(folded)


def _put_first(node: Any, key: str, value: Any) -> None:
    """Where a reader looks for it: after the title."""
    if key in node:
        put(node, key, value)
    else:
        node.insert(1 if "title" in node else 0, key, value)


def _leave_out(node: Any, *keys: str) -> None:
    for key in keys:
        if key in node:
            drop(node, key)


def _no_variant(variant: str) -> EditError:
    return EditError("no_variant", f"варианта «{variant}» у фразы нет", f"the phrase has no variant '{variant}'")
