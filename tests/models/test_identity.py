"""Identity numbers as counties type them: what is taken, what is refused, and with which words."""

from datetime import date, timedelta

import pytest

from app.kit.files.cells.people import parse_id
from models.people.identity import IdNumber, IdNumberProblem, InvalidIdNumber, Sex, keyed_digest, mask
from tests.factories.people import id_number

TODAY = date(2026, 6, 1)
GOOD = "513431197605278701"
WITH_X = "51343119820608973X"


def problem_of(text: str | None) -> IdNumberProblem:
    with pytest.raises(InvalidIdNumber) as refused:
        IdNumber.parse(text, TODAY)
    return refused.value.problem


@pytest.mark.parametrize(
    "typed",
    [
        "'513431197605278701\t",
        " 513431 19760527 8701　",
        "５１３４３１１９７６０５２７８７０１",
        '="513431197605278701"',
        "\ufeff513431\u200b197605278701",
        "513431-19760527-8701",
        "‘513431197605278701",
        "513431197605278701。",
    ],
)
def test_wrapping_is_removed(typed: str) -> None:
    assert IdNumber.parse(typed, TODAY).number == GOOD


@pytest.mark.parametrize("typed", ["51343119820608973x", "51343119820608973Ｘ", "51343119820608973×"])
def test_every_x_is_the_same_x(typed: str) -> None:
    assert IdNumber.parse(typed, TODAY).number == WITH_X


def test_number_tells_birth_sex_age_and_shows_only_its_ends() -> None:
    person = IdNumber.parse(GOOD, TODAY)
    assert (person.birth_date, person.sex) == (date(1976, 5, 27), Sex.FEMALE)
    assert (person.age_on(date(2017, 5, 26)), person.age_on(date(2017, 5, 27))) == (40, 41)
    assert person.masked == mask(GOOD) == "5134**********8701"
    assert person.last_four == "8701"
    assert GOOD not in repr(person)


@pytest.mark.parametrize("digit", range(10))
def test_odd_is_a_man_and_even_a_woman(digit: int) -> None:
    assert IdNumber(f"5134311976052787{digit}0").sex is (Sex.MALE if digit in (1, 3, 5, 7, 9) else Sex.FEMALE)


def test_somebody_of_the_oldest_years_is_registered_and_a_year_older_is_asked_about() -> None:
    born = date(TODAY.year - 110, 1, 1)
    assert IdNumber.parse(id_number(born=born), TODAY).birth_date == born
    assert problem_of(id_number(born=born - timedelta(days=1))) is IdNumberProblem.TOO_OLD


@pytest.mark.parametrize(
    ("typed", "category", "grade"),
    [("53332319711013865X43", 4, 3), ("53332319711013865x43B", 4, 3), ("53332319711013865x43B1", 4, 3)],
)
def test_disability_card_is_the_id_number_and_the_disability(typed: str, category: int, grade: int) -> None:
    person = IdNumber.parse(typed, TODAY)
    assert person.number == "53332319711013865X"
    assert (person.disability_category, person.disability_grade) == (category, grade)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        (None, IdNumberProblem.EMPTY),
        (" 　\t", IdNumberProblem.EMPTY),
        ("5.22427E+17", IdNumberProblem.SCIENTIFIC),
        ("5.13431197605278e+17", IdNumberProblem.SCIENTIFIC),
        ("513431760527870", IdNumberProblem.OLD_FIFTEEN),
        ("51343119760527870", IdNumberProblem.LENGTH),
        ("5134311976052787011", IdNumberProblem.LENGTH),
        ("5134311976052787O1", IdNumberProblem.LETTERS),
        ("513431l97605278701", IdNumberProblem.LETTERS),
        ("513431197605278701元", IdNumberProblem.CHARACTERS),
        ("5134X1197605278701", IdNumberProblem.CHARACTERS),
        ("513431197602308701", IdNumberProblem.BIRTH_DATE),
        ("513431203103159305", IdNumberProblem.FUTURE),
        ("513431190005278701", IdNumberProblem.TOO_OLD),
        ("513431197605278702", IdNumberProblem.CHECK_DIGIT),
        ("51343119760527870199", IdNumberProblem.CARD_TAIL),
        ("5134311976052787019911", IdNumberProblem.CARD_TAIL),
        ("51343119760527870143B12", IdNumberProblem.LENGTH),
        ("5134311976052787O143B1", IdNumberProblem.LETTERS),
    ],
)
def test_each_wrong_number_is_refused_for_its_own_reason(typed: str | None, problem: IdNumberProblem) -> None:
    assert problem_of(typed) is problem


def test_letter_o_is_reported_with_its_places_and_never_repaired() -> None:
    with pytest.raises(InvalidIdNumber) as refused:
        IdNumber.parse("5134311994OO189561", TODAY)
    assert refused.value.sentence.params == {"places": ["11", "12"]}


def test_refusal_never_carries_the_number() -> None:
    with pytest.raises(InvalidIdNumber) as refused:
        IdNumber.parse("513431197605278702", TODAY)
    assert "513431" not in str(refused.value) + repr(refused.value.sentence)


def test_old_codes_of_renamed_areas_are_known_and_only_invented_ones_are_doubted() -> None:
    known = ["522426199605169168", "532122198001010015", "110101199003070003"]
    for number in known:
        assert IdNumber(number).has_known_prefix
    assert not IdNumber("990101199003070003").has_known_prefix
    assert not IdNumber("513499199003070003").has_known_prefix


@pytest.mark.parametrize("prefix", ["451003", "451082", "513402", "520581"])
def test_the_codes_of_counties_raised_since_2019_are_known(prefix: str) -> None:
    assert IdNumber(f"{prefix}199003070003").has_known_prefix


def test_a_reissued_disability_card_ends_in_b_and_its_count() -> None:
    person = IdNumber.parse("513431197605278701 42B1", TODAY)
    assert (person.number, person.disability_category, person.disability_grade) == (GOOD, 4, 2)


def test_digest_depends_on_number_and_key() -> None:
    assert keyed_digest(b"a", GOOD) == keyed_digest(b"a", GOOD)
    assert len({keyed_digest(b"a", GOOD), keyed_digest(b"b", GOOD), keyed_digest(b"a", WITH_X)}) == 3


def test_two_digits_behind_a_disability_card_are_named_and_cost_nobody_the_register() -> None:
    person = IdNumber.parse("5134311976052787014311", TODAY)
    assert (person.disability_category, person.disability_grade, person.odd_tail) == (4, 3, "11")
    assert IdNumber.parse("51343119760527870142B1", TODAY).odd_tail == ""
    read = parse_id("5134311976052787014311", TODAY)
    assert read.value.number == "513431197605278701"
    assert "11" in str(read.warning)
