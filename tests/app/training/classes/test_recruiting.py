"""From the engine's proposal to a seat: proposed, asked, confirmed, waiting, offered the seat of another."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.training.classes import operations
from app.training.classes.queries.people import candidates, learners, vacancies
from models.access import Actor, Role
from models.clock import today
from models.people.category import settle_people
from models.people.household import Household
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.training_class import ClassState, TrainingClass
from models.workflow import TransitionRefused
from tests.factories.people import BUTUO, ZHAOJUE, actor_of, make_order, make_outsider, make_user, make_worker
from tests.factories.training import make_agreement, make_class, make_enrolment, make_training_order

S = EnrolmentState
TOWN = "513431100"


@pytest.fixture
def home(session: Session) -> Household:
    row = Household(county_code=ZHAOJUE, code="H1", poverty_attribute="一般脱贫户")
    session.add(row)
    session.commit()
    return row


@pytest.fixture
def training_class(session: Session) -> TrainingClass:
    job = make_order(session, headcount=30, title="焊工", certificates=["焊工证"])
    agreement = make_agreement(session, make_training_order(session, job_order=job))
    soon = today() + timedelta(days=20)
    return make_class(session, agreement, state=ClassState.DRAFT, capacity=2, starts_on=soon)


@pytest.fixture
def county(session: Session) -> Actor:
    return actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))


def person(session: Session, home: Household, **values: object) -> Worker:
    worker = make_worker(session, household_id=home.id, township_code=TOWN, **values)
    settle_people(session, [worker], today())
    session.commit()
    return worker


def test_the_engine_proposes_who_lacks_the_certificate_alone(
    session: Session, home: Household, training_class: TrainingClass, county: Actor
) -> None:
    near, has_it = person(session, home), person(session, home, certificates=["焊工证"], mandarin=None)
    far, unknown = make_outsider(session, township_code=TOWN), make_worker(session, township_code=TOWN)
    found = {one.worker.id: one for one in candidates(session, county, training_class, today())}
    assert has_it.id not in found
    assert found[near.id].shortfall.things == ("焊工证",)
    assert (found[near.id].is_eligible, found[near.id].findings) == (True, [])
    assert [one.bars for one in found[far.id].findings] == [True]
    assert not found[far.id].is_eligible
    assert [one.bars for one in found[unknown.id].findings] == [False]  # a doubt, to be asked about


def test_the_reasons_are_kept_and_shown_to_the_township(
    session: Session, home: Household, training_class: TrainingClass, sign_in: Callable
) -> None:
    near, stranger = person(session, home), make_outsider(session)
    office = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    office.post(f"/training/classes/{training_class.id}/propose", data={"ids": [near.id, stranger.id]})
    row = session.scalars(select(Enrolment)).one()
    assert (row.worker_id, row.state, row.shortfall.things) == (near.id, S.PROPOSED, ("焊工证",))
    town = sign_in(make_user(session, Role.TOWNSHIP, area_code=TOWN))
    page = town.get("/training/classes/asking").get_data(as_text=True)
    assert near.name in page
    assert "焊工证" in page
    assert near.phone not in page
    calls = town.post(
        "/training/classes/asking/calls", data={"purpose": "service", "purpose_word": "问培训"}
    ).get_data(as_text=True)
    assert near.phone in calls
    no_reason = {"answer": "decline", "channel": "phone", "reason": ""}
    answer = f"/training/classes/asking/{row.id}"
    assert "不参加的原因" in town.post(answer, data=no_reason).get_data(as_text=True)
    assert town.post(answer, data={"answer": "endorse", "channel": "phone"}).status_code == 303
    session.refresh(row)
    assert (row.state, row.answer_channel) == (S.ENDORSED, Channel.PHONE)


def test_the_worker_answers_on_his_own_page(
    session: Session, home: Household, training_class: TrainingClass, sign_in: Callable
) -> None:
    worker = person(session, home)
    row = make_enrolment(session, training_class, worker, state=S.PROPOSED)
    client = sign_in(make_user(session, Role.WORKER, worker_id=worker.id))
    assert "培训班邀请" in client.get("/my/offers").get_data(as_text=True)
    assert "保底工资" in client.get(f"/my/classes/{row.id}").get_data(as_text=True)
    assert client.post(f"/my/classes/{row.id}/join").status_code == 303
    session.refresh(row)
    assert (row.state, row.answer_channel) == (S.ENDORSED, Channel.PORTAL)
    assert client.post(f"/my/classes/{row.id}/join").status_code == 409
    assert client.post(f"/my/classes/{row.id}/decline").status_code == 303


def endorsed(
    session: Session, home: Household, training_class: TrainingClass, number: int
) -> list[Enrolment]:
    return [
        make_enrolment(session, training_class, person(session, home), state=S.ENDORSED)
        for _ in range(number)
    ]


def test_a_seat_that_comes_free_goes_to_who_waited_longest(
    session: Session, home: Household, training_class: TrainingClass, county: Actor
) -> None:
    rows = endorsed(session, home, training_class, 5)
    assert [operations.enrol(session, county, row, today()) for row in rows] == [
        True,
        True,
        False,
        False,
        False,
    ]
    school = actor_of(session, make_user(session, Role.SCHOOL, organisation_id=training_class.school_id))
    assert vacancies(session, county) == []
    operations.drop(session, school, rows[0], "家里有事")
    session.flush()
    assert [(one.training_class.id, one.waiting) for one in vacancies(session, county)] == [
        (training_class.id, 3)
    ]
    assert not operations.enrol(session, county, rows[3], today())  # rows[2] waits before him
    assert operations.enrol(session, county, rows[2], today())
    assert [row.id for row in learners(session, training_class)] == [rows[1].id, rows[2].id]
    assert [rows[0].active_digest, rows[0].state, rows[2].seat] == [None, S.DROPPED, 3]


def test_no_seat_for_somebody_the_rules_bar_or_in_a_class_that_was_examined(
    session: Session, home: Household, training_class: TrainingClass, county: Actor
) -> None:
    stranger = make_enrolment(session, training_class, make_outsider(session), state=S.ENDORSED)
    with pytest.raises(TransitionRefused, match="建档立卡"):
        operations.enrol(session, county, stranger, today())
    (row,) = endorsed(session, home, training_class, 1)
    training_class.state = ClassState.EXAMINED
    session.commit()
    with pytest.raises(TransitionRefused, match="已经考核"):
        operations.enrol(session, county, row, today())


def upload(client: FlaskClient, training_class: TrainingClass, rows: list[list[str]]) -> str:
    file = io.BytesIO()
    write_workbook(file, [Page("名单", [Column("姓名"), Column("身份证号或后四位")], rows)])
    file.seek(0)
    answer = client.post(f"/training/classes/{training_class.id}/import", data={"file": (file, "名单.xlsx")})
    assert answer.status_code == 303
    return str(answer.location)


def test_a_list_is_read_previewed_and_proposed_once(
    session: Session, home: Household, training_class: TrainingClass, sign_in: Callable
) -> None:
    whole, tail, poor_no = person(session, home), person(session, home), make_outsider(session)
    foreign = make_worker(session, county_code=BUTUO)
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    rows = [
        [whole.name, whole.id_number],
        [tail.name, tail.id_last4],
        [whole.name, whole.id_number],
        [tail.name, whole.id_number],
        [foreign.name, foreign.id_number],
        [poor_no.name, poor_no.id_number],
        ["没有人", "12345"],
    ]
    preview = upload(client, training_class, rows)
    page = client.get(preview).get_data(as_text=True)
    for word in (
        "2 人可以推荐，5 行退回",
        "是同一个人",
        "不是这个名字",
        "台账里没有这个人",
        "建档立卡",
        "18 位",
    ):
        assert word in page
    assert whole.id_number not in page.split("可以推荐的人")[1]
    assert client.get(f"{preview}/refused.xlsx").status_code == 200
    assert client.post(f"{preview}/confirm").status_code == 303
    assert set(session.scalars(select(Enrolment.worker_id))) == {whole.id, tail.id}
    assert client.post(f"{preview}/confirm").status_code == 409
