"""Names that are mapped anew while connectors hold them: what is saved in the browser holds from the next delivery
on, without a restart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


class LiveNames(Mapping[str, str]):
    """Ours -> theirs, in a section of the settings. Whoever reads it sees one moment's mapping per look."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._now = dict(names)

    def become(self, names: Mapping[str, str]) -> None:
        self._now = dict(names)

    def __getitem__(self, ours: str) -> str:
        return self._now[ours]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)
