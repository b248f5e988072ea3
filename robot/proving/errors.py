"""What keeps a proof from being run.

ProvingError
└── PartMissing    a program or a permission that it needs is not there
"""

from __future__ import annotations


class ProvingError(Exception):
    """It says nothing about the product: the proof itself could not be run."""

    code = "proving"
    retryable = False

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class PartMissing(ProvingError):
    code = "part_missing"
