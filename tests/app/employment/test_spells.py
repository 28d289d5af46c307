"""Who works where, by whose word: begun, ended, shown, counted once, found by the county."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.employment.spells import confirming, sheet
from app.employment.spells.operations import newcomers
from app.employment.spells.queries import counts
from app.employment.spells.queries.counts import Asked, Figure
from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.placements.operations import corrections, follow_ups, hiring
from app.placements.operations.follow_ups import Finding
from models.access import Actor, Role
from models.clock import today, utc_now
from models.employment import recording
from models.employment.destination import Destination, Destinations
from models.employment.newcomer import Newcomer
from models.employment.of_placement import spell_of
from models.employment.places import Places
from models.employment.recording import Workplace
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellKind
from models.people.category import CategoryEvidence, PersonCategory
from models.people.standing import standing_of
from models.people.worker import Worker, WorkerState
from models.placement.leaving import Channel, LeaveReason
from models.placement.placement import Evidence, Outcome
from models.reference.sourced import Basis, Confidence
from models.reference.target_category import CategoryUse, TargetCategory
from models.workflow import TransitionRefused
from tests.app.placements.scene import Scene
from tests.factories.people import (
    FOSHAN,
    ZHAOJUE,
    actor_of,
    id_number,
    make_enterprise,
    make_user,
    make_worker,
)

LONG_AGO = today() - timedelta(days=200)
S = EmploymentSpell
WORKSHOP = Workplace(SpellKind.WORKSHOP, ZHAOJUE, "彝家扶贫车间")
SITE = Workplace(SpellKind.ENTERPRISE, "330000", "建筑工地")


def clerk(session: Session, county: str = ZHAOJUE) -> Actor:
    return actor_of(session, make_user(session, Role.COUNTY, area_code=county))


def begin(session: Session, worker: Worker, where: Workplace, on: date, **more: object) -> S:
    return recording.begin_spell(
        session,
        worker,
        where,
        on,
        actor=clerk(session),
        today=today(),
        **more,  # type: ignore[arg-type]
    )


def test_an_arrival_begins_a_spell_and_leaving_ends_it(scene: Scene) -> None:
    placement = scene.on_site(LONG_AGO)
    spell = spell_of(scene.session, placement)
    assert spell is not None
    told = (spell.began_on, spell.ended_on, spell.employer_id, spell.place_code, spell.told_wage_fen)
    assert told == (LONG_AGO, None, placement.enterprise_id, FOSHAN, placement.told_wage_fen)
    actor = scene.actor(scene.county)
    hiring.leave(scene.session, actor, placement, LeaveReason.PAY, today(), "拖欠", today())
    assert (spell.ended_on, spell.end_reason, spell.end_note) == (today(), LeaveReason.PAY, "拖欠")


def test_a_corrected_day_of_arrival_or_leaving_corrects_the_spell(scene: Scene) -> None:
    placement, actor = scene.on_site(LONG_AGO), scene.actor(scene.county)
    hiring.leave(scene.session, actor, placement, LeaveReason.PAY, today(), "", today())
    days = {"on_site_on": LONG_AGO + timedelta(days=3), "left_on": today() - timedelta(days=9)}
    corrections.correct(scene.session, actor, placement, days, "写错了", today())
    spell = spell_of(scene.session, placement)
    assert spell is not None
    assert (spell.began_on, spell.ended_on) == (days["on_site_on"], days["left_on"])
    corrections.undo(scene.session, actor, placement, "undo_leave", "没有走", today())
    assert spell.ended_on is None
    assert not any(one.says_left for one in spell.evidence)


def test_an_arrival_that_was_a_slip_leaves_no_spell(scene: Scene) -> None:
    placement = scene.on_site(LONG_AGO)
    corrections.undo(scene.session, scene.actor(scene.county), placement, "undo_arrive", "点错", today())
    assert spell_of(scene.session, placement) is None
    assert scene.worker.state is WorkerState.HIRED


def test_a_finding_is_evidence_and_a_corrected_one_is_weighed_anew(scene: Scene) -> None:
    placement, actor = scene.on_site(LONG_AGO), scene.actor(scene.county)
    row = placement.follow_ups[0]
    slip = Finding(Outcome.EMPLOYED, Evidence.WAGE_SLIP, 450_000)
    follow_ups.record_follow_up(scene.session, actor, row, slip, today(), utc_now())
    spell = spell_of(scene.session, placement)
    assert spell is not None
    assert (spell.evidence_level, spell.shown_until) == (Evidence.WAGE_SLIP, today())
    word = Finding(Outcome.EMPLOYED, Evidence.SELF_REPORT)
    follow_ups.correct_follow_up(scene.session, actor, row, word, "看错了", today(), utc_now())
    assert spell.evidence_level == Evidence.SELF_REPORT


def test_who_works_at_home_is_not_in_the_pool_unless_he_says_so(session: Session) -> None:
    worker, seeker, idle = (make_worker(session) for _ in range(3))
    begin(session, worker, WORKSHOP, LONG_AGO)
    begin(session, seeker, WORKSHOP, LONG_AGO, seeks_other=True)
    assert (worker.state, seeker.state, idle.state) == (
        WorkerState.WORKING,
        WorkerState.POOL,
        WorkerState.POOL,
    )
    assert [one.name for one in standing_of(session, worker.id)] == ["彝家扶贫车间"]
    assert standing_of(session, seeker.id) == ()


def test_a_spell_that_overlaps_is_refused_with_the_other_named_and_nothing_is_lost(session: Session) -> None:
    worker = make_worker(session)
    begin(session, worker, WORKSHOP, LONG_AGO)
    with pytest.raises(TransitionRefused, match="彝家扶贫车间"):
        begin(session, worker, SITE, LONG_AGO + timedelta(days=30))
    assert session.scalars(select(S.employer_name)).all() == ["彝家扶贫车间"]
    part = {"is_part_time": True, "overlap_reason": "白天车间，晚上保洁"}
    other = make_worker(session)
    begin(session, other, WORKSHOP, LONG_AGO, **part)
    with pytest.raises(TransitionRefused):
        begin(session, other, SITE, LONG_AGO, is_part_time=True)
    begin(session, other, SITE, LONG_AGO, **part)
    assert len(recording.spells_of(session, other.id)) == 2


def test_the_arrival_is_kept_beside_what_the_county_said(scene: Scene) -> None:
    placement = scene.hired()
    home = begin(scene.session, scene.worker, WORKSHOP, LONG_AGO)
    hiring.arrive(scene.session, scene.actor(scene.enterprise), placement, today(), today())
    spell = spell_of(scene.session, placement)
    assert spell is not None
    assert (home.ended_on, spell.ended_on) == (None, None)


def test_a_job_that_somebody_wanted_to_leave_ends_by_the_arrival(scene: Scene) -> None:
    home = begin(scene.session, scene.worker, WORKSHOP, LONG_AGO, seeks_other=True)
    arrived_on = today() - timedelta(days=9)
    scene.on_site(arrived_on)
    assert (home.ended_on, home.end_reason) == (arrived_on - timedelta(days=1), LeaveReason.OTHER_JOB)


@pytest.mark.parametrize(
    ("place", "on", "where"),
    [
        (FOSHAN, date(2019, 6, 1), Destination.PAIRED_CITY),
        ("440605", date(2019, 6, 1), Destination.PAIRED_CITY),
        ("440100", date(2019, 6, 1), Destination.PAIRED_PROVINCE),
        ("510100", date(2019, 6, 1), Destination.HOME_PROVINCE),
        ("330000", date(2019, 6, 1), Destination.ELSEWHERE),
        ("", date(2019, 6, 1), Destination.UNKNOWN),
        (FOSHAN, date(2022, 6, 1), Destination.ELSEWHERE),
    ],
)
def test_the_destination_follows_the_pairing_of_the_day(
    session: Session, place: str, on: date, where: Destination
) -> None:
    assert Destinations(session, on).of(place, ZHAOJUE) is where


def test_the_database_computes_the_same_destination(session: Session) -> None:
    worker = make_worker(session)
    places = ("", FOSHAN, "440100", "440300", "441900", "510100", "513431", "330000", "520521")
    counties = ("513431", "520521", "451027", "530602")
    for place, county in product(places, counties):
        spell = S(worker_id=worker.id, county_code=county, place_code=place, kind=SpellKind.CASUAL)
        spell.teller = recording.teller_of(clerk(session))
        spell.set_began(LONG_AGO)
        session.add(spell)
    session.flush()
    for day in (date(2018, 1, 1), date(2023, 1, 1)):
        where = Destinations(session, day)
        rows = session.execute(select(S.place_code, S.county_code, where.expression())).all()
        assert len(rows) == len(places) * len(counties)
        assert {(p, c): Destination(d) for p, c, d in rows} == {(p, c): where.of(p, c) for p, c, _d in rows}


def test_a_person_with_two_jobs_counts_once_where_it_is_shown_best(session: Session) -> None:
    worker, actor = make_worker(session), clerk(session)
    part = {"is_part_time": True, "overlap_reason": "两份零工"}
    begin(session, worker, WORKSHOP, LONG_AGO, **part)
    away = begin(session, worker, SITE, LONG_AGO, **part)
    shown = {"shown_on": today(), "actor": actor, "today": today()}
    recording.add_evidence(session, away, EvidenceKind.INSURANCE, **shown)  # type: ignore[arg-type]
    rows = session.scalars(counts.rows_of(actor, Asked(today()), Figure.CURRENT)).all()
    assert [row.id for row in rows] == [away.id]


def test_staying_is_shown_by_evidence_after_the_day_and_else_unknown(session: Session) -> None:
    actor, on = clerk(session), today()
    told, untold, gone = (begin(session, make_worker(session), SITE, LONG_AGO) for _ in range(3))
    shown = {"actor": actor, "today": on}
    recording.add_evidence(session, told, EvidenceKind.WAGE, shown_on=told.stays_three_on, **shown)  # type: ignore[arg-type]
    early = untold.stays_three_on - timedelta(days=1)
    recording.add_evidence(session, untold, EvidenceKind.INSURANCE, shown_on=early, **shown)  # type: ignore[arg-type]
    recording.end_spell(session, gone, LONG_AGO + timedelta(days=20), LeaveReason.PAY, **shown)  # type: ignore[arg-type]
    where = Destinations(session, on)
    place = where.of("330000", ZHAOJUE)
    table = counts.retention(session, actor, Asked(on), where)[3][place]
    assert (table.due, table.by_level, table.left, table.unknown) == (3, {Evidence.WAGE_SLIP: 1}, 1, 1)


def told_of(worker_name: str, number: str, channel: Channel | None = Channel.VISIT) -> newcomers.Told:
    return newcomers.Told(worker_name, number, ZHAOJUE, LONG_AGO, channel)


def test_somebody_already_at_work_is_found_in_the_register_without_telling_who_is(session: Session) -> None:
    firm, worker = make_enterprise(session), make_worker(session)
    actor = actor_of(session, make_user(session, Role.ENTERPRISE, organisation_id=firm.id))
    where = newcomers.workplace_of(actor, firm, "")
    with pytest.raises(TransitionRefused, match="本人同意"):
        newcomers.register(session, actor, told_of(worker.name, worker.id_number, None), where, today())
    newcomers.register(session, actor, told_of(worker.name, worker.id_number), where, today())
    newcomers.register(session, actor, told_of("另一个人", worker.id_number), where, today())
    number = id_number()
    newcomers.register(session, actor, told_of("吉克新来", number), where, today())
    with pytest.raises(TransitionRefused, match="已经登记过"):
        newcomers.register(session, actor, told_of("吉克新来", number), where, today())
    assert [one.employer_id for one in recording.spells_of(session, worker.id)] == [firm.id]
    waiting = session.scalars(select(Newcomer).order_by(Newcomer.id)).all()
    assert [(one.name, one.seen_by_number) for one in waiting] == [("另一个人", True), ("吉克新来", False)]


def test_the_county_takes_a_newcomer_over_once_the_register_has_him(session: Session) -> None:
    firm, county, number = make_enterprise(session), clerk(session), id_number()
    actor = actor_of(session, make_user(session, Role.ENTERPRISE, organisation_id=firm.id))
    newcomers.register(
        session, actor, told_of("吉克新来", number), newcomers.workplace_of(actor, firm, ""), today()
    )
    row = session.scalars(select(Newcomer)).one()
    with pytest.raises(TransitionRefused, match="还没有这个人"):
        newcomers.take_over(session, county, row, today())
    worker = make_worker(session, name="吉克新来", id_number=number)
    spell = newcomers.take_over(session, county, row, today())
    assert (spell.worker_id, spell.employer_id, spell.teller) == (worker.id, firm.id, "enterprise")
    assert (row.state, row.id_number, row.phone) == ("taken_over", None, None)


HEADINGS = ("姓名", "证件号码", "务工类型", "务工单位", "务工地点", "开始日期", "离开日期", "离开原因")


def sent(*rows: tuple[str, ...]) -> bytes:
    target = io.BytesIO()
    write_workbook(target, [Page("务工情况", [Column(one) for one in HEADINGS], rows)])
    return target.getvalue()


def test_a_countys_sheet_begins_confirms_and_ends_and_names_what_is_wrong(session: Session) -> None:
    actor = clerk(session)
    new, known, gone, twice = (make_worker(session) for _ in range(4))
    there = begin(session, known, SITE, LONG_AGO)
    leaves = begin(session, gone, SITE, LONG_AGO)
    begin(session, twice, WORKSHOP, LONG_AGO)
    ended = (today() - timedelta(days=2)).isoformat()
    began = LONG_AGO.isoformat()
    content = sent(
        (new.name, new.id_number, "扶贫车间", "彝家扶贫车间", "本县", "", "", ""),
        (known.name, known.id_number, "", "建筑工地", "浙江", "", "", ""),
        (gone.name, gone.id_last4, "", "建筑工地", "浙江", "", ended, "农忙返乡"),
        (twice.name, twice.id_number, "", "建筑工地", "浙江", began, "", ""),
        ("不认识", new.id_number, "", "建筑工地", "浙江", "", "", ""),
        (new.name, new.id_number, "", "另一家", "亚特兰蒂斯", "", "", ""),
    )
    reading = sheet.read(session, actor, ZHAOJUE, content, today())
    problems = [(line.row, problem.header) for line in reading.rejected for problem in line.problems]
    assert problems == [(5, "务工单位"), (6, "证件号码"), (7, "务工地点")]
    batch = confirming.keep(session, actor, ZHAOJUE, "务工情况.xlsx", reading)
    done = confirming.confirm(session, actor, batch, utc_now())
    assert (done.begun, done.ended, done.shown, done.refused) == (1, 1, 1, 0)
    (begun,) = recording.spells_of(session, new.id)
    assert (begun.kind, begun.place_code, begun.began_known) == (SpellKind.WORKSHOP, ZHAOJUE, False)
    assert there.shown_until == today()
    assert leaves.end_reason is LeaveReason.FARMING
    with pytest.raises(TransitionRefused):
        confirming.confirm(session, actor, batch, utc_now())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("佛山", "440600"),
        ("广东省佛山市", "440600"),
        ("凉山州", "513400"),
        ("浙江省", "330000"),
        ("本县", ZHAOJUE),
        ("昭觉", "513431"),
        ("火星", None),
    ],
)
def test_a_place_is_read_as_people_write_it(session: Session, text: str, code: str | None) -> None:
    assert Places(session, ZHAOJUE).code_of(text) == code


def test_a_county_tells_a_city_verifies_and_both_see_the_figures(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    worker, firm = make_worker(session), make_enterprise(session, name="佛山电子厂")
    county = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    page = f"/employment/people/{worker.id}/new"
    began = (today() - timedelta(days=120)).isoformat()
    given = {"kind": "enterprise", "employer": firm.name, "place": "佛山", "began_on": began}
    assert "认不出是哪里" in county.post(page, data=given | {"place": "火星"}).text
    answer = county.post(page, data=given)
    assert answer.status_code == 303
    spell = session.scalars(select(S)).one()
    assert (spell.employer_id, spell.place_code) == (firm.id, FOSHAN)
    shown = {"evidence": "insurance", "shown_on": today().isoformat(), "wage": "4500"}
    assert county.post(f"/employment/{spell.id}/evidence", data=shown).status_code == 303
    assert firm.name in county.get(f"/workers/{worker.id}").text
    city = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    session.expire_all()
    evidence = spell.evidence[-1]
    assert city.post(f"/employment/evidence/{evidence.id}/verify").status_code == 303
    session.expire_all()
    assert evidence.verified_at is not None
    assert worker.name in city.get("/employment").text
    figures = city.get("/employment/figures").text
    assert "figure=current" in figures
    assert "became=stayed" in figures
    foreign = sign_in(make_user(session, Role.COUNTY, area_code="513429"))
    assert foreign.get(f"/employment/{spell.id}").status_code == 404


def test_a_file_that_is_no_picture_is_refused_in_words_and_what_was_typed_stays(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    worker, firm = make_worker(session), make_enterprise(session)
    user = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    place = Workplace(SpellKind.ENTERPRISE, firm.area_code, firm.name, firm.id)
    spell = begin(session, worker, place, today() - timedelta(days=9))
    session.commit()
    shown = {"evidence": "wage", "shown_on": today().isoformat(), "note": "九月的工资条"}
    file = {"file": (io.BytesIO("这不是照片".encode()), "工资条.jpg")}
    address, kind = f"/employment/{spell.id}/evidence", "multipart/form-data"
    page = sign_in(user).post(address, data=shown | file, content_type=kind).text
    assert "九月的工资条" in page
    assert "图片" in page or "照片" in page
    session.expire_all()
    assert [row.kind for row in spell.evidence] == [EvidenceKind.WORD]


def test_a_county_corrects_where_somebody_works_and_takes_back_what_never_was(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    worker = make_worker(session)
    spell = begin(session, worker, SITE, LONG_AGO)
    session.commit()
    county = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    given = {"kind": "public_welfare", "employer": "护林员", "place": "本县", "seeks_other": "1"}
    page = f"/employment/{spell.id}/correct"
    assert "认不出是哪里" in county.post(page, data=given | {"place": "火星", "correction": "记错"}).text
    assert county.post(page, data=given | {"correction": "记错"}).status_code == 303
    session.expire_all()
    told = (spell.kind, spell.employer_name, spell.place_code, spell.began_on, spell.seeks_other)
    assert told == (SpellKind.PUBLIC_WELFARE, "护林员", ZHAOJUE, LONG_AGO, True)
    assert "护林员" in county.post(f"/employment/{spell.id}/withdraw", data={"why": ""}).text
    assert county.post(f"/employment/{spell.id}/withdraw", data={"why": "同名的人"}).status_code == 303
    assert recording.spells_of(session, worker.id) == []


def test_the_figures_of_those_whom_the_register_is_for_go_by_the_day_they_are_of(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    """A person filed until last year counts then and not now; whom nobody has filed never does."""
    user = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    over = today() - timedelta(days=30)
    for number in range(2):
        worker = make_worker(session)
        begin(session, worker, WORKSHOP, LONG_AGO)
        if number == 0:
            kept = {"held_from": LONG_AGO, "held_to": over, "seen_on": LONG_AGO}
            evidence = CategoryEvidence.DOCUMENT
            session.add(PersonCategory(worker_id=worker.id, category="某类人", evidence=evidence, **kept))
    session.add(
        TargetCategory(
            name="某类人",
            use=CategoryUse.SUPPORT,
            counts=True,
            valid_from=LONG_AGO,
            source="某省1号",
            verified=True,
            confidence=Confidence.HIGH,
            basis=Basis.DOCUMENT,
        )
    )
    session.commit()
    actor = actor_of(session, user)

    def people(on: date, **asked: bool) -> int:
        return len(session.scalars(counts.rows_of(actor, Asked(on, **asked), Figure.CURRENT)).all())

    assert (people(over), people(over, counted=True)) == (2, 1)
    assert (people(today()), people(today(), counted=True)) == (2, 0)
    page = sign_in(user).get(f"/employment/figures?on={over}&counted=1").text
    assert "counted=1" in page
