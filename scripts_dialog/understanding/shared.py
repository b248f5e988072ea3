"""The shared intents: what clients say in any call, with examples (`intents.yaml` beside this file)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from scripts_dialog.model import Intent

_FILE = Path(__file__).with_name("intents.yaml")


@lru_cache(maxsize=1)
def shared_intents() -> Mapping[str, Intent]:
    """Every shared intent by its name."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - only here

    data = YAML(typ="safe", pure=True).load(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType({name: Intent.model_validate(raw) for name, raw in data.items()})
