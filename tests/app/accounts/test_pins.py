"""Which PINs open a worker's account: six digits, and not what everybody tries first."""

import random
from datetime import date

import pytest

from app.accounts.pins import pin_refusal, pin_typed

BORN = date(1990, 5, 3)
OWN = ("513431199005031230", "13881234567")
COMMON = "这个密码太简单"
THEIRS = "密码不能是你的生日"


@pytest.mark.parametrize(
    "pin",
    [
        "123456",
        "654321",
        "234567",
        "987654",
        "890123",
        "000000",
        "111111",
        "121212",
        "112233",
        "123123",
        "123321",
        "888888",
        "666888",
        "520131",
        "147258",
        "159357",
        "246802",
        "135791",
        "111222",
        "001122",
        "747474",
        "700700",
    ],
)
def test_a_pin_that_everybody_tries_is_refused(pin: str) -> None:
    assert COMMON in str(pin_refusal(pin, BORN, OWN))


@pytest.mark.parametrize(
    "pin", ["900503", "030590", "050390", "199005", "051990", "199053", "531990", "343119", "123456"]
)
def test_a_pin_of_ones_own_birthday_or_number_is_refused(pin: str) -> None:
    assert pin_refusal(pin, BORN, OWN) is not None


@pytest.mark.parametrize("pin", ["812345", "388123", "431199", "500503"])
def test_a_part_of_the_telephone_or_the_id_number_is_refused(pin: str) -> None:
    assert (pin in OWN[0] or pin in OWN[1]) == (THEIRS in str(pin_refusal(pin, BORN, OWN)))


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "abcdef", "12 34 5", "-12345", "1e5000", "١٢٣٤٥٦x"])
def test_what_is_not_six_digits_is_refused(pin: str) -> None:
    assert "6 位数字" in str(pin_refusal(pin_typed(pin), BORN, OWN))


def test_a_good_pin_is_taken_however_wide_it_is_typed() -> None:
    assert pin_typed(" ３８ ０６　１７ ") == "380617"
    assert pin_refusal("380617", BORN, OWN) is None


def test_nearly_every_pin_is_free() -> None:
    """A rule that refuses much teaches people to write the PIN on the telephone: less than one in ten."""
    chance = random.Random(13)
    drawn = [f"{chance.randrange(1_000_000):06d}" for _ in range(4000)]
    refused = [pin for pin in drawn if pin_refusal(pin, BORN, OWN)]
    assert 0 < len(refused) < 400
