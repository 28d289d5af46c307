"""What a public list says of a person: enough to recognise oneself, too little to find somebody else."""

import pytest

from models.people.masks import masked_id, masked_name


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
