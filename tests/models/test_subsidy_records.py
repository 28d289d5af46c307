"""What a claim keeps of its sums and its questions comes back as it was, and decides what is paid."""

from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from models.i18n import Sentence
from models.training.subsidy import (
    TO_SCHOOL,
    ClaimLine,
    ClaimWarning,
    LineBasis,
    RatePart,
    Scheme,
    payment_key,
)

DAY = date(2017, 5, 8)
PART = RatePart(3, 5_000, "川人社发〔2019〕1号", True, 7)
WARNING = ClaimWarning(
    "same_account", Sentence("%(n)s 人同一个账号", {"n": 2}), (3, 4), "问过了", "木呷", DAY
)
BASIS = LineBasis((PART, replace(PART, days=1)), DAY, 120_000, 4, 1, 60, 72_000)


@pytest.mark.parametrize(
    "warning", [WARNING, replace(WARNING, answer="", answered_by="", answered_on=None, enrolment_ids=())]
)
def test_a_question_is_kept_and_read_as_it_was(warning: ClaimWarning) -> None:
    assert ClaimWarning.from_json(warning.as_json()) == warning


def test_a_question_that_an_older_version_kept_has_no_answer() -> None:
    kept = {"rule": "r", "sentence": "问", "params": {}, "enrolments": [1]}
    assert ClaimWarning.from_json(kept) == ClaimWarning("r", Sentence("问"), (1,))


@pytest.mark.parametrize("basis", [BASIS, LineBasis(), replace(BASIS, on=None, share=None, before_fen=0)])
def test_what_a_sum_rests_on_is_kept_and_read_as_it_was(basis: LineBasis) -> None:
    assert LineBasis.from_json(basis.as_json()) == basis


def test_a_line_that_could_not_be_computed_rests_on_nothing() -> None:
    assert LineBasis.from_json({}) == LineBasis((), None, None, 0, 0, None, None)


@pytest.mark.parametrize(
    ("checked", "holds"), [((), True), ((True,), True), ((True, False), False), ((False, True), False)]
)
def test_a_sum_is_checked_where_every_figure_in_it_is(checked: tuple[bool, ...], holds: bool) -> None:
    parts = tuple(replace(PART, verified=one) for one in checked)
    assert LineBasis(parts).is_verified is holds


@pytest.mark.parametrize("value", [PART, WARNING, BASIS])
def test_what_was_computed_is_not_rewritten(value: object) -> None:
    with pytest.raises(FrozenInstanceError):
        value.days = 9  # type: ignore[attr-defined]


@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize("paid", [False, True])
def test_a_line_is_due_that_nothing_stands_against_and_that_was_not_paid(refused: bool, paid: bool) -> None:
    line = ClaimLine(refused="", paid_on=DAY if paid else None)
    line.refusal = Sentence("没有上满课") if refused else None
    assert line.is_payable is not refused
    assert line.is_due is (not refused and not paid)


@pytest.mark.parametrize("said", [None, Sentence("缺 %(n)s 天", {"n": 3}), Sentence("没有上满课")])
def test_the_rules_refusal_is_kept_with_its_figures(said: Sentence | None) -> None:
    line = ClaimLine()
    line.refusal = said
    assert line.refusal == said
    assert (line.refused, line.refused_params) == ((said.text, dict(said.params)) if said else ("", {}))


def test_the_checkers_words_are_words_and_no_pattern() -> None:
    line = ClaimLine(refused="只上了 50%(一半)s", refused_params={}, refused_by_id=3)
    assert line.refusal == Sentence("只上了 50%(一半)s")
    line.refused_by_id = 0
    assert line.refusal == Sentence("只上了 50%(一半)s")


def test_one_person_one_subsidy_one_year_is_one_key() -> None:
    keys = {payment_key(who, scheme, year) for who in "ab" for scheme in Scheme for year in (2017, 2018)}
    assert len(keys) == 2 * len(Scheme) * 2
    assert payment_key("a", Scheme.LIVING, 2017) == "a:living:2017"
    assert set(TO_SCHOOL) == set(Scheme) - {Scheme.LIVING}
