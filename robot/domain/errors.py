"""What can be wrong with a rule that a person wrote down.

InvalidRule (ValueError)   code, retryable; the sentence in both languages says what to write instead
├── InvalidWindow          invalid_window    calling hours that cannot be read
├── InvalidPattern         invalid_pattern   a stop-list pattern that stops nobody, or nearly everybody
├── InvalidTariff          invalid_tariff    a tariff table that cannot be read
├── InvalidName            invalid_name      a user's or a token's name that will not do
├── InvalidPassword        invalid_password  a password that is guessed
├── NameTaken              name_taken        there is a user, or a token, of this name
├── UnknownUser            unknown_user      there is none
└── LastHead               last_head         nobody would be left who may manage users
NoTariff (LookupError)     no_tariff         no row of the tariff is for this number: it must not be dialed

InvalidPhone of robot.domain.phones is older and stands alone.
"""

from __future__ import annotations

from typing import ClassVar


class InvalidRule(ValueError):
    """Base of what a person wrote wrong. `ru` and `en` are the same sentence; str() gives the English one."""

    code: ClassVar[str] = "invalid_rule"
    retryable: ClassVar[bool] = False

    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.ru = ru
        self.en = en


class InvalidWindow(InvalidRule):
    code = "invalid_window"


class InvalidPattern(InvalidRule):
    code = "invalid_pattern"


class InvalidTariff(InvalidRule):
    code = "invalid_tariff"


class InvalidName(InvalidRule):
    code = "invalid_name"


class InvalidPassword(InvalidRule):
    code = "invalid_password"


class NameTaken(InvalidRule):
    code = "name_taken"


class UnknownUser(InvalidRule):
    code = "unknown_user"


class LastHead(InvalidRule):
    code = "last_head"


class NoTariff(LookupError):
    """Nobody knows what a call to this number costs. The message does not quote the number."""

    code: ClassVar[str] = "no_tariff"
    retryable: ClassVar[bool] = False
