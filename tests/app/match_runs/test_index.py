"""The stored index answers as the database would, whatever happened since it was built."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from app.kit.web.queue import enqueue
from app.match_runs import candidate_index, candidate_pool, operations, run_input
from app.match_runs.engine_input import engine_orders
from app.match_runs.near_misses.queries import near_misses
from app.match_runs.scorecards.queries import scorecard_in_use
from app.workers.personal_data import operations as personal_data
from models.access import Role
from models.clock import today, utc_now
from models.jobs.order import OrderState
from models.match_run import MatchGroup, MatchPair, MatchRun, RunKind
from models.people.worker import Worker, WorkerState
from models.people.worker_change import WorkerChange
from models.reference.area import Area
from models.user import User
from models.workflow import TransitionRefused
from tests.app.match_runs.conftest import Rebuild, Toy
from tests.factories.people import BUTUO, ZHAOJUE, actor_of, make_order, make_user, make_worker


def ask(session: Session, user: User, order: Any) -> dict[str, Any]:
    """Everything an order's run says."""
    run = operations.start(session, actor_of(session, user), RunKind.ORDER, today(), order=order)
    session.commit()
    pairs = select(MatchPair).where(MatchPair.run_id == run.id).order_by(MatchPair.rank)
    groups = select(MatchGroup).where(MatchGroup.run_id == run.id).order_by(MatchGroup.reason)
    return {
        "pairs": [(row.worker_id, row.rank, row.score, row.factors) for row in session.scalars(pairs)],
        "groups": [(row.reason, row.people, row.worker_ids) for row in session.scalars(groups)],
        "summary": run.summary,
        "people": run.worker_count,
    }


def by_database(app: Flask, session: Session, user: User, order: Any) -> dict[str, Any]:
    """The same, with no index at all."""
    kept = app.config["INDEX_FOLDER"]
    app.config["INDEX_FOLDER"] = kept / "nowhere"
    try:
        return ask(session, user, order)
    finally:
        app.config["INDEX_FOLDER"] = kept


def test_the_index_answers_as_the_database_does(
    monkeypatch: pytest.MonkeyPatch, app: Flask, session: Session, toy: Toy, rebuild: Rebuild
) -> None:
    monkeypatch.setattr(candidate_index, "READ_AT_ONCE", 2)  # read in several pieces
    make_worker(session, county_code=BUTUO, wishes=["缝纫工"])
    assert rebuild()["workers"] == 6
    for user in (toy.county, toy.other_county, toy.enterprise):
        for order in (toy.sewing, toy.welding):
            if user is not toy.enterprise or order is toy.sewing:
                assert ask(session, user, order) == by_database(app, session, user, order)


def test_with_the_index_a_run_is_answered_at_once(session: Session, toy: Toy, rebuild: Rebuild) -> None:
    rebuild()
    run = operations.start(session, actor_of(session, toy.county), RunKind.ORDER, today(), order=toy.sewing)
    assert (run.job, run.summary["fitting"], run.worker_count) == (None, 3, 5)


