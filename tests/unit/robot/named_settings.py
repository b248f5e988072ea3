"""The variables that settings are made of."""

from __future__ import annotations

from typing import get_args

from pydantic import BaseModel

from robot.settings import Settings


def settings_names(model: type[BaseModel] = Settings, prefix: str = "ZVONAR_") -> set[str]:
    """Every variable that may be set."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        options = [one for one in get_args(field.annotation) if one is not type(None)]
        inner = options[0] if len(options) == 1 and type(None) in get_args(field.annotation) else field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found |= settings_names(inner, f"{prefix}{name.upper()}__")
        else:
            found.add(f"{prefix}{name.upper()}")
    return found
