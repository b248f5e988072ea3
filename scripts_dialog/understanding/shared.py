"""The shared intents: what clients say in any call. `intents.yaml` has each with its most typical examples, `said.yaml`
further ways to say it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scripts_dialog.model import Intent

_FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def shared_intents() -> Mapping[str, Intent]:
    """Every shared intent by its name; its most typical examples come first."""
    said = _read("said.yaml")
    return MappingProxyType(
        {
            name: Intent.model_validate({**raw, "examples": raw["examples"] + said.get(name, "")})
            for name, raw in _read("intents.yaml").items()
        }
    )


def _read(name: str) -> dict[str, Any]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - only here

    data: dict[str, Any] = YAML(typ="safe", pure=True).load((_FOLDER / name).read_text(encoding="utf-8"))
    return data
