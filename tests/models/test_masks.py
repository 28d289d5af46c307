"""What a public list says of a person: enough to recognise oneself, too little to find somebody else."""

from datetime import date, timedelta

import pytest

from models.people.masks import age_band, masked_age, masked_id, masked_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [("沙", "沙*"), ("沙马", "沙*"), ("沙马木", "沙**"), ("沙马木加", "沙***"), ("吉克阿依子洛", "吉***")],
)
def test_of_a_name_the_first_character_is_shown_and_at_most_three_stars(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("513431197605278701", "5134************01"),
        ("51343119760527870143", "5134**************43"),
        (None, "******************"),
        ("", "******************"),
    ],
)
def test_of_a_number_four_digits_and_two_are_shown_and_an_unknown_one_looks_no_shorter(
    number: str | None, shown: str
) -> None:
    assert masked_id(number) == shown


BANDS = (
    (range(16), 0, "不到 16 岁"),
    (range(16, 18), 16, "16—17 岁"),
    (range(18, 21), 18, "18—20 岁"),
    (range(21, 26), 21, "21—25 岁"),
    (range(26, 31), 26, "26—30 岁"),
    (range(31, 36), 31, "31—35 岁"),
    (range(36, 41), 36, "36—40 岁"),
    (range(41, 46), 41, "41—45 岁"),
    (range(46, 51), 46, "46—50 岁"),
    (range(51, 56), 51, "51—55 岁"),
    (range(56, 61), 56, "56—60 岁"),
    (range(61, 110), 61, "61 岁以上"),
)


@pytest.mark.parametrize(("ages", "first", "shown"), BANDS)
def test_every_age_is_told_by_its_band_all_the_year_through(ages: range, first: int, shown: str) -> None:
    for age in ages:
        born = date(2017 - age, 5, 3)
        for day in (date(2017, 1, 1), date(2017, 5, 2), date(2017, 5, 3), date(2017, 12, 31)):
            assert age_band(born, day) == first
            assert str(masked_age(born, day)) == shown
        assert age_band(born, date(2017, 12, 31) + timedelta(days=1)) == age_band(born, date(2018, 5, 3))
