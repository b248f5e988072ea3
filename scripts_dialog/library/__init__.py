"""The scripts that ship."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
COMMON = "common"
PARTS = _HERE / "parts"
"""Parts that the shipped scripts include, and others may."""


def names() -> tuple[str, ...]:
    """Names of the shipped scripts."""
    found = (path.name.removesuffix(".yaml") for path in _HERE.glob("*.yaml"))
    return tuple(sorted(name for name in found if not name.endswith(".test") and name != COMMON))


def path(name: str) -> Path:
    """The file of a shipped script, e.g. `path("cold_call")`. Raises FileNotFoundError naming those there are."""
    found = _HERE / f"{name}.yaml"
    if not name.replace("_", "").isalnum() or not found.is_file():
        raise FileNotFoundError(f"no script named {name!r}; there are: {', '.join(names())}")
    return found
