"""Who lacks one thing for a job."""

import pytest
from sqlalchemy.orm import Session

from app.match_runs.near_misses.queries import near_misses
from models.clock import today
from tests.app.match_runs.conftest import Toy
from tests.factories.people import BUTUO, actor_of, make_order, make_worker


def test_whoever_lacks_one_skill_is_listed_with_it_and_whoever_has_it_is_not(
    session: Session, toy: Toy
) -> None:
    found = near_misses(session, actor_of(session, toy.county), toy.sewing, 10, today())
    assert toy.good_sewer.id not in {miss.worker_id for miss in found}
    assert (found[0].worker_id, found[0].skills, found[0].fits) == (toy.fair_sewer.id, ("平车操作",), True)


def test_whoever_fails_a_rule_that_training_cannot_change_is_no_near_miss(session: Session, toy: Toy) -> None:
    found = near_misses(session, actor_of(session, toy.county), toy.sewing, 10, today())
    assert {toy.homebody.id, toy.silent.id}.isdisjoint({miss.worker_id for miss in found})


def test_mandarin_and_certificates_count_and_more_things_only_on_request(session: Session, toy: Toy) -> None:
    order = make_order(session, title="电工", certificates=["电工证"], min_mandarin=3)
    worker = make_worker(session, wishes=["电工"], mandarin=3)
    actor = actor_of(session, toy.county)
    one, two = (
        near_misses(session, actor, order, 10, today()),
        near_misses(session, actor, order, 10, today(), at_most=2),
    )
    assert (one[0].worker_id, one[0].certificates, one[0].unasked) == (worker.id, ("电工证",), True)
    assert {miss.missing for miss in two} == {1, 2}
    assert [miss.mandarin for miss in two if miss.worker_id == toy.good_sewer.id] == [3]


def test_an_occupation_lists_each_worker_once_and_leaves_out_who_lacks_nothing_for_one_order(
    session: Session, toy: Toy
) -> None:
    toy.sewing.occupation_code = "8-88"
    make_order(session, title="缝纫工", skills=["双针车操作"], occupation_code="8-88")
    session.commit()
    found = near_misses(session, actor_of(session, toy.county), "8-88", 10, today())
    assert [miss.worker_id for miss in found].count(toy.fair_sewer.id) == 1
    assert toy.good_sewer.id not in {miss.worker_id for miss in found}


def test_a_county_finds_its_own_people_only(session: Session, toy: Toy) -> None:
    theirs = make_worker(session, county_code=BUTUO, wishes=["缝纫工"])
    found = near_misses(session, actor_of(session, toy.other_county), toy.sewing, 10, today())
    assert [miss.worker_id for miss in found] == [theirs.id]


def test_an_enterprise_finds_nobody_and_a_limit_below_one_is_an_error(session: Session, toy: Toy) -> None:
    assert near_misses(session, actor_of(session, toy.enterprise), toy.sewing, 10, today()) == []
    with pytest.raises(ValueError, match="limit"):
        near_misses(session, actor_of(session, toy.county), toy.sewing, 0, today())
