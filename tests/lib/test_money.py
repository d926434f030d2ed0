from decimal import Decimal

import pytest

from amends.lib.money import Money


@pytest.mark.parametrize(
    ("amount", "currency", "says"),
    [
        ("412000", "EUR", "€ 412,000"),
        ("412000.00", "EUR", "€ 412,000"),
        ("7923.5", "EUR", "€ 7,923.50"),
        ("0.005", "USD", "$ 0.01"),
        ("0", "GBP", "£ 0"),
        ("-500", "EUR", "−€ 500"),
        ("-0.001", "EUR", "€ 0"),
        ("1250.4", "JPY", "¥ 1,250"),
        ("88000", "CHF", "CHF 88,000"),
        ("12408000", "SEK", "SEK 12,408,000"),
    ],
)
def test_money_reads_as_people_write_it(amount, currency, says):
    money = Money(Decimal(amount), currency)

    assert str(money) == says.replace(" ", "\N{NO-BREAK SPACE}")
    assert f"{money}" == str(money)


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        ("0", "€ 0"),
        ("999", "€ 999"),
        ("999.5", "€ 1 k"),
        ("268000", "€ 268 k"),
        ("999499", "€ 999 k"),
        ("999500", "€ 1 million"),
        ("6120000", "€ 6.1 million"),
        ("-268000", "−€ 268 k"),
    ],
)
def test_short_money_keeps_three_figures(amount, says):
    assert f"{Money(Decimal(amount), 'EUR'):short}" == says.replace(" ", "\N{NO-BREAK SPACE}")


def test_money_stands_in_a_column():
    assert f"{Money(Decimal(5), 'EUR'):>6}" == "   €\N{NO-BREAK SPACE}5"


@pytest.mark.parametrize("currency", ["eur", "EURO", "€", ""])
def test_a_currency_is_three_capitals(currency):
    with pytest.raises(ValueError, match="three capital letters"):
        Money(Decimal(1), currency)


@pytest.mark.parametrize("amount", ["NaN", "Infinity"])
def test_money_is_a_number(amount):
    with pytest.raises(ValueError, match="is a number"):
        Money(Decimal(amount), "EUR")