CHANGES: dict[str, Callable[[Session, Toy], object]] = {
    "corrected": lambda s, toy: setattr(toy.welder, "wishes", ["缝纫工", "踩平车"]),
    "a wish nobody had": lambda s, toy: setattr(toy.fair_sewer, "wishes", ["养蜂"]),
    "offered elsewhere": lambda s, toy: setattr(toy.good_sewer, "state", WorkerState.OFFERED),
    "withdrawn": lambda s, toy: setattr(toy.good_sewer, "willing", False),
    "moved to another county": lambda s, toy: setattr(toy.good_sewer, "county_code", BUTUO),
    "changed past the session": lambda s, toy: s.execute(
        update(Worker).where(Worker.id == toy.good_sewer.id).values(state=WorkerState.HIRED)
    ),
    "changed in plain SQL": lambda s, toy: s.execute(text("UPDATE worker SET sex = 'F', willing = false")),
    "entered": lambda s, toy: make_worker(s, wishes=["缝纫工"], skills=["平车操作"]),
    "erased": lambda s, toy: personal_data.erase(
        s, actor_of(s, toy.county), toy.good_sewer, "本人要求", utc_now()
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_after_the_build_is_in_the_next_ranking(
    app: Flask, session: Session, toy: Toy, rebuild: Rebuild, change: str
) -> None:
    rebuild()
    before = ask(session, toy.county, toy.sewing)
    CHANGES[change](session, toy)
    session.commit()
    after = ask(session, toy.county, toy.sewing)
    assert after != before
    assert after == by_database(app, session, toy.county, toy.sewing)


def test_everybody_deleted_is_gone(session: Session, toy: Toy, rebuild: Rebuild) -> None:
    rebuild()
    session.execute(delete(Worker))
    session.commit()
    assert ask(session, toy.county, toy.sewing)["people"] == 0


def test_the_best_of_a_county_are_exact_although_better_ones_live_elsewhere(
    monkeypatch: pytest.MonkeyPatch, session: Session, toy: Toy, rebuild: Rebuild
) -> None:
    for _n in range(5):
        make_worker(session, county_code=BUTUO, wishes=["缝纫工"], skills=["平车操作"])
    rebuild()
    monkeypatch.setitem(operations.TOP, RunKind.ORDER, 2)
    found = ask(session, toy.county, toy.sewing)
    assert [row[0] for row in found["pairs"]] == [toy.good_sewer.id, toy.fair_sewer.id]
    assert ("ranked", 1, [toy.welder.id]) in found["groups"]


def test_who_left_between_ranking_and_storing_is_not_on_the_list(
    session: Session, toy: Toy, rebuild: Rebuild
) -> None:
    rebuild()
    actor = actor_of(session, toy.county)
    run = operations.freeze(session, actor, RunKind.ORDER, today(), order=toy.sewing)
    asked = run_input.read_run_input(session, actor, run.id)
    toy.good_sewer.state = WorkerState.OFFERED
    session.flush()
    numbers = asked.pool.best(asked.orders[0], 10, asked.scorecard)
    assert toy.good_sewer.id in numbers
    assert str(toy.good_sewer.id) not in run_input.read_again(session, asked, numbers).ids


def test_who_turns_sixteen_after_the_build_is_in(session: Session, toy: Toy, rebuild: Rebuild) -> None:
    birthday = today() + timedelta(days=1)
    make_worker(session, birth_date=birthday.replace(year=birthday.year - 16), wishes=["缝纫工"])
    rebuild()
    reach = candidate_pool.reach_of(actor_of(session, toy.county))
    assert [len(candidate_pool.open_pool(session, reach, day, {})) for day in (today(), birthday)] == [5, 6]


def test_a_township_is_answered_by_the_index_and_for_its_own_people_only(
    app: Flask, session: Session, toy: Toy, rebuild: Rebuild
) -> None:
    town, other = session.scalars(select(Area.code).where(Area.parent_code == ZHAOJUE).limit(2))
    toy.good_sewer.township_code, toy.fair_sewer.township_code = town, other
    session.commit()
    rebuild()
    toy.welder.township_code = town  # after the index was built
    session.commit()
    reach = candidate_pool.reach_of(actor_of(session, make_user(session, Role.TOWNSHIP, area_code=town)))
    pool = candidate_pool.open_pool(session, reach, today(), {})
    assert len(pool.parts) == 2  # the index, and who changed since
    kept = app.config["INDEX_FOLDER"]
    app.config["INDEX_FOLDER"] = kept / "nowhere"
    assert len(candidate_pool.open_pool(session, reach, today(), {})) == len(pool) == 2
    app.config["INDEX_FOLDER"] = kept
    order = engine_orders(session, [toy.sewing], today(), {})[0]
    assert pool.best(order, 5, scorecard_in_use(session)) == [toy.good_sewer.id, toy.welder.id]


def test_an_enterprise_may_look_before_posting(
    app: Flask, session: Session, toy: Toy, rebuild: Rebuild
) -> None:
    toy.sewing.state, toy.sewing.min_education = OrderState.DRAFT, 5
    session.commit()
    rebuild()
    found = ask(session, toy.enterprise, toy.sewing)
    assert found["pairs"] == []
    asked = {cost["rule"]: cost for cost in found["summary"]["costs"]}
    assert asked["education"] == {"rule": "education", "alone": 0, "touched": 0}  # fewer than ten, like none
    assert found["summary"]["sampled"]
    assert found == by_database(app, session, toy.enterprise, toy.sewing)


def test_near_misses_are_the_same_with_the_index(
    app: Flask, session: Session, toy: Toy, rebuild: Rebuild
) -> None:
    actor, order = actor_of(session, toy.county), make_order(session, skills=["平车操作"], min_mandarin=3)
    without = near_misses(session, actor, order, 10, today(), at_most=2)
    rebuild()
    make_worker(session, wishes=["普工"], mandarin=3)
    found = near_misses(session, actor, order, 10, today(), at_most=2)
    assert [miss for miss in found if miss in without] == without
    assert len(found) == len(without) + 1


def bytes_of(place: Path) -> bytes:
    return b"".join(path.read_bytes() for path in place.rglob("*") if path.is_file())


def test_no_name_number_or_telephone_is_in_the_files(
    app: Flask, session: Session, toy: Toy, rebuild: Rebuild
) -> None:
    rebuild()
    found = bytes_of(app.config["INDEX_FOLDER"])
    for secret in (toy.welder.name, toy.welder.id_number, toy.welder.phone, toy.welder.id_digest):
        assert secret
        assert secret.encode() not in found
        assert secret.encode("utf-32-le") not in found


def test_whoever_is_erased_leaves_the_files_too(
    app: Flask, session: Session, toy: Toy, rebuild: Rebuild
) -> None:
    toy.welder.experience = "在洱海边修过三年蒸汽机"
    session.commit()
    rebuild()
    written = "三年蒸汽机".encode()
    assert written in bytes_of(app.config["INDEX_FOLDER"])
    # The job is asked for within the second in which the index was built: it must not be taken for done.
    personal_data.erase(session, actor_of(session, toy.county), toy.welder, "本人要求", utc_now())
    session.commit()
    assert written not in bytes_of(app.config["INDEX_FOLDER"])


def test_a_reader_of_the_old_index_keeps_it_while_a_new_one_takes_its_place(
    session: Session, toy: Toy, rebuild: Rebuild
) -> None:
    rebuild()
    old = candidate_pool.open_pool(
        session, candidate_pool.reach_of(actor_of(session, toy.county)), today(), {}
    )
    rebuild()
    new = candidate_index.current(session)
    assert new is not None
    assert [path.name for path in candidate_index.folder().iterdir() if path.is_dir()] == [new.name]
    assert len(old) == 5
    asked = run_input.engine_input.engine_orders(session, [toy.welding], today(), {})[0]
    assert old.best(asked, 1, operations.scorecard_in_use(session)) == [toy.welder.id]


def age(session: Session) -> None:
    """All changes lie so far back that they are committed for sure: on PostgreSQL an index waits for that."""
    session.execute(update(WorkerChange).values(at=0))
    session.commit()


def test_an_index_that_cannot_be_true_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, session: Session, toy: Toy, rebuild: Rebuild
) -> None:
    age(session)
    rebuild()
    assert candidate_index.current(session) is not None
    session.execute(delete(WorkerChange))  # as when an older backup is put back
    assert candidate_index.current(session) is None
    session.rollback()
    monkeypatch.setattr(candidate_index, "USABLE", -1)
    assert candidate_index.current(session) is None


def test_the_newest_change_is_never_forgotten(session: Session, toy: Toy, rebuild: Rebuild) -> None:
    session.execute(update(WorkerChange).values(at=0))
    newest = session.scalar(select(WorkerChange.id).order_by(WorkerChange.id.desc()).limit(1))
    session.commit()
    rebuild()
    assert session.scalars(select(WorkerChange.id)).all() == [newest]
    assert candidate_index.current(session) is not None


def test_many_changes_queue_a_new_index(
    monkeypatch: pytest.MonkeyPatch, session: Session, toy: Toy, rebuild: Rebuild
) -> None:
    age(session)
    rebuild()
    toy.welder.mandarin = 1
    session.commit()
    monkeypatch.setattr(candidate_pool, "MOST_CHANGES", 0)
    assert not candidate_pool.is_quick(session)
    age(session)
    enqueue(session, actor_of(session, toy.county), "refresh_index", 0)
    session.commit()
    assert candidate_pool.is_quick(session)


def test_a_closed_order_is_refused_in_words(session: Session, toy: Toy, rebuild: Rebuild) -> None:
    toy.welding.valid_until = date(2020, 1, 1)
    session.commit()
    rebuild()
    with pytest.raises(TransitionRefused):
        operations.start(session, actor_of(session, toy.county), RunKind.ORDER, today(), order=toy.welding)
    assert session.scalars(select(MatchRun)).all() != []
