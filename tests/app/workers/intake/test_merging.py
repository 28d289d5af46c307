"""Two records that are one person: everything moves to the one that is kept, and comes back on request."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.workers.intake.merging import moving
from app.workers.intake.plan import known_workers
from app.workers.intake.touches import TOUCHES, references
from app.workers.operations import update_worker
from app.workers.person_keys import KEYS
from models import vault
from models.access import Role
from models.base import Base
from models.care import Care, CareKind, CareNote
from models.clock import today, utc_now
from models.people.identity import IdNumber
from models.people.intake import Duplicate, DuplicateState
from models.people.worker import Worker, WorkerState
from models.placement.placement import Placement, PlacementState
from models.training.enrolment import EnrolmentState, trained_key
from models.training.recovery import Recovery, RecoveryState
from models.training.subsidy import Claim, ClaimLine, Scheme, payment_key
from models.user import User
from tests.factories.any_row import fill
from tests.factories.hukou import make_case
from tests.factories.people import (
    FOSHAN,
    ZHAOJUE,
    actor_of,
    id_number,
    make_order,
    make_placement,
    make_user,
    make_worker,
)
from tests.factories.training import make_class, make_enrolment
from tests.whole import some

MOVING = [str(column) for column in moving()]


@pytest.fixture
def twins(session: Session) -> tuple[Worker, Worker]:
    return make_worker(session, name="吉克·阿牛"), make_worker(session, name="吉克阿牛")


def ask(session: Session, one: Worker, two: Worker) -> Duplicate:
    pair = Duplicate(county_code=ZHAOJUE, worker_id=one.id, other_id=two.id, likelihood=0.9)
    session.add(pair)
    session.commit()
    return pair


def say_same(client: FlaskClient, pair: Duplicate, keep: Worker, **more: str) -> str:
    data = {"decision": "same", "keep": str(keep.id)} | more
    return client.post(f"/imports/duplicates/{pair.id}", data=data, follow_redirects=True).text


def take_back(client: FlaskClient, pair: Duplicate) -> str:
    data = {"decision": "undo"}
    return client.post(f"/imports/duplicates/{pair.id}", data=data, follow_redirects=True).text


def test_whatever_is_an_act_moves_and_whatever_was_computed_stays() -> None:
    acts = {column for column, touch in TOUCHES.items() if touch.reason is not None}
    assert set(MOVING) == acts
    assert all(TOUCHES[column].noun for column in acts)
    assert acts <= {str(column) for column in references()}


@pytest.mark.parametrize("column", some(MOVING, 3, "attacks"))
def test_a_merge_moves_every_row_that_points_at_the_person_and_an_undo_brings_it_back(
    column: str, twins: tuple[Worker, Worker], client: FlaskClient, session: Session
) -> None:
    kept, gone = twins
    pair = ask(session, kept, gone)
    table, name = column.split(".")
    if table == "worker":
        row = make_worker(session, merged_into_id=gone.id).id
    else:
        row = fill(session, Base.metadata.tables[table], {name: gone.id})
    session.commit()

    def owner() -> int | None:
        points = Base.metadata.tables[table].c
        session.rollback()
        return session.scalar(select(points[name]).where(points.id == row))

    say_same(client, pair, kept, confirmed="1")
    assert owner() == kept.id
    take_back(client, pair)
    assert owner() == gone.id
    session.expire_all()
    assert gone.merged_into_id is None


def test_every_key_that_carries_the_number_of_a_person_is_declared() -> None:
    carried = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name in ("active_digest", "trained_key", "payment_key")
    }
    assert carried == set(KEYS)


def test_a_learner_merged_away_still_sits_in_one_class_only(
    twins: tuple[Worker, Worker], client: FlaskClient, session: Session
) -> None:
    kept, gone = twins
    one, two = make_class(session), make_class(session)
    make_enrolment(session, one, kept, state=EnrolmentState.ENROLLED, active_digest=kept.id_digest)
    second = make_enrolment(session, two, gone, state=EnrolmentState.ENROLLED, active_digest=gone.id_digest)
    pair = ask(session, kept, gone)
    page = say_same(client, pair, kept)
    assert "两条记录都在班" in page
    assert "disabled" in page
    session.expire_all()
    assert gone.merged_into_id is None
    second.state, second.active_digest = EnrolmentState.FINISHED, None
    session.commit()
    say_same(client, pair, kept)
    session.expire_all()
    assert second.worker_id == kept.id


def test_the_class_of_the_record_that_goes_bars_another_class_for_the_person(
    twins: tuple[Worker, Worker], client: FlaskClient, session: Session
) -> None:
    kept, gone = twins
    training_class = make_class(session)
    key = trained_key(gone.id_digest, training_class.occupation_code, training_class.level)
    seat = make_enrolment(
        session,
        training_class,
        gone,
        state=EnrolmentState.ENROLLED,
        active_digest=gone.id_digest,
        trained_key=key,
    )
    pair = ask(session, kept, gone)
    say_same(client, pair, kept)
    session.expire_all()
    assert seat.active_digest == kept.id_digest
    assert seat.trained_key == key.replace(gone.id_digest, kept.id_digest)
    take_back(client, pair)
    session.expire_all()
    assert (seat.active_digest, seat.trained_key) == (gone.id_digest, key)


def test_a_job_of_the_record_that_goes_is_the_persons_job(
    twins: tuple[Worker, Worker], client: FlaskClient, session: Session
) -> None:
    kept, gone = twins
    job = make_placement(
        session, make_order(session), gone, state=PlacementState.HIRED, active_digest=gone.id_digest
    )
    gone.state = WorkerState.HIRED
    session.commit()
    pair = ask(session, kept, gone)
    say_same(client, pair, kept)
    session.expire_all()
    assert (job.worker_id, job.active_digest, kept.state) == (kept.id, kept.id_digest, WorkerState.HIRED)
    assert job.order.title in client.get(f"/workers/{kept.id}").text


def test_two_jobs_bar_the_decision_and_are_named(
    twins: tuple[Worker, Worker], client: FlaskClient, session: Session
) -> None:
    kept, gone = twins
    for worker, title in ((kept, "缝纫工"), (gone, "注塑工")):
        order = make_order(session, title=title)
        make_placement(session, order, worker, state=PlacementState.HIRED, active_digest=worker.id_digest)
    page = say_same(client, ask(session, kept, gone), kept, confirmed="1")
    assert all(word in page for word in ("一个人只能有一份工", "缝纫工", "注塑工"))
    job = session.scalars(select(Placement).where(Placement.worker_id == gone.id)).one()
    assert f'href="/placements/{job.id}"' in page, "the way to what has to be settled"
    session.expire_all()
    assert gone.merged_into_id is None


def test_two_open_applications_bar_the_decision(
    twins: tuple[Worker, Worker], client: FlaskClient, session: Session
) -> None:
    kept, gone = twins
    for worker in twins:
        make_case(session, worker)
    assert "没办完的落户申请" in say_same(client, ask(session, kept, gone), kept)
    session.expire_all()
    assert gone.merged_into_id is None


def line_of(session: Session, worker: Worker, paid_on: date | None) -> ClaimLine:
    """A line of a claim of its own for 1,500 yuan."""
    training_class = make_class(session)
    enrolment = make_enrolment(session, training_class, worker, state=EnrolmentState.FINISHED)
    claim = Claim(
        class_id=training_class.id,
        school_id=training_class.school_id,
        county_code=training_class.county_code,
        city_code=training_class.city_code,
        number=f"BT{training_class.id}",
        made_at=utc_now(),
        made_by_id=make_user(session).id,
    )
    line = ClaimLine(
        claim=claim,
        enrolment_id=enrolment.id,
        scheme=Scheme.TRAINING,
        year=2026,
        amount_fen=150_000,
        payment_key=payment_key(worker.id_digest, Scheme.TRAINING, 2026),
        paid_on=paid_on,
    )
    session.add(line)
    session.commit()
    return line


def test_a_subsidy_paid_to_both_records_is_said_before_and_asked_back_once(
    twins: tuple[Worker, Worker], client: FlaskClient, session: Session
) -> None:
    kept, gone = twins
    first = line_of(session, gone, date(2026, 3, 1))
    second = line_of(session, kept, date(2026, 5, 1))
    pair = ask(session, kept, gone)
    page = say_same(client, pair, kept)
    assert "两条记录都领过" in page
    session.expire_all()
    assert gone.merged_into_id is None
    say_same(client, pair, kept, confirmed="1")
    session.expire_all()
    recovery = session.scalars(select(Recovery)).one()
    assert (recovery.line_id, recovery.amount_fen, recovery.state) == (second.id, 150_000, RecoveryState.OPEN)
    assert (first.payment_key, second.payment_key) == (
        payment_key(kept.id_digest, Scheme.TRAINING, 2026),
        None,
    )
    take_back(client, pair)
    session.expire_all()
    assert recovery.state is RecoveryState.CANCELLED
    assert [line.payment_key.partition(":")[0] for line in (first, second)] == [
        gone.id_digest,
        kept.id_digest,
    ]


def test_of_a_paid_and_a_claimed_line_the_paid_one_keeps_the_year(
    twins: tuple[Worker, Worker], client: FlaskClient, session: Session
) -> None:
    kept, gone = twins
    claimed, paid = line_of(session, kept, None), line_of(session, gone, date(2026, 3, 1))
    pair = ask(session, kept, gone)
    assert "都在申报" in say_same(client, pair, kept)
    say_same(client, pair, kept, confirmed="1")
    session.expire_all()
    assert paid.payment_key == payment_key(kept.id_digest, Scheme.TRAINING, 2026)
    assert claimed.payment_key is None
    assert session.scalar(select(func.count()).select_from(Recovery)) == 0


def test_empty_fields_are_filled_and_lists_and_telephones_joined(
    client: FlaskClient, session: Session
) -> None:
    kept = make_worker(
        session, wishes=["普工"], skills=[], education_text="", willing=None, phone="13800000001"
    )
    gone = make_worker(
        session,
        wishes=["普工", "保安"],
        skills=["缝纫"],
        ethnicity="彝族",
        note="打过电话",
        willing=False,
        phone="13900000002",
    )
    pair = ask(session, kept, gone)
    assert "补上空着的" in client.get(f"/imports/duplicates/{pair.id}/merge?keep={kept.id}").text
    say_same(client, pair, kept)
    session.expire_all()
    assert (kept.wishes, kept.skills, kept.ethnicity) == (["普工", "保安"], ["缝纫"], "彝族")
    assert (kept.note, kept.willing) == ("打过电话", False)
    assert [phone.number for phone in kept.telephones] == ["13800000001", "13900000002"]
    kept.note = "后来又改了"
    session.commit()
    take_back(client, pair)
    session.expire_all()
    assert (kept.wishes, kept.skills, kept.ethnicity, kept.willing) == (["普工"], [], "", None)
    assert kept.note == "后来又改了"


def test_a_number_of_the_record_that_went_leads_to_the_person(
    twins: tuple[Worker, Worker], client: FlaskClient, session: Session
) -> None:
    kept, gone = twins
    say_same(client, ask(session, kept, gone), kept)
    session.expire_all()
    assert known_workers(session, {gone.id_digest})[gone.id_digest].id == kept.id
    assert f"/workers/{kept.id}" in client.get(f"/workers?q={gone.id_number}").text


def test_a_corrected_number_takes_the_rules_of_the_person_along(session: Session) -> None:
    worker = make_worker(session)
    clerk = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    line = line_of(session, worker, date(2026, 3, 1))
    job = make_placement(
        session, make_order(session), worker, state=PlacementState.HIRED, active_digest=worker.id_digest
    )
    number = id_number(born=worker.birth_date)
    update_worker(session, clerk, worker, {"id_number": number}, utc_now())
    session.commit()
    assert worker.id_digest == vault.digest(IdNumber.parse(number, today()).number)
    assert job.active_digest == worker.id_digest
    assert line.payment_key == payment_key(worker.id_digest, Scheme.TRAINING, 2026)


def test_three_mutual_duplicates_come_to_an_end(client: FlaskClient, session: Session) -> None:
    one, two, three = (make_worker(session) for _ in range(3))
    first, second, third = ask(session, one, two), ask(session, two, three), ask(session, one, three)
    say_same(client, first, one)
    session.expire_all()
    assert second.state is DuplicateState.CARRIED
    say_same(client, third, three)
    session.expire_all()
    assert {one.merged_into_id, two.merged_into_id, three.merged_into_id} == {three.id, None}
    assert session.scalar(select(func.count()).where(Duplicate.state == DuplicateState.OPEN)) == 0
    assert "保留的那条后来又并到了别的记录里" in take_back(client, first)
    take_back(client, third)
    take_back(client, first)
    session.expire_all()
    assert [one.merged_into_id, two.merged_into_id] == [None, None]
    assert second.state is DuplicateState.OPEN


def test_an_open_pair_of_a_merged_record_asks_about_the_one_that_was_kept(
    client: FlaskClient, session: Session
) -> None:
    one, two, three = (make_worker(session) for _ in range(3))
    first, second = ask(session, one, two), ask(session, two, three)
    say_same(client, first, one)
    session.expire_all()
    assert (second.state, {second.worker_id, second.other_id}) == (DuplicateState.OPEN, {one.id, three.id})
    say_same(client, second, one)
    session.expire_all()
    assert (two.merged_into_id, three.merged_into_id) == (one.id, one.id)


def test_offers_of_one_order_to_both_records_get_numbers_of_their_own(
    twins: tuple[Worker, Worker], client: FlaskClient, session: Session
) -> None:
    kept, gone = twins
    order = make_order(session)
    ended = [make_placement(session, order, one, state=PlacementState.EXPIRED) for one in twins]
    pair = ask(session, kept, gone)
    say_same(client, pair, kept)
    session.expire_all()
    assert sorted(offer.attempt for offer in ended) == [1, 2]
    assert {offer.worker_id for offer in ended} == {kept.id}
    take_back(client, pair)
    session.expire_all()
    assert [offer.attempt for offer in ended] == [1, 1]


def test_work_at_two_places_at_once_is_asked_about(
    twins: tuple[Worker, Worker], client: FlaskClient, session: Session
) -> None:
    kept, gone = twins
    for worker in twins:
        make_placement(
            session,
            make_order(session),
            worker,
            state=PlacementState.LEFT,
            on_site_on=today() - timedelta(days=90),
            left_on=today() - timedelta(days=9),
        )
    pair = ask(session, kept, gone)
    assert "两条记录同时在岗" in say_same(client, pair, kept)
    session.expire_all()
    assert pair.state is DuplicateState.OPEN
    say_same(client, pair, kept, confirmed="1")
    session.expire_all()
    assert pair.state is DuplicateState.SAME
    assert session.scalar(select(func.count()).where(Placement.worker_id == kept.id)) == 2


def test_the_account_of_a_record_that_is_merged_away_is_closed(
    twins: tuple[Worker, Worker], client: FlaskClient, session: Session
) -> None:
    kept, gone = twins
    mine, theirs = (make_user(session, Role.WORKER, worker_id=one.id).id for one in twins)
    pair = ask(session, kept, gone)
    assert "本人账号会停用" in say_same(client, pair, kept)
    say_same(client, pair, kept, confirmed="1")
    session.expire_all()
    assert session.get_one(User, mine).is_active
    assert (session.get_one(User, theirs).is_active, session.get_one(User, theirs).worker_id) == (
        False,
        gone.id,
    )


def test_notes_reminders_and_colleague_of_both_records_stand_on_the_person_and_go_back(
    twins: tuple[Worker, Worker], client: FlaskClient, session: Session
) -> None:
    kept, gone = twins
    clerk, day = make_user(session, Role.COUNTY, area_code=ZHAOJUE), today() + timedelta(days=3)
    other = make_user(session, Role.CITY, area_code=FOSHAN)
    sooner = today() + timedelta(days=1)

    def care(worker: Worker, office: str, **more: object) -> Care:
        return Care(office=office, kind=CareKind.WORKER, subject_id=worker.id, **more)

    own = care(kept, ZHAOJUE, remind_on=day, remind_for_id=clerk.id)
    theirs = care(gone, ZHAOJUE, remind_on=sooner, remind_for_id=clerk.id, assigned_to_id=clerk.id)
    alone = care(gone, FOSHAN, assigned_to_id=other.id)
    session.add_all((own, theirs, alone))
    session.flush()
    own.notes.append(CareNote(user_id=clerk.id, text="说想去佛山"))
    theirs.notes.append(CareNote(user_id=clerk.id, text="腿伤好了"))
    session.commit()

    def told() -> dict[tuple[str, int], tuple[object, ...]]:
        session.expire_all()
        return {
            (one.office, one.subject_id): (
                one.assigned_to_id,
                one.remind_on,
                sorted(note.text for note in one.notes),
            )
            for one in session.scalars(select(Care))
            if one.assigned_to_id or one.remind_on or one.notes
        }

    before = told()
    pair = ask(session, kept, gone)
    assert "备注、提醒和经办人 2 条" in client.get(f"/imports/duplicates/{pair.id}/merge?keep={kept.id}").text
    say_same(client, pair, kept, confirmed="1")
    assert told() == {
        (ZHAOJUE, kept.id): (clerk.id, day, ["腿伤好了", "说想去佛山"]),
        (FOSHAN, kept.id): (other.id, None, []),
    }
    take_back(client, pair)
    assert told() == before
