"""Where a text may be cut into sentences: the seams between what is known before a call and what the call brings. Pure.

Works on words ready to be said and on texts with variables alike, and cuts both at the same places.
"""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?…])[»\")]*\s+(?=[«\"(\[{*]*(?:[А-ЯЁA-Z\d]|[{\[*]))")
_LAST_WORD = re.compile(r"([^\W_]+)\.$")
_SHORT_FORMS = re.compile(
    r"ул|г|гг|д|стр|корп|руб|коп|тыс|млн|млрд|т|е|п|им|пр|пл|др|см|тел|доб|ст|кв|обл|р|мин|сек|ч|мес|пер|наб|ш|эт|оф|"
    r"бул|просп|зд",
    re.IGNORECASE,
)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences in order, each with its marks. A dot after a short form ("ул. Ленина") or an initial ends none, and
    nothing is cut inside a variable or a mark."""
    cut: list[str] = []
    start = 0
    for end in _END.finditer(text):
        before = text[start : end.start()]
        if not _is_whole(before):
            continue
        cut.append(text[start : end.end()].strip())
        start = end.end()
    rest = text[start:].strip()
    return (*cut, rest) if rest else tuple(cut)


def _is_whole(before: str) -> bool:
    if before.count("{") != before.count("}") or before.count("[") != before.count("]") or before.count("*") % 2:
        return False
    last = _LAST_WORD.search(before)
    if last is None:
        return True
    word = last[1]
    return not _SHORT_FORMS.fullmatch(word) and (len(word) > 1 or word.isdigit())
