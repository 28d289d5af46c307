"""Telephones keep their order, their owners and every number; what is none is told."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.people.phone import Phone, masked, merged, own_number, read_phones, written

FATHER = [Phone("13870561489", "父亲")]
MOTHER = [Phone("13912345678", "母亲")]
OWN, LANDLINE = Phone("13812345678"), Phone("0834-7221234")


@pytest.mark.parametrize(
    "text",
    [
        "13870561489(他爸)",
        "13870561489（父亲）",
        "他爸13870561489",
        "父亲：138 7056 1489",
        "爸爸电话 13870561489",
        "138-7056-1489 父",
        "+86 13870561489【爸】",
        "１３８７０５６１４８９（爸）",
    ],
)
def test_a_number_beside_which_stands_whose_it_is_is_not_the_persons_own(text: str) -> None:
    reading = read_phones(text)
    assert reading == (FATHER, [], [])
    assert own_number(reading.phones) is None


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("13812345678/13870561489（爸）", [OWN, *FATHER]),
        ("13812345678 13912345678", [OWN, Phone("13912345678")]),
        ("爸:13870561489 妈:13912345678", FATHER + MOTHER),
        ("本人13812345678；0834-7221234", [OWN, LANDLINE]),
        ("(0834)7221234", [LANDLINE]),
        ("0834 722 1234转801", [Phone("0834-7221234转801")]),
        ("7221234（家）", [Phone("7221234", "家里")]),
        ("13812345678（村主任沙马木加）", [Phone("13812345678", "村主任沙马木加")]),
        ("13812345678、13812345678", [OWN]),
        ("010-62221234", [Phone("010-62221234")]),
        ("13870561489爸 13912345678妈", FATHER + MOTHER),
        ("爸13870561489 妈13912345678", FATHER + MOTHER),
        ("13812345678 爸：13870561489", [OWN, *FATHER]),
        ("13812345678(本人)爸13870561489", [OWN, *FATHER]),
        ("13870561489爸 13912345678妈 13812345678", [*FATHER, *MOTHER, OWN]),
        ("爸13870561489 妈13912345678 哥13812345678", [*FATHER, *MOTHER, Phone("13812345678", "哥哥")]),
    ],
)
def test_every_number_is_kept_in_its_order(text: str, phones: list[Phone]) -> None:
    assert read_phones(text).phones == phones


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("1381234567", ["1381234567"]),
        ("13812345678、138123", ["138123"]),
        ("513431199001010121", ["513431199001010121"]),
        ("不知道", ["不知道"]),
    ],
)
def test_what_is_no_telephone_is_told(text: str, unread: list[str]) -> None:
    assert read_phones(text).unread == unread


def test_a_remark_is_nobody() -> None:
    assert read_phones("13812345678（停机）") == ([OWN], ["停机"], [])


def test_written_telephones_are_read_the_same_again() -> None:
    owners = ("", "父亲", "村主任沙马木加", "家里", "Lee")
    numbers = ("13812345678", "0834-7221234", "0834-7221234转801", "7221234", "4008001234")
    checked = 0
    for some in itertools.product(itertools.product(numbers, owners), repeat=2):
        phones = list({number: Phone(number, owner) for number, owner in some}.values())
        assert read_phones(written(phones)) == (phones, [], [])
        checked += 1
    assert checked == 625


def test_the_own_mobile_comes_before_the_own_landline() -> None:
    assert own_number([LANDLINE, *FATHER, OWN]) == OWN.number
    assert own_number([*FATHER, LANDLINE]) == LANDLINE.number


def test_masked_numbers_keep_their_end_and_their_owner() -> None:
    assert masked("13812345678、13870561489（父亲）、0834-7221234转801") == "…5678、…1489（父亲）、…1234转801"


@pytest.mark.parametrize(
    ("told", "after"),
    [
        ([OWN], [OWN, *FATHER]),
        ([Phone("13870561489")], [OWN, *FATHER]),
        ([Phone("13870561489", "舅舅")], [OWN, Phone("13870561489", "舅舅")]),
        ([Phone("13900000000")], [Phone("13900000000"), *FATHER]),
        ([Phone("13900000000"), Phone("13870561489")], [Phone("13900000000"), *FATHER]),
    ],
)
def test_a_sheet_takes_nobody_elses_number_away_and_gives_none_to_the_person(
    told: list[Phone], after: list[Phone]
) -> None:
    assert merged([OWN, *FATHER], told) == after


PIECES = (
    "13812345678",
    "0834-7221234",
    "(他爸)",
    "（母亲）",
    "、",
    "/",
    " ",
    "本人",
    "12",
    "1381234",
    "转801",
)
PIECES += ("停机", "：", "爸", "7221234", "沙马", "(", ")", "-", "或", "86")


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_what_is_kept_of_any_cell_stands_in_it_and_reads_the_same_again(text: str) -> None:
    reading = read_phones(text)
    assert read_phones(written(reading.phones)) == (reading.phones, [], [])
    digits = re.sub(r"\D", "", text)
    for phone in reading.phones:
        assert re.sub(r"\D", "", phone.number) in digits
    assert reading.phones or reading.unread or not text.strip()


@pytest.mark.parametrize("text", ["1381234 0834-7221234", "1381234、5678", "801-0834-7221234"])
def test_two_numbers_are_never_read_as_one(text: str) -> None:
    assert [phone.number for phone in read_phones(text).phones if phone.number.startswith("138")] == []
    assert "8010834" not in written(read_phones(text).phones)
