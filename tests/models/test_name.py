"""Names that look equal are equal; names that do not, stay two."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.people.name import clean_name, name_key

DOTS = "·•・‧∙⋅●.．｡。˙･․·"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("⽯⼀铁", "石一铁"),
        ("⻢⽊加", "马木加"),
        ("⻳兹", "龟兹"),
        ("\ufa1b木", "福木"),
        ("\ue863五", "䶮五"),
        ("\ue81e江", "龴江"),
        ("\ue857石", "䲟石"),
        ("葛\U000e0100木", "葛木"),
        ("张　三", "张三"),
        (" 沙马 \u200b木 加\u00a0", "沙马木加"),
        ("Ａli 买买提", "Ali买买提"),
        ("Maria  J. Lopez", "Maria J. Lopez"),
        ("沙马·尔布.", "沙马·尔布"),
    ],
)
def test_a_name_is_kept_in_its_common_characters(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept
    assert clean_name(kept) == kept
    assert name_key(typed) == name_key(kept)


@pytest.mark.parametrize("dot", DOTS)
def test_every_dot_of_a_name_is_the_middle_dot(dot: str) -> None:
    assert clean_name(f"吉克{dot}阿牛") == clean_name(f"吉克 {dot} 阿牛") == "吉克·阿牛"


@pytest.mark.parametrize("other", ["吉克阿牛", "吉克 阿牛", "吉克-阿牛", "吉克••阿牛"])
def test_a_dot_left_out_is_no_other_name(other: str) -> None:
    assert name_key(other) == name_key("吉克·阿牛")


def test_case_and_apostrophes_of_a_latin_name_are_no_other_name() -> None:
    assert name_key("O'Neil ANN") == name_key("O’Neil Ann")


@pytest.mark.parametrize("other", ["石□铁", "石*铁", "石？铁", "石铁", "石二铁", "\ue000一铁"])
def test_a_sign_for_an_unread_character_is_not_that_character(other: str) -> None:
    assert name_key(other) != name_key("石一铁")


def test_every_radical_and_compatibility_ideograph_ends_in_a_character_people_can_type() -> None:
    """U+2E80 alone has no equivalent; twelve of U+FA0E.. are characters of their own."""
    blocks = [*range(0x2E81, 0x2E9A), *range(0x2E9B, 0x2EF4), *range(0x2F00, 0x2FD6), *range(0xE815, 0xE865)]
    assert len(blocks) > 400
    for code in blocks:
        kept = clean_name(chr(code))
        assert [unicodedata.category(one) for one in kept] == ["Lo"]
        assert not 0x2E80 <= ord(kept) <= 0x2FDF


@given(st.text(alphabet="吉克·阿木⽯⼀•. ・-\u200b\u3000（）aB\ue863𬍛\ufa1b", max_size=20))
def test_cleaning_a_name_twice_changes_nothing_more_and_keeps_its_key(text: str) -> None:
    kept = clean_name(text)
    assert clean_name(kept) == kept
    assert name_key(kept) == name_key(text)
