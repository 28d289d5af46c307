"""Where the two ends contradict each other: each kind shows, its owner settles it, and can take it back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.employment.differences import operations
from models.access import Role
from models.clock import today, utc_now
from models.employment.comparison import people_to_compare, refresh
from models.employment.difference import Difference, DifferenceKind, Resolution
from models.employment.recording import spells_of
from models.people.worker import Worker
from models.workflow import TransitionRefused
from tests.app.employment.office import (
    Answer,
    Office,
    download,
    make_office,
    put_to_work,
    send,
    told,
)
from tests.factories.people import BUTUO, actor_of, make_enterprise, make_user

K, R = DifferenceKind, Resolution


def tell(client: object, rows: list[dict[str, object]]) -> None:
    client.post(f"{send(client, rows)}/confirm")  # type: ignore[arg-type, attr-defined]


def open_ones(session: Session) -> list[Difference]:
    session.expire_all()
    return list(
        session.scalars(select(Difference).where(Difference.closed_on.is_(None)).order_by(Difference.id))
    )


def settle(session: Session, office: Office, row: Difference, way: Resolution, why: str = "") -> None:
    user = office.county if row.owner == "county" else office.city
    operations.settle(session, actor_of(session, user), row, way, why, utc_now())
    session.commit()


def undo(session: Session, office: Office, row: Difference) -> None:
    user = office.county if row.owner == "county" else office.city
    operations.undo(session, actor_of(session, user), row, utc_now())
    session.commit()


def absent(session: Session, sign_in: Answer) -> Office:
    """The first of three is not on the enterprise's roster."""
    office = make_office(session)
    client = sign_in(office.clerk)
    tell(client, told(download(client))[1:])
    return office


def test_the_county_ends_the_work_of_somebody_absent_and_can_take_it_back(
    session: Session, sign_in: Answer
) -> None:
    office = absent(session, sign_in)
    (row,) = open_ones(session)
    settle(session, office, row, R.LEFT)
    assert office.spells[0].ended_on is not None
    assert open_ones(session) == []
    undo(session, office, row)
    assert office.spells[0].ended_on is None
    assert [one.kind for one in open_ones(session)] == [K.NOT_ON_ROSTER]


def test_only_the_owner_settles(session: Session, sign_in: Answer) -> None:
    office = absent(session, sign_in)
    (row,) = open_ones(session)
    with pytest.raises(TransitionRefused, match="户籍县"):
        operations.settle(session, actor_of(session, office.city), row, R.LEFT, "", utc_now())


def test_what_was_settled_stays_settled_until_a_later_month(session: Session, sign_in: Answer) -> None:
    office = absent(session, sign_in)
    (row,) = open_ones(session)
    settle(session, office, row, R.STILL_THERE)
    refresh(session, [worker.id for worker in office.people], today())
    assert open_ones(session) == []


def test_a_difference_goes_when_a_second_sheet_names_the_person(session: Session, sign_in: Answer) -> None:
    office = absent(session, sign_in)
    client = sign_in(office.clerk)
    tell(client, told(download(client))[:1])
    assert open_ones(session) == []
    (row,) = session.scalars(select(Difference)).all()
    assert (row.resolution, row.settled_at) == (R.GONE, None)


def second_firm(session: Session, sign_in: Answer, office: Office, worker: Worker) -> None:
    """A second enterprise that has the person on its roster too."""
    other = make_enterprise(session)
    boss = make_user(session, Role.ENTERPRISE, organisation_id=other.id)
    row = {"姓名": worker.name, "身份证号": worker.id_number, "还在岗吗": "是", "本月实发工资（元）": 4800}
    row |= {"户籍县": "昭觉县", "本人怎么同意登记的": "当面"}
    tell(sign_in(boss), [row])


