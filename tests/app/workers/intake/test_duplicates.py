"""Who may be one person: how likely, decided by a person, undoable."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workers.intake.record_linkage import LEAST_LIKELIHOOD, Person, compare, find_pairs
from models.people.intake import Duplicate, DuplicateState, ImportBatch
from models.people.worker import Worker
from tests.app.workers.intake.conftest import BORN, person, roster
from tests.factories.people import BUTUO, id_number, make_order, make_placement, make_worker

Batches = Callable[..., ImportBatch]


def like(name: str, **values: object) -> Person:
    given = {
        "key": 1,
        "is_new": True,
        "birth_date": date(1990, 5, 3),
        "sex": "M",
        "household": "H1",
        "village": "好谷村",
        "phone": "",
        "person_code": "",
    }
    return Person(name=name, **(given | values))  # type: ignore[arg-type]


def likelihood(first: Person, second: Person) -> float:
    pair = compare(first, second)
    return pair.likelihood if pair else 0.0


def test_the_same_name_birthday_and_house_is_nearly_certain() -> None:
    assert likelihood(like("吉克阿牛"), like("吉克阿牛")) > 0.95


def test_another_spelling_of_the_same_sound_is_likely() -> None:
    pair = compare(like("吉克阿牛"), like("吉克阿妞"))
    assert pair
    assert pair.likelihood > 0.9
    assert "姓名同音" in pair.reasons


def test_a_slip_in_the_birthday_is_likely_but_less_so() -> None:
    same = likelihood(like("吉克阿牛"), like("吉克阿牛"))
    slip = likelihood(like("吉克阿牛"), like("吉克阿牛", birth_date=date(1990, 5, 30)))
    assert LEAST_LIKELIHOOD < slip < same


@pytest.mark.parametrize(
    "other",
    [
        like("沙马尔布"),
        like("吉克阿牛", birth_date=date(1961, 2, 1), household="H9", village="远村"),
        like("吉克阿妞", sex="F", household="H2"),
        like("吉克阿牛", household="H2", village="远村"),
    ],
)
def test_strangers_and_neighbours_are_not_proposed(other: Person) -> None:
    assert likelihood(like("吉克阿牛"), other) < LEAST_LIKELIHOOD


def test_only_pairs_with_a_newcomer_are_found_and_each_once() -> None:
    old = [like("吉克阿牛", key=n, is_new=False, phone="p") for n in (1, 2)]
    assert list(find_pairs(old)) == []
    assert len(list(find_pairs([*old, like("吉克阿牛", key=3, phone="p")]))) == 2


@pytest.fixture
def pair(bring_in: Batches, session: Session) -> Duplicate:
    """A known person and a newcomer who look like one."""
    row = person("吉克阿牛")
    bring_in(roster(row))
    batch = bring_in(roster(row | {"证件号码": id_number("522427", BORN)}))
    assert batch.counts["possible"] == 1
    return session.scalars(select(Duplicate)).one()


def test_a_possible_duplicate_is_shown_before_and_after_the_import(
    bring_in: Batches, send: Batches, client: FlaskClient
) -> None:
    row = person("吉克阿牛")
    bring_in(roster(row))
    batch = send(roster(row | {"证件号码": id_number("522427", BORN)}))
    page = client.get(f"/imports/{batch.id}?tab=possible").text
    assert "台账里的 吉克阿牛" in page
    assert "出生日期相同" in page
    client.post(f"/imports/{batch.id}/confirm")
    assert "是同一人，保留这条" in client.get("/imports/duplicates").text


def test_one_person_keeps_one_record_and_the_decision_can_be_undone(
    pair: Duplicate, client: FlaskClient, session: Session
) -> None:
    keep, other = pair.worker_id, pair.other_id
    client.post(f"/imports/duplicates/{pair.id}", data={"decision": "same", "keep": keep})
    session.expire_all()
    assert session.get_one(Worker, other).merged_into_id == keep
    assert session.get_one(Duplicate, pair.id).state is DuplicateState.SAME
    assert client.get("/imports/duplicates?state=same").status_code == 200
    client.post(f"/imports/duplicates/{pair.id}", data={"decision": "undo"})
    session.expire_all()
    assert session.get_one(Worker, other).merged_into_id is None
    assert session.get_one(Duplicate, pair.id).state is DuplicateState.OPEN


def test_two_people_stay_two(pair: Duplicate, client: FlaskClient, session: Session) -> None:
    client.post(f"/imports/duplicates/{pair.id}", data={"decision": "different"})
    session.expire_all()
    assert session.get_one(Duplicate, pair.id).state is DuplicateState.DIFFERENT
    assert session.scalars(select(Worker.merged_into_id)).all() == [None, None]
    again = client.post(f"/imports/duplicates/{pair.id}", data={"decision": "same", "keep": pair.worker_id})
    assert again.status_code == 409


def test_a_record_with_a_job_in_hand_is_not_folded(
    pair: Duplicate, client: FlaskClient, session: Session
) -> None:
    make_placement(session, make_order(session), session.get_one(Worker, pair.other_id))
    answer = client.post(f"/imports/duplicates/{pair.id}", data={"decision": "same", "keep": pair.worker_id})
    assert answer.status_code == 409
    session.expire_all()
    assert session.get_one(Worker, pair.other_id).merged_into_id is None


def test_a_folded_record_is_not_brought_back_over_later_changes(
    pair: Duplicate, client: FlaskClient, session: Session
) -> None:
    client.post(f"/imports/duplicates/{pair.id}", data={"decision": "same", "keep": pair.worker_id})
    session.expire_all()
    session.get_one(Worker, pair.other_id).note = "又改过"
    session.commit()
    assert client.post(f"/imports/duplicates/{pair.id}", data={"decision": "undo"}).status_code == 409


def test_a_pair_of_another_county_is_not_found(client: FlaskClient, session: Session) -> None:
    one, two = (make_worker(session, county_code=BUTUO) for _ in range(2))
    session.add(foreign := Duplicate(county_code=BUTUO, worker_id=one.id, other_id=two.id, likelihood=0.9))
    session.commit()
    answer = client.post(f"/imports/duplicates/{foreign.id}", data={"decision": "different"})
    assert answer.status_code == 404
    assert one.name not in client.get("/imports/duplicates").text
