"""The receiving city verifies what it has looked at: narrowed, by enterprise, page by page, many at once."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.placements.queries import verification
from app.placements.queries.lists import bare_follow_ups, plain_follow_ups, waits_for_check
from models.access import Permission, Role, load_actor
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.placement.evidence_paper import EvidencePaper
from models.placement.placement import Evidence, FollowUp, Outcome, PlacementState
from models.reference.organisation import Organisation
from tests.app.kit.files.test_document_sanitizer import picture
from tests.factories.people import (
    FOSHAN,
    ZHAOJUE,
    make_enterprise,
    make_order,
    make_placement,
    make_user,
    make_worker,
)
from tests.questions import asked

DAFANG = "520521"
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def city(session: Session, sign_in: SignIn) -> FlaskClient:
    return sign_in(make_user(session, Role.CITY, area_code=FOSHAN))


@pytest.fixture
def clerk(session: Session, sign_in: SignIn) -> FlaskClient:
    return sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))


def finding(session: Session, firm: Organisation | None = None, **values: object) -> FollowUp:
    """Return one that the county wrote down and nobody has verified."""
    order = make_order(session, firm)
    place = {name: values.pop(name) for name in ("county_code", "township_code", "name") if name in values}
    placement = make_placement(
        session,
        order,
        make_worker(session, **place),
        state=PlacementState.ON_SITE,
        on_site_on=today() - timedelta(days=40),
        disclosed_terms={"wage_low_fen": 500_000},
    )
    recorder = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    given = {
        "months": 1,
        "due_on": today() - timedelta(days=10),
        "outcome": Outcome.EMPLOYED,
        "evidence": Evidence.ROSTER,
        "evidence_note": "盖章花名册第 3 页第 12 行",
        "wage_fen": 490_000,
        "recorded_at": utc_now(),
        "recorded_by_id": recorder.id,
    }
    row = FollowUp(placement_id=placement.id, **(given | values))
    session.add(row)
    session.commit()
    return row


def numbers(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'name="ids"[^>]*value="(\d+)"', page)]


def test_the_evidence_is_taken_with_the_finding_and_opened_before_it_is_verified(
    session: Session, clerk: FlaskClient, city: FlaskClient
) -> None:
    row = finding(session, outcome=None, evidence=Evidence.NONE, recorded_at=None, recorded_by_id=None)
    form = {"outcome": "employed", "evidence": "3", "note": "工资条", "wage_fen": "4900"}
    file = {"file": (io.BytesIO(picture()), "工资条.jpg")}
    there = f"/placements/follow-ups/{row.id}"
    assert clerk.post(there, data=form | file, content_type="multipart/form-data").status_code == 303
    paper = session.scalars(select(EvidencePaper)).one()
    assert paper.follow_up_id == row.id
    assert "凭据你还没有打开看过" in city.get("/placements/verification").text
    refused = city.post(f"{there}/verify")
    assert (refused.status_code, "凭据你还没有打开看过" in refused.text) == (409, True)
    opened = city.post(f"{there}/evidence")
    assert (opened.mimetype, opened.data[:4]) == ("application/pdf", b"%PDF")
    assert "evidence:open" in session.scalars(select(AuditEvent.tag)).all()
    assert city.post(f"{there}/verify").status_code == 303
    session.expire_all()
    assert row.verified_at is not None


def test_a_file_that_is_no_paper_is_refused_beside_its_field_and_the_finding_kept_as_typed(
    session: Session, clerk: FlaskClient
) -> None:
    row = finding(session, outcome=None, evidence=Evidence.NONE, recorded_at=None, recorded_by_id=None)
    form = {
        "outcome": "employed",
        "evidence": "3",
        "note": "工资条说明",
        "file": (io.BytesIO(b"MZ"), "a.exe"),
    }
    page = clerk.post(f"/placements/follow-ups/{row.id}", data=form, content_type="multipart/form-data").text
    assert "工资条说明" in page
    session.expire_all()
    assert (row.recorded_at, session.scalar(select(EvidencePaper))) == (None, None)


def test_the_line_of_the_roster_and_the_arrival_stand_there(session: Session, city: FlaskClient) -> None:
    finding(session)
    page = city.get("/placements/verification").text
    assert "盖章花名册第 3 页第 12 行" in page
    assert "企业确认" in page


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("county=520521", {"county_code": DAFANG, "township_code": "520521100"}),
        ("outcome=left", {"outcome": Outcome.LEFT}),
        (f"evidence={int(Evidence.WAGE_SLIP)}", {"evidence": Evidence.WAGE_SLIP}),
        ("short=1", {"wage_fen": 390_000}),
    ],
)
def test_the_list_is_narrowed(session: Session, city: FlaskClient, query: str, values: dict) -> None:
    finding(session)
    wanted = finding(session, **values)
    assert numbers(city.get(f"/placements/verification?{query}").text) == [wanted.id]
    assert len(numbers(city.get("/placements/verification").text)) == 2


def test_enterprises_stand_there_the_longest_wait_first(session: Session, city: FlaskClient) -> None:
    new, old = make_enterprise(session, name="新厂"), make_enterprise(session, name="老厂")
    for firm, days in ((new, 1), (old, 9), (old, 2)):
        finding(session, firm, recorded_at=utc_now() - timedelta(days=days))
    page = city.get("/placements/verification").text
    assert page.index("老厂") < page.index("新厂")
    assert re.search(rf'enterprise={old.id}">老厂</a>.*?2 条', page, re.S)
    assert len(numbers(city.get(f"/placements/verification?enterprise={old.id}").text)) == 2


def test_every_waiting_finding_is_reached_page_by_page_the_oldest_first(
    session: Session, city: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "PAGE", 2)
    same = utc_now() - timedelta(days=3)  # recorded in one go: the number decides
    rows = [finding(session, recorded_at=same) for _n in range(3)]
    rows = [finding(session, recorded_at=same - timedelta(days=1)), *rows]
    seen, there = [], "/placements/verification"
    while there:
        page = city.get(there).text
        seen += numbers(page)
        more = re.findall(r'"(/placements/verification\?after=\d+)"', page)
        there = more[-1].replace("&amp;", "&") if more else ""
    assert seen == [row.id for row in rows]


def test_many_are_verified_at_once_and_those_that_cannot_be_are_named_and_stay_ticked(
    session: Session, city: FlaskClient
) -> None:
    good, unseen = [finding(session) for _n in range(3)], finding(session, name="阿都日且")
    session.add(
        EvidencePaper(
            follow_up_id=unseen.id,
            size=1,
            pages=1,
            digest="d",
            content=b"x",
            uploaded_by_id=unseen.recorded_by_id,
        )
    )
    session.commit()
    ids = [row.id for row in (*good, unseen)]
    page = city.post("/placements/verification", data={"ids": ids}, follow_redirects=True).text
    assert "已核实 3 条" in page
    assert re.search("阿都日且 等 1 人没有办：凭据你还没有打开看过", page)
    session.expire_all()
    assert [row.verified_at is not None for row in (*good, unseen)] == [True, True, True, False]
    assert re.search(rf'name="ids"[^>]*value="{unseen.id}"[^>]*checked', page)


def test_another_citys_findings_are_neither_listed_nor_verified(session: Session, sign_in: SignIn) -> None:
    row = finding(session)
    other = sign_in(make_user(session, Role.CITY, area_code="440100"))
    assert numbers(other.get("/placements/verification").text) == []
    other.post("/placements/verification", data={"ids": [row.id]})
    assert other.post(f"/placements/follow-ups/{row.id}/evidence").status_code == 404
    session.expire_all()
    assert row.verified_at is None


def test_what_waits_is_counted_alike_with_and_without_its_placements(session: Session) -> None:
    for home in (ZHAOJUE, ZHAOJUE, DAFANG):
        finding(session, county_code=home, township_code=None)
    places = (
        (Role.COUNTY, ZHAOJUE),
        (Role.CITY, FOSHAN),
        (Role.PREFECTURE, "513400"),
        (Role.PROVINCE, "440000"),
    )
    for role, code in (*places, (Role.REGISTRATION, FOSHAN), (Role.ENTERPRISE, None)):
        actor = load_actor(session, make_user(session, role, area_code=code), today())
        for permission in (Permission.FOLLOWUP_VERIFY, Permission.FOLLOWUP_RECORD, Permission.PLACEMENT_READ):
            with_them = plain_follow_ups(actor, permission).where(waits_for_check(session, actor))
            alone = bare_follow_ups(actor, permission, FollowUp.id).where(waits_for_check(session, actor))
            seen = {row.id for row in session.scalars(with_them)}
            assert set(session.scalars(alone)) == seen, (role, permission)


def test_a_page_of_findings_asks_as_many_questions_as_one_finding(
    session: Session, city: FlaskClient
) -> None:
    here = "/placements/verification"
    finding(session)
    city.get(here)
    of_one = len(asked(session, city, here))
    for _n in range(4):
        finding(session)
    assert len(numbers(city.get(here).text)) == 5
    assert len(asked(session, city, here)) == of_one