def test_a_person_on_two_rosters_is_settled_by_the_city(session: Session, sign_in: Answer) -> None:
    office = make_office(session)
    client = sign_in(office.clerk)
    tell(client, told(download(client)))
    second_firm(session, sign_in, office, office.people[0])
    (row,) = open_ones(session)
    assert (row.kind, row.worker_id, row.owner) == (K.TWO_ROSTERS, office.people[0].id, "city")
    settle(session, office, row, R.MOVED)
    later, earlier = spells_of(session, office.people[0].id)
    assert earlier.ended_on == later.began_on - timedelta(days=1)
    undo(session, office, row)
    assert spells_of(session, office.people[0].id)[1].ended_on is None


def test_an_insurance_month_without_a_spell_is_a_difference(session: Session, sign_in: Answer) -> None:
    office = make_office(session)
    worker = office.people[0]
    row = {"姓名": worker.name, "身份证号": worker.id_number, "单位": "佛山另一家厂", "缴费基数（元）": 4588}
    tell(sign_in(office.city), [row])
    (one,) = open_ones(session)
    assert (one.kind, one.employer_name) == (K.INSURED_ELSEWHERE, "佛山另一家厂")
    settle(session, office, one, R.BEGAN)
    assert len(spells_of(session, worker.id)) == 2
    undo(session, office, one)
    assert len(spells_of(session, worker.id)) == 1


@pytest.mark.parametrize(
    ("cells", "kinds"),
    [
        ({"本月实发工资（元）": 3000}, [K.WAGE_UNDER_TOLD]),
        ({"本月实发工资（元）": 3000, "出勤天数": 12}, []),
        ({"本月实发工资（元）": 3700}, []),
    ],
    ids=["far below", "half a month", "nearly what was told"],
)
def test_a_wage_far_under_what_was_told_is_a_difference(
    session: Session, sign_in: Answer, cells: dict[str, int], kinds: list[DifferenceKind]
) -> None:
    office = make_office(session, persons=1)
    client = sign_in(office.clerk)
    tell(client, told(download(client), **cells))
    rows = open_ones(session)
    assert [row.kind for row in rows] == kinds
    if rows:
        with pytest.raises(TransitionRefused):
            settle(session, office, rows[0], R.EXPLAINED)
        settle(session, office, rows[0], R.EXPLAINED, "请假半个月")


def test_two_counties_that_claim_one_person_are_told(session: Session, sign_in: Answer) -> None:
    office = make_office(session, persons=1)
    worker = office.people[0]
    other = put_to_work(
        session, actor_of(session, office.county), worker, make_enterprise(session), contradicts=True
    )
    other.county_code = BUTUO  # as after two records of one person were merged
    session.commit()
    refresh(session, [worker.id], today())
    (row,) = open_ones(session)
    assert (row.kind, row.county_code, row.other_county) == (K.TWO_COUNTIES, worker.county_code, BUTUO)
    settle(session, office, row, R.SAME_SPELL)
    assert len(spells_of(session, worker.id)) == 1


def test_the_night_walks_all_in_parts_and_finds_what_a_confirm_finds(
    session: Session, sign_in: Answer
) -> None:
    office = absent(session, sign_in)
    session.execute(Difference.__table__.delete())
    session.commit()
    after, walked = 0, []
    while part := people_to_compare(session, after, today(), 2):
        walked += part
        refresh(session, part, today())
        after = part[-1]
    assert walked == sorted(worker.id for worker in office.people)
    assert [row.kind for row in open_ones(session)] == [K.NOT_ON_ROSTER]


def test_the_report_shows_each_end_its_own_with_what_a_button_does(
    session: Session, sign_in: Callable
) -> None:
    office = absent(session, sign_in)
    page = sign_in(office.county).get("/employment/differences").text
    assert office.people[0].name in page
    assert "登记从" in page
    assert "可以撤销" in page
    assert "等户籍县处理" in sign_in(office.city).get("/employment/differences").text
    answer = sign_in(office.county).post(
        "/employment/differences", data={"one": f"{open_ones(session)[0].id}:left"}
    )
    assert answer.status_code == 303
    assert open_ones(session) == []
