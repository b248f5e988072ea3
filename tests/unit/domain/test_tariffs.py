"""What a call costs, to the kopeck, and tables as people keep them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.domain.errors import InvalidTariff, NoTariff
from robot.domain.tariff_text import parse_tariff
from robot.domain.tariffs import RUSSIA, Rate, Tariff

pytestmark = pytest.mark.unit

MOSCOW, MOBILE, KAZAN = "+74951234567", "+79161234567", "+78432123456"
BY_SECOND = Rate("+7495", Decimal("1.20"), step_s=1)
BY_MINUTE = Rate("+79", Decimal("2.50"), Decimal("0.75"))
PAID_TRIES = Rate("+7843", Decimal(2), attempt=Decimal("0.101"))
TARIFF = Tariff((BY_SECOND, BY_MINUTE, PAID_TRIES))

PRICES = st.decimals(0, 1000, places=4)
RATES = st.builds(Rate, st.just("+7"), PRICES, PRICES, st.integers(1, 3600), PRICES)
SECONDS = st.integers(0, 7200) | st.floats(0, 7200)


@pytest.mark.parametrize(
    ("phone", "talked_s", "kopecks"),
    [
        (MOSCOW, 0, 0),
        (MOSCOW, 60, 120),
        (MOSCOW, 1, 2),
        (MOSCOW, 0.02, 2),
        (MOSCOW, 61.5, 124),
        (MOBILE, 0, 0),
        (MOBILE, 1, 325),
        (MOBILE, 60, 325),
        (MOBILE, 60.001, 575),
        (KAZAN, 0, 11),
        (KAZAN, 60, 211),
        (MOBILE, -5, 0),
    ],
)
def test_costs(phone: str, talked_s: float, kopecks: int) -> None:
    assert TARIFF.cost(phone, talked_s) == kopecks


def test_the_longest_prefix_wins_and_of_one_prefix_the_later_row() -> None:
    rows = (Rate("+7", Decimal(9)), Rate("+7495", Decimal(1)), Rate("+74951", Decimal(3)), Rate("+7", Decimal(5)))
    for tariff in (Tariff(rows), Tariff((rows[2], rows[1], rows[0], rows[3]))):
        assert [tariff.cost(phone, 60) for phone in (MOBILE, MOSCOW, "+74952234567")] == [500, 300, 100]


@pytest.mark.parametrize("phone", ["+77011234567", "+375291234567", "112", "", "79161234567", "+"])
def test_nobody_dials_what_nobody_knows_the_price_of(phone: str) -> None:
    assert TARIFF.rate(phone) is None
    for ask in (TARIFF.cost, TARIFF.most):
        with pytest.raises(NoTariff) as unknown:
            ask(phone, 60)
        assert unknown.value.code == "no_tariff"
        assert not phone or phone not in str(unknown.value)


@given(RATES, SECONDS, SECONDS)
def test_a_longer_call_never_costs_less_and_never_more_than_was_reserved(rate: Rate, one: float, other: float) -> None:
    shorter, longer = sorted((one, other))
    tariff = Tariff((rate,))
    assert 0 <= tariff.cost(MOBILE, shorter) <= tariff.cost(MOBILE, longer) <= tariff.most(MOBILE, longer)


@given(RATES, SECONDS)
def test_a_cost_is_what_the_contract_says_rounded_up(rate: Rate, talked_s: float) -> None:
    exact = Fraction(rate.attempt)
    if talked_s > 0:
        steps = -(-Fraction(talked_s) // rate.step_s)
        exact += Fraction(rate.connection) + Fraction(rate.per_minute) * steps * rate.step_s / 60
    cost = Tariff((rate,)).cost(MOBILE, talked_s)
    assert exact * 100 <= cost < exact * 100 + 1 + Fraction(1, 10**6)


@pytest.mark.parametrize(
    "row",
    [
        {"per_minute": Decimal(-1)},
        {"per_minute": Decimal("NaN")},
        {"per_minute": Decimal("Infinity")},
        {"per_minute": Decimal(1), "connection": Decimal(-1)},
        {"per_minute": Decimal(1), "attempt": Decimal(-1)},
        {"per_minute": Decimal(1), "step_s": 0},
    ],
)
def test_a_wrong_rate_is_refused(row: dict[str, Decimal]) -> None:
    with pytest.raises(ValueError, match="prices"):
        Rate("+7", **row)  # type: ignore[arg-type]


def test_the_shipped_table_knows_all_of_russia_and_nobody_else() -> None:
    assert all(RUSSIA.cost(phone, 60) > 0 for phone in (MOSCOW, MOBILE, KAZAN, "+78121234567"))
    assert RUSSIA.rate("+375291234567") is None


TABLE = "префикс;за минуту;соединение;шаг\n+79;2,50;0,75;60\n+7 (495);1,20;;1\n+7843;2 руб.;0;60\n"


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        "\ufeff" + TABLE.replace("\n", "\r\n"),
        TABLE.replace(";", "\t"),
        "# наш договор\n\n" + TABLE + "\n# конец\n",
        'prefix,per_minute,connection,step,remark\n79,"2,50",0.75,60,mobile\n7495,1.20,,1,\n7843,2,0,60,\n',
        "Remark;Step (s);Prefix;Price, RUB;Setup\nx;60;+79;2.50;0.75\n;1;+7495;1.2;\n;;+7843;2.0;0\n",
    ],
)
def test_tables_as_people_keep_them(text: str) -> None:
    tariff = parse_tariff(text)
    assert tariff.rows == (BY_MINUTE, BY_SECOND, Rate("+7843", Decimal(2)))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "пуста"),
        ("# только замечание\n", "пуста"),
        ("+79;2,50\n", "Строка 1: нужен заголовок"),
        ("префикс;цена\n", "нет ни одной строки"),
        ("префикс;цена;за минуту\n+79;1;1\n", "Строка 1: две колонки"),
        ("префикс;цена\n+79;1\n+7 9;2\n", "Строка 3: префикс +79 уже был"),
        ("префикс;цена\nМосква;1\n", "Строка 2: префикс"),
        ("префикс;цена\n;1\n", "Строка 2: префикс"),
        ("префикс;цена\n+;1\n", "Строка 2: префикс"),
        ("префикс;цена\n+79;\n", "Строка 2: цена"),
        ("префикс;цена\n+79\n", "Строка 2: цена"),
        ("префикс;цена\n+79;-1\n", "Строка 2: цена"),
        ("префикс;цена\n+79;1e9\n", "Строка 2: цена"),
        ("префикс;цена\n+79;NaN\n", "Строка 2: цена"),
        ("префикс;цена\n+79;=1+1\n", "Строка 2: цена"),
        ("префикс;цена\n+79;1.2.3\n", "Строка 2: цена"),
        ("префикс;цена\n+79;٢\n", "Строка 2: цена"),
        ("префикс;цена;шаг\n+79;1;0\n", "Строка 2: шаг"),
        ("префикс;цена;шаг\n+79;1;1,5\n", "Строка 2: шаг"),
        ("префикс;цена;шаг\n+79;1;3601\n", "Строка 2: шаг"),
        ("префикс;цена;шаг\n+79;1;0000036000\n", "Строка 2: шаг"),
        ("префикс;цена\n+79;" + "9" * 200_000 + "\n", "Строка 2 не читается"),
        ("префикс;цена;шаг\n+79;1;" + "9" * 5000 + "\n", "Строка 2: шаг"),
    ],
)
def test_a_table_that_cannot_be_read_says_where_and_what_to_write(text: str, says: str) -> None:
    with pytest.raises(InvalidTariff) as refused:
        parse_tariff(text)
    assert says in refused.value.ru
    assert str(refused.value) == refused.value.en != refused.value.ru


@given(st.text(max_size=200) | st.text(alphabet="+79;,.\n\"' #", max_size=60).map(lambda rows: "префикс;цена\n" + rows))
def test_any_text_is_a_table_or_a_refusal(text: str) -> None:
    try:
        tariff = parse_tariff(text)
    except InvalidTariff:
        return
    assert all(tariff.cost(row.prefix + "1234567", 60) >= 0 for row in tariff.rows)
