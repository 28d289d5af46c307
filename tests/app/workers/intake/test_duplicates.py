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
from tests.factories.people import BUTUO, id_number, make_worker

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


@pytest.mark.parametrize("other", ["吉克·阿牛", "吉克•阿牛", "吉克 阿牛"])
def test_a_dot_left_out_makes_no_other_name(other: str) -> None:
    pair = compare(like("吉克阿牛"), like(other, household="H2"))
    assert pair
    assert "姓名相同，只是间隔点或字形写法不同" in pair.reasons
    assert pair.likelihood == likelihood(like("吉克阿牛"), like("吉克阿牛", household="H2"))


@pytest.mark.parametrize(
    ("name", "other"), [("覃秀英", "秦秀英"), ("盖国芬", "葛国芬"), ("单国芬", "善国芬")]
)
def test_any_reading_of_a_family_name_sounds_the_same(name: str, other: str) -> None:
    pair = compare(like(name), like(other))
    assert pair
    assert "姓名同音" in pair.reasons


def test_a_dot_and_its_reading_are_no_sound_of_their_own() -> None:
    pair = compare(like("吉克·阿牛"), like("吉克阿妞"))
    assert pair
    assert "姓名同音" in pair.reasons


def test_swapped_day_and_month_are_told_and_found_without_another_common_ground() -> None:
    register = like("吉克·阿牛", key=1, is_new=False, birth_date=date(1990, 3, 12), household="")
    newcomer = like("吉克阿牛", key=2, birth_date=date(1990, 12, 3), household="")
    assert [set(pair.reasons) for pair in find_pairs([register, newcomer])] == [
        {"姓名相同，只是间隔点或字形写法不同", "出生日期的月和日对调了", "同一个村"}
    ]


def test_a_swapped_day_and_month_with_the_same_sequence_is_told_wherever_they_live() -> None:
    first = like("吉克·阿牛", birth_date=date(1990, 3, 12), tail="0114")
    moved = {"birth_date": date(1990, 12, 3), "household": "H2", "village": "远村"}
    assert likelihood(first, like("吉克阿牛", tail="011X", **moved)) >= LEAST_LIKELIHOOD
    assert likelihood(first, like("吉克阿牛", tail="0731", **moved)) < LEAST_LIKELIHOOD


def test_neighbouring_digits_of_a_birthday_written_the_wrong_way_round_are_told() -> None:
    pair = compare(like("吉克阿牛"), like("吉克阿牛", birth_date=date(1990, 5, 30)))
    assert pair
    assert "出生日期有相邻两位写反了" in pair.reasons
    slip = compare(like("吉克阿牛"), like("吉克阿牛", birth_date=date(1990, 5, 4)))
    assert slip
    assert "出生日期只差一位" in slip.reasons


@pytest.mark.parametrize(("tail", "other", "sex"), [("1230", "2139", "M"), ("1210", "1129", "F")])
def test_swapped_neighbours_in_the_sequence_of_a_number_are_told_and_excuse_the_sex(
    tail: str, other: str, sex: str
) -> None:
    """The third digit of the sequence tells the sex: swapped, it tells the other one."""
    first = like("吉克阿牛", tail=tail, household="")
    pair = compare(first, like("吉克阿牛", tail=other, sex=sex, household=""))
    assert pair
    assert "证件号码的顺序码有相邻两位写反了" in pair.reasons
    assert pair.likelihood > likelihood(first, like("吉克阿牛", tail="7650", household=""))


@pytest.mark.parametrize("other", ["1230", "1320", "9999", ""])
def test_other_sequences_say_nothing(other: str) -> None:
    pair = compare(like("吉克阿牛", tail="1230"), like("吉克阿牛", tail=other))
    assert pair
    assert ("证件号码的顺序码有相邻两位写反了" in pair.reasons) is (other == "1320")


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


def test_a_folded_record_is_not_brought_back_over_later_changes(
    pair: Duplicate, client: FlaskClient, session: Session
) -> None:
    client.post(f"/imports/duplicates/{pair.id}", data={"decision": "same", "keep": pair.worker_id})
    session.expire_all()
    session.get_one(Worker, pair.other_id).note = "又改过"
    session.commit()
    answer = client.post(f"/imports/duplicates/{pair.id}", data={"decision": "undo"}, follow_redirects=True)
    assert "并掉之后这条记录又改过" in answer.text
    assert session.get_one(Duplicate, pair.id).state is DuplicateState.SAME


def test_a_pair_of_another_county_is_not_found(client: FlaskClient, session: Session) -> None:
    one, two = (make_worker(session, county_code=BUTUO) for _ in range(2))
    session.add(foreign := Duplicate(county_code=BUTUO, worker_id=one.id, other_id=two.id, likelihood=0.9))
    session.commit()
    answer = client.post(f"/imports/duplicates/{foreign.id}", data={"decision": "different"})
    assert answer.status_code == 404
    assert one.name not in client.get("/imports/duplicates").text


def test_an_import_tells_the_swapped_day_and_month_of_a_known_person(
    bring_in: Batches, send: Batches, client: FlaskClient
) -> None:
    row = person("吉克·阿牛") | {"证件号码": id_number("513431", date(1990, 3, 12), 11)}
    bring_in(roster(row))
    again = row | {"姓名": "吉克阿牛", "户编号": "", "证件号码": id_number("513431", date(1990, 12, 3), 101)}
    batch = send(roster(again))
    page = client.get(f"/imports/{batch.id}?tab=possible").text
    assert "出生日期的月和日对调了" in page
    assert "证件号码的顺序码有相邻两位写反了" in page
