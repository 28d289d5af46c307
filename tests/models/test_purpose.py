"""What personal data is opened for: one of a list, and a word."""

import pytest

from models.people.purpose import Purpose, obstacle, parts, purpose_in_words, stated


@pytest.mark.parametrize(
    ("purpose", "word"),
    [
        ("", "通知面试"),
        ("通知面试", ""),
        ("other", ""),
        ("other", " x "),
        ("contact", "打 138 0000 4321"),
        ("identify", "513431199005031234"),
    ],
)
def test_what_states_no_purpose_or_carries_a_number_is_refused(purpose: str, word: str) -> None:
    assert obstacle(purpose, word)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_purpose_is_kept_and_told_with_its_word(purpose: Purpose) -> None:
    assert obstacle(purpose, "2026 年春季招聘") is None
    kept = stated(purpose, " 2026 年春季招聘 ")
    assert parts(kept) == (purpose, "2026 年春季招聘")
    assert str(purpose_in_words(kept)).endswith("：2026 年春季招聘")


def test_what_was_noted_before_there_was_a_list_stays_as_it_was() -> None:
    assert parts("打电话：通知") == (None, "打电话：通知")
    assert str(purpose_in_words("打电话")) == "打电话"
