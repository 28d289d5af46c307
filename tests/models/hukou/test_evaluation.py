"""Three answers, never mixed up: what a hukou rule says of what is known, and of what is not."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.commands.reference_rules import seeds
from models.hukou.catalogue import FACTS, PAPERS, FactType
from models.hukou.evaluation import Clause, FactValue, Verdict, choose, evaluate, points_range
from models.placement.placement import Evidence
from models.reference.calendar import months_after

DAY = date(2018, 3, 5)
Asked = tuple[str, str, Any]
BORN = FactValue(date(1985, 3, 6), DAY)


def known(value: Any, **more: Any) -> FactValue:
    return FactValue(value, date(2018, 1, 1), **more)


def rule(
    *conditions: tuple[str, str, Any], any_of: list[list[tuple[str, str, Any]]] | None = None
) -> dict[str, Any]:
    def written(found: Any) -> list[dict[str, Any]]:
        return [{"fact": fact, "op": op, "value": value} for fact, op, value in found]

    return {"all": written(conditions), "any": [written(branch) for branch in any_of or []]}


FIVE_YEARS = rule(("sb_months", ">=", 60), ("rp_months", ">=", 60))


def test_everything_known_and_met_meets() -> None:
    facts = {"sb_months": known(60), "rp_months": known(72)}
    assert evaluate(FIVE_YEARS, {}, facts, DAY).verdict is Verdict.MEETS


def test_what_is_not_known_is_asked_for_and_is_no_yes() -> None:
    answer = evaluate(FIVE_YEARS, {}, {"sb_months": known(60)}, DAY)
    assert answer.verdict is Verdict.UNKNOWN
    assert answer.missing == ["rp_months"]


def test_insurance_that_goes_on_says_the_month_it_will_be_enough() -> None:
    facts = {"sb_months": known(53, growing=True), "rp_months": known(60)}
    answer = evaluate(FIVE_YEARS, {}, facts, DAY)
    assert answer.verdict is Verdict.FAILS
    assert answer.meets_on == date(2018, 8, 1)
    assert evaluate(FIVE_YEARS, {}, facts, date(2018, 7, 31)).verdict is Verdict.FAILS
    assert evaluate(FIVE_YEARS, {}, facts, date(2018, 8, 1)).verdict is Verdict.MEETS


def test_insurance_that_stopped_is_met_by_no_waiting() -> None:
    facts = {"sb_months": known(53), "rp_months": known(60)}
    assert evaluate(FIVE_YEARS, {}, facts, DAY).meets_on is None


def test_waiting_does_not_help_somebody_who_grows_too_old_meanwhile() -> None:
    young = rule(("age", "<=", 32), ("sb_months", ">=", 60))
    facts = {"age": BORN, "sb_months": known(53, growing=True)}
    assert evaluate(young, {}, facts, DAY).meets_on is None
    older = rule(("age", "<=", 33), ("sb_months", ">=", 60))
    assert evaluate(older, {}, facts, DAY).meets_on == date(2018, 8, 1)


def test_with_the_missing_paper_it_would_be_enough_on_that_day() -> None:
    asked = rule(("sb_months", ">=", 60), ("no_crime", "==", True))
    answer = evaluate(asked, {}, {"sb_months": known(53, growing=True)}, DAY)
    assert (answer.verdict, answer.meets_on) == (Verdict.FAILS, None)
    assert answer.earliest_on == date(2018, 8, 1)
    assert answer.cheapest is not None
    assert answer.cheapest.fact == "no_crime"
    assert evaluate(asked, {}, {"sb_months": known(53)}, DAY).earliest_on is None


def test_age_counts_full_years_on_the_day() -> None:
    facts = {"age": BORN}
    assert evaluate(rule(("age", "<=", 32)), {}, facts, DAY).verdict is Verdict.MEETS
    assert evaluate(rule(("age", "<=", 32)), {}, facts, date(2018, 3, 6)).verdict is Verdict.FAILS


def test_an_expired_paper_is_as_good_as_none() -> None:
    facts = {"no_crime": known(True, expires_on=date(2018, 3, 4))}
    assert evaluate(rule(("no_crime", "==", True)), {}, facts, DAY).verdict is Verdict.UNKNOWN


def test_the_better_proven_fact_counts_then_the_newer() -> None:
    said, listed = known(70, evidence=Evidence.SELF_REPORT), known(40, evidence=Evidence.INSURANCE)
    assert choose([("sb_months", said), ("sb_months", listed)], DAY)["sb_months"] is listed
    newer = FactValue(41, date(2018, 2, 1), evidence=Evidence.INSURANCE)
    assert choose([("sb_months", listed), ("sb_months", newer)], DAY)["sb_months"] is newer


def test_the_nearest_alternative_is_the_one_shown() -> None:
    either = rule(any_of=[[("edu", ">=", 5)], [("skill_level", "<=", 4), ("age", "<=", 45)]])
    answer = evaluate(either, {}, {"edu": known(2), "skill_level": known(5), "age": BORN}, DAY)
    assert (answer.verdict, answer.branch) == (Verdict.FAILS, 1)
    assert [clause.fact for clause in answer.failing] == ["skill_level"]


def test_a_rule_without_conditions_cannot_tell() -> None:
    assert evaluate({"all": [], "any": []}, {}, {"age": BORN}, DAY).verdict is Verdict.UNKNOWN


TABLE = {
    "items": [
        {"fact": "edu", "op": ">=", "value": 4, "points": 60, "group": "学历"},
        {"fact": "edu", "op": ">=", "value": 3, "points": 20, "group": "学历"},
        {"fact": "volunteer_hours", "op": ">=", "value": 50, "points": 5, "group": "公益"},
        {"fact": "blood_donations", "op": ">=", "value": 1, "points": 5, "group": "公益"},
        {"fact": "no_crime", "op": "==", "value": False, "points": -30},
    ],
    "caps": {"公益": 8},
}


def test_points_lie_between_what_is_known_and_what_could_be() -> None:
    assert points_range(TABLE, {}, DAY) == (-30, 68)
    facts = {
        "edu": known(3),
        "volunteer_hours": known(60),
        "blood_donations": known(2),
        "no_crime": known(True),
    }
    assert points_range(TABLE, facts, DAY) == (28, 28)


def test_points_decide_only_when_the_unknown_cannot_change_them() -> None:
    enough = rule(("points", ">=", 25))
    assert evaluate(enough, TABLE, {"edu": known(4)}, DAY).verdict is Verdict.MEETS
    assert evaluate(enough, TABLE, {"edu": known(3)}, DAY).verdict is Verdict.UNKNOWN
    assert evaluate(enough, TABLE, {"edu": known(2)}, DAY).verdict is Verdict.FAILS


def _values(name: str) -> st.SearchStrategy[Any]:
    kind = FACTS[name]
    if name == "age":
        return st.dates(date(1950, 1, 1), date(2002, 1, 1))
    if kind.type is FactType.TRUTH:
        return st.booleans()
    if kind.type is FactType.WORD:
        return st.sampled_from([value for value, _word in kind.choices])
    return st.integers(0, 130)


FACT_SETS = st.fixed_dictionaries(
    {},
    optional={
        name: st.builds(
            FactValue, _values(name), st.just(date(2017, 6, 1)), growing=st.just(name.endswith("months"))
        )
        for name in FACTS
        if name != "points"
    },
)
RULES = [seed["conditions"] for seed in seeds()] + [rule(("points", ">=", 25)), rule(("points", ">=", 60))]


@given(FACT_SETS, st.sampled_from(RULES), st.data())
def test_learning_a_fact_never_turns_an_answer_into_cannot_tell(
    facts: dict[str, FactValue], rule: Any, data: Any
) -> None:
    before = evaluate(rule, TABLE, facts, DAY)
    unknown = sorted(set(FACTS) - set(facts) - {"points"})
    if not unknown:
        return
    name = data.draw(st.sampled_from(unknown))
    learned = facts | {name: known(data.draw(_values(name)))}
    after = evaluate(rule, TABLE, learned, DAY)
    if before.verdict is not Verdict.UNKNOWN:
        assert after.verdict is before.verdict
    assert set(after.missing) <= set(before.missing) or after.branch != before.branch


@given(FACT_SETS, st.sampled_from(RULES))
def test_meets_rests_on_known_facts_alone(facts: dict[str, FactValue], rule: Any) -> None:
    answer = evaluate(rule, TABLE, facts, DAY)
    if answer.verdict is Verdict.MEETS:
        assert all(clause.verdict is Verdict.MEETS for clause in answer.clauses)
        assert answer.missing == []


def _meeting(clause: Clause) -> FactValue:
    wanted = clause.condition["value"]
    if clause.fact == "age":  # young enough to wait, where there is an upper age
        return known(months_after(DAY, -12 * (wanted if clause.condition["op"] == ">=" else 16)))
    return known(wanted)


@given(FACT_SETS, st.sampled_from(RULES[:17]))
def test_the_forecast_comes_true_once_what_is_missing_turns_out_met(
    facts: dict[str, FactValue], rule: Any
) -> None:
    answer = evaluate(rule, {}, facts, DAY)
    if answer.earliest_on is None:
        return
    assert answer.meets_on in (None, answer.earliest_on)
    learned = {
        clause.fact: _meeting(clause) for clause in answer.clauses if clause.verdict is Verdict.UNKNOWN
    }
    later = evaluate(rule, {}, facts | learned, answer.earliest_on)
    assert later.verdict is Verdict.MEETS


@pytest.mark.parametrize("seed", seeds(), ids=lambda seed: f"{seed['city_code']}-{seed['route']}")
def test_every_seed_asks_only_for_facts_and_papers_we_have_words_for(seed: dict[str, Any]) -> None:
    conditions = [*seed["conditions"]["all"], *(c for branch in seed["conditions"]["any"] for c in branch)]
    for condition in conditions:
        assert set(FACTS[condition["fact"]].papers) <= set(PAPERS)
    assert evaluate(seed["conditions"], {}, {}, DAY).verdict is Verdict.UNKNOWN


def test_there_are_seventeen_seeds() -> None:
    assert len(seeds()) == 17
