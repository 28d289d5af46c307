"""Any text is read without an error, in linear time, and every passage is where it says."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.posting_law import RULES, Floor, Posting, check_posting
from models.posting_law.laws import SOURCES
from models.posting_law.lexicon import words
from models.posting_law.numerals import chinese, number_at
from tests.whole import share

NAMES = (
    "ethnicity origin sex marriage health religion minor forbidden deposit papers wage probation hours"
    " contract age insurance fee"
)
FRAGMENTS = st.sampled_from(
    [*sorted(words()), *"0123456789一十百千万两半 ,。:、()-*\n/+%", "18-45岁", "8:00-20:00"]
)
MIXED = st.lists(FRAGMENTS | st.text(max_size=3), max_size=30).map("".join)


def check(title: str, description: str) -> list:
    posting = Posting(title, description, "440600", 1500, date(2017, 5, 3))
    return check_posting(posting, lambda city, day: Floor(1510, "粤府函〔2015〕16号", False)), posting


@settings(max_examples=share(75, 300))
@given(title=MIXED | st.text(), description=MIXED | st.text())
def test_any_text_is_read_and_every_passage_is_where_it_says(title: str, description: str) -> None:
    found, posting = check(title, description)
    for one in found:
        assert str(one.sentence)
        assert one.source
        if one.start is not None:
            assert getattr(posting, one.field)[one.start : one.end] == one.passage != ""
        else:
            assert "=" in one.passage


@pytest.mark.parametrize(
    "piece",
    [
        "急招普工,男女不限,18-45岁,月薪5000-6500元,包吃住,不要彝族\n",
        "彝族、",
        "每天12小时,",
        "女",
        "押金",
        "底薪1400元",
        "(",
    ],
)
def test_eight_times_the_text_does_not_take_many_times_eight(piece: str) -> None:
    """Linear, on whatever machine: 8 times the text took up to 9 times as long; quadratic would be 64."""
    short = piece * (8_000 // len(piece.encode()))
    check("", piece)
    assert seconds("", short * 8) < 24 * seconds("", short) + 0.1


def seconds(title: str, description: str) -> float:
    """Of processor, the better of two runs."""
    took = []
    for _run in range(2):
        started = time.process_time()
        check(title, description)
        took.append(time.process_time() - started)
    return min(took)


def test_the_rules_carry_the_agreed_names_and_name_their_law() -> None:
    assert list(RULES) == list(NAMES.split())
    assert set(SOURCES) == set(RULES)
    for rule in RULES.values():
        assert "art." in rule.__doc__ or "〔" in rule.__doc__


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.8k", 1800),
        ("2,500", 2500),
        ("2千5", 2500),
        ("1.2万", 12000),
        ("一千八", 1800),
        ("两千", 2000),
        ("三千五百", 3500),
        ("一万二", 12000),
        ("一百零五", 105),
        ("十二", 12),
        ("二十", 20),
        ("四十五", 45),
        ("壹仟", 1000),
    ],
)
def test_numbers_as_recruiters_write_them(text: str, value: float) -> None:
    folded = text.replace("壹", "一").replace("仟", "千")
    assert number_at(folded, 0) == (value, len(folded))


@given(st.integers(min_value=1, max_value=9))
def test_chinese_tens(digit: int) -> None:
    assert chinese("一二三四五六七八九"[digit - 1] + "十") == digit * 10
