"""The toll guard: what a list of leads must never make the robot dial."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.numbering import RANGES, REASONS, NumberGuard, Refusal

pytestmark = pytest.mark.unit

RUSSIA = NumberGuard()
E164 = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True) | st.from_regex(r"\+7[3-9][0-9]{9}", fullmatch=True)
PREFIXES = st.from_regex(r"\+[1-9][0-9]{0,7}", fullmatch=True)

REFUSED = {
    Refusal.PREMIUM: ["+78091234567", "+78031234567", "+979123456789"],
    Refusal.SHARED_COST: ["+78011234567", "+80812345678"],
    Refusal.TOLL_FREE: ["+78001234567", "+78041234567", "+80012345678"],
    Refusal.SPECIAL: ["+78021234567", "+78051234567", "+78061234567", "+78071234567", "+78081234567", "+87812345678"],
    Refusal.SATELLITE: ["+79541012345", "+870773111632", "+881612345678", "+88213123456", "+883510001234567"],
    Refusal.INTERNATIONAL: [
        "+77011234567",  # Kazakhstan, mobile
        "+77172123456",  # Astana
        "+76001234567",
        "+78401234567",  # Abkhazia
        "+79401234567",
        "+375291234567",
        "+442079460958",
        "+18765551234",  # Jamaica
        "+19005551234",
        "+5355512345",
        "+37167123456",
        "+252612345678",
        "+2471234567",
        "+0123456789",  # nobody's
    ],
    Refusal.SHORT: ["112", "900", "0911", "01", "+112", "+7112", "*100#", "#31#112", "8", "+7495"],
    Refusal.NOT_A_NUMBER: [
        "",
        "+",
        "++79161234567",
        "89161234567",
        "79161234567",
        "+7916123456a",
        "+7 916 123 45 67",
        "+٧٩١٦١٢٣٤٥٦٧",
        "+79161234567,,1",
        "+79161234567;ext=1",
        "+79161234567@trunk",
        "+79161234567&+78091234567",
        "+79161234567\n",
        "\x00+79161234567",
        "sip:a@b",
        "+" + "7" * 5000,
    ],
    Refusal.UNKNOWN_RANGE: [
        "+70001234567",
        "+72001234567",
        "+7916123456",
        "+791612345678",
        "+789161234567",  # +7, then the trunk prefix 8
        "+788091234567",
    ],
}


@pytest.mark.parametrize(("phone", "code"), [(phone, code) for code, phones in REFUSED.items() for phone in phones])
def test_what_is_refused_unless_it_is_allowed(phone: str, code: Refusal) -> None:
    assert RUSSIA.refusal(phone) is code


@pytest.mark.parametrize(
    "phone",
    [
        "+74951234567",
        "+74991234567",
        "+78121234567",
        "+78432123456",
        "+73432123456",
        "+73652123456",
        "+74012123456",
        "+74152123456",
        "+79001234567",
        "+79161234567",
        "+79781234567",
        "+79999999999",
        "+79701234567",
    ],
)
def test_ordinary_russian_numbers_are_dialed(phone: str) -> None:
    assert RUSSIA.refusal(phone) is None


@pytest.mark.parametrize(
    ("allowed", "phone", "code"),
    [
        (("+7", "+77"), "+77011234567", None),
        (("+77",), "+77011234567", None),
        (("+77",), "+770112345678", Refusal.UNKNOWN_RANGE),
        (("+77",), "+79161234567", Refusal.NOT_ALLOWED),
        (("+7495", "+7499"), "+74951234567", None),
        (("+7495", "+7499"), "+78121234567", Refusal.NOT_ALLOWED),
        (("+7495",), "+749512345678", Refusal.UNKNOWN_RANGE),
        (("+78",), "+78091234567", Refusal.PREMIUM),
        (("+7", "+7809"), "+78091234567", None),
        (("+7", "+7809"), "+78031234567", Refusal.PREMIUM),
        (("+7", "+78091234567"), "+78091234567", None),
        (("+7", "+7800"), "+78001234567", None),
        (("+7", "+7805"), "+78051234567", None),
        (("+7", "+7840"), "+78401234567", None),
        (("+7", "+881"), "+881612345678", None),
        (("+8",), "+881612345678", Refusal.SATELLITE),
        (("+375",), "+375291234567", None),
        (("+375",), "+79161234567", Refusal.INTERNATIONAL),
        (("+44",), "+442079460958", None),
        (("+44",), "+449098790001", Refusal.PREMIUM),
        (("+447",), "+447012345678", Refusal.SPECIAL),  # personal numbers, a classic of fraud
        (("+1",), "+12125551234", None),
        (("+1",), "+18765551234", Refusal.INTERNATIONAL),
        (("+18",), "+18765551234", Refusal.INTERNATIONAL),
        (("+1", "+1876"), "+18765551234", None),
        (("+1",), "+19005551234", Refusal.PREMIUM),
        (("112",), "112", None),
        (("112",), "113", Refusal.SHORT),
        (("+7", "*100#"), "*100#", None),
        ((), "+79161234567", Refusal.INTERNATIONAL),
        (("",), "+79161234567", Refusal.INTERNATIONAL),
        (("+",), "+79161234567", Refusal.INTERNATIONAL),
        (("7",), "+79161234567", Refusal.INTERNATIONAL),
        (("+7*",), "+79161234567", Refusal.INTERNATIONAL),
    ],
)
def test_what_a_prefix_allows(allowed: tuple[str, ...], phone: str, code: Refusal | None) -> None:
    assert NumberGuard(allowed).refusal(phone) is code


@pytest.mark.parametrize(
    ("allowed", "denied", "code"),
    [
        (("+7",), ("+7916",), Refusal.DENIED),
        (("+7",), ("+79161234567",), Refusal.DENIED),
        (("+7", "+7916123"), ("+7916",), None),
        (("+7916",), ("+7916",), Refusal.DENIED),
        (("+7",), ("+",), None),
        (("+7",), ("",), None),
        ((), ("+7916",), Refusal.DENIED),
    ],
)
def test_what_is_denied(allowed: tuple[str, ...], denied: tuple[str, ...], code: Refusal | None) -> None:
    assert NumberGuard(allowed, denied).refusal("+79161234567") is code


def test_every_code_is_explained_and_every_range_guarded() -> None:
    assert set(REASONS) == set(Refusal)
    everywhere = NumberGuard(tuple(f"+{n}" for n in range(1, 10)))
    for prefix, code in RANGES.items():
        assert everywhere.refusal(prefix.ljust(12, "1")) is code


@given(E164 | st.text(max_size=20))
def test_only_whole_numbers_of_russia_are_ever_dialed_by_default(phone: str) -> None:
    if RUSSIA.refusal(phone) is None:
        assert phone[:2] == "+7"
        assert phone[2] in "3489"
        assert len(phone) == 12
        assert phone[1:].isascii()
        assert phone[1:].isdecimal()


@given(E164, st.lists(PREFIXES, max_size=4), st.lists(PREFIXES, max_size=4))
def test_denying_more_never_allows_more_and_nothing_is_dialed_that_nobody_allowed(
    phone: str, allowed: list[str], denied: list[str]
) -> None:
    guard, stricter = NumberGuard(tuple(allowed)), NumberGuard(tuple(allowed), tuple(denied))
    assert guard.refusal(phone) is None or stricter.refusal(phone) is not None
    if guard.refusal(phone) is None:
        assert any(phone.startswith(prefix) for prefix in allowed)
