"""Settling on both databases: from the night that finds somebody to the third visit after he settled."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

import config
from app import create_app
from app.accounts.operations import open_session
from app.commands.reference_load import load_all
from app.hukou.rules.operations.forecasts import evaluate_all
from app.kit.web.extensions import db
from models.access import Role
from models.audit_walk import verify
from models.base import Base
from models.clock import today
from models.hukou.case import CaseState, DocumentState, HukouCase, HukouDocument, HukouFollowUp
from models.hukou.fact import PersonFact
from models.hukou.rule import HukouQuota
from models.people.worker import Worker
from models.placement.placement import Evidence, Placement
from models.user import User
from tests.app.kit.files.test_document_sanitizer import picture
from tests.conftest import Client
from tests.factories.databases import postgres_url
from tests.factories.hukou import FIVE_YEARS, accept_papers, add_fact, live_rule, worker_with_facts
from tests.factories.people import FOSHAN, ZHAOJUE, make_user
from tests.stories.test_main_job import problems

PERMIT = "粤佛迁 2018000001"


class Office:
    """Everybody of the story, each signed in, and the database they work on."""

    def __init__(self, application: Flask, session: Session) -> None:
        self.application, self.session = application, session
        self.worker = worker_with_facts(session, {"rp_months": 66}, name="吉克阿依", county_code=ZHAOJUE)
        firm = session.scalars(select(Placement.enterprise_id)).one()
        self.clients = {
            "county": self.enter(make_user(session, Role.COUNTY, area_code=ZHAOJUE)),
            "first": self.enter(make_user(session, Role.REGISTRATION, area_code=FOSHAN)),
            "second": self.enter(make_user(session, Role.REGISTRATION, area_code=FOSHAN)),
            "enterprise": self.enter(make_user(session, Role.ENTERPRISE, organisation_id=firm)),
            "worker": self.enter(make_user(session, Role.WORKER, worker_id=self.worker.id)),
        }

    def enter(self, user: User) -> FlaskClient:
        """Return a browser in which ``user`` has signed in."""
        token = open_session(self.session, user)
        self.session.commit()
        client = self.application.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"], cookie["locale"] = token, True, "zh"
        return client

    def post(self, who: str, path: str, **form: object) -> str:
        """Send a form that must be taken; returns where it leads."""
        answer = self.clients[who].post(path, data=form, content_type="multipart/form-data")
        assert answer.status_code == 303, f"{path}: {answer.status_code} {problems(answer.text)}"
        self.session.expire_all()
        return answer.location

    def refused(self, who: str, path: str, **form: object) -> str:
        """Send a form that must be refused; returns the page that says why."""
        answer = self.clients[who].post(path, data=form)
        assert answer.status_code == 409, path
        return answer.text

    def page(self, who: str, path: str) -> str:
        """Open a page."""
        answer = self.clients[who].get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return answer.text

    @property
    def case(self) -> HukouCase:
        """The newest case."""
        return self.session.scalars(select(HukouCase).order_by(HukouCase.id.desc())).first()

    def paper(self, kind: str) -> HukouDocument:
        """The newest paper of a kind."""
        wanted = select(HukouDocument).where(HukouDocument.kind == kind)
        return self.session.scalars(wanted.order_by(HukouDocument.id.desc())).first()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> Iterator[Office]:
    url = f"sqlite:///{tmp_path / 's.db'}" if request.param == "sqlite" else postgres_url("settling")
    application = create_app({**config.load(), "DATABASE_URL": url, "WTF_CSRF_ENABLED": False})
    application.test_client_class = Client
    with application.app_context():
        Base.metadata.create_all(db.engine)
        load_all(db.session)
        db.session.add(HukouQuota(city_code=FOSHAN, route=FIVE_YEARS, year=today().year, total=1))
        live_rule(db.session).working_days = 10
        db.session.commit()
        yield Office(application, db.session)
        db.session.close()
        db.engine.dispose()


def test_from_the_night_that_finds_somebody_to_the_third_visit(office: Office) -> None:
    the_night_finds_that_a_paper_is_missing(office)
    the_enterprise_vouches_and_the_worker_begins(office)
    the_worker_sends_a_photograph_and_applies(office)
    the_officer_asks_for_more(office)
    the_paper_is_supplied_and_proves_the_months(office)
    another_officer_gives_the_last_place(office)
    the_old_register_lets_go_and_the_new_one_takes(office)
    three_visits_find_the_family_there(office)
    somebody_else_is_rejected_and_told_how_to_appeal(office)
    assert verify(office.session) is None


def the_night_finds_that_a_paper_is_missing(office: Office) -> None:
    assert evaluate_all(office.session, today()) == {"people": 1, "newly": 0}
    page = office.page("county", "/hukou/chances?verdict=unknown")
    assert "吉克阿依" in page
    assert "还不清楚：在该市累计缴社保月数" in page
    page = office.page("county", f"/hukou/people/{office.worker.id}")
    assert "离得最近的路是" in page
    assert "最省事的一步是" in page


def the_enterprise_vouches_and_the_worker_begins(office: Office) -> None:
    row = office.session.scalars(select(Placement)).one()
    office.post(
        "enterprise",
        f"/hukou/proofs/{row.id}",
        name="sb_months",
        value="61",
        source="缴费表",
        as_of=today().isoformat(),
        growing="y",
    )
    assert evaluate_all(office.session, today()) == {"people": 1, "newly": 1}
    assert "今天新符合" in office.page("county", "/hukou/chances")
    page = office.page("worker", "/my/settling")
    assert "看起来都符合，可以先预审" in page
    assert "承包地、宅基地、集体收益" in page
    office.post("worker", "/my/settling/begin", rule=live_rule(office.session).id, city=FOSHAN)
    assert "吉克阿依" not in office.page("county", "/hukou/chances"), (
        "whoever has a case is no chance any more"
    )
    assert "自愿" in office.refused("worker", "/my/settling/apply")
    office.post("worker", "/my/settling/notice", read="1")


def the_worker_sends_a_photograph_and_applies(office: Office) -> None:
    office.post(
        "worker", "/my/settling/papers", kind="residence_permit", file=(io.BytesIO(picture()), "证.jpg")
    )
    office.post("worker", "/my/settling/apply")
    assert office.case.number.startswith(f"LH4406{today().year}")
    assert office.case.due_on is not None


def the_officer_asks_for_more(office: Office) -> None:
    case = office.case.id
    assert office.case.number in office.page("first", "/hukou/desk")
    for event in ("accept", "review"):
        office.post("first", f"/hukou/cases/{case}/advance", event=event)
    blurred = office.paper("residence_permit")
    office.clients["first"].post(
        f"/hukou/papers/{blurred.id}/open", data={"purpose": "service", "purpose_word": "核对"}
    )
    office.post("first", f"/hukou/papers/{blurred.id}", decision="no", reason="照片看不清")
    office.post("first", f"/hukou/cases/{case}/advance", event="ask_more", reason="居住证重拍，再交参保证明")
    assert "落户窗口等你补材料" in office.page("worker", "/my/offers")
    assert "居住证重拍，再交参保证明" in office.page("worker", "/my/settling")


def the_paper_is_supplied_and_proves_the_months(office: Office) -> None:
    case = office.case.id
    files = {"residence_permit": picture((800, 600)), "insurance_list": picture((500, 700))}
    office.post(
        "worker",
        "/my/settling/papers",
        kind="residence_permit",
        file=(io.BytesIO(files["residence_permit"]), "新.jpg"),
    )
    office.post(
        "county",
        f"/hukou/cases/{case}/papers",
        kind="insurance_list",
        file=(io.BytesIO(files["insurance_list"]), "社保.jpg"),
    )
    office.post("worker", "/my/settling/apply", event="supply")
    paper = office.paper("insurance_list")
    opened = office.clients["first"].post(
        f"/hukou/papers/{paper.id}/open", data={"purpose": "service", "purpose_word": "核对月数"}
    )
    assert opened.data.startswith(b"%PDF-")
    office.post(
        "first",
        f"/hukou/papers/{paper.id}",
        **{
            "decision": "yes",
            "as_of": today().isoformat(),
            "facts-0-name": "sb_months",
            "facts-0-value": "62",
        },
    )
    assert office.paper("insurance_list").state is DocumentState.ACCEPTED
    proven = office.session.scalars(
        select(PersonFact).where(PersonFact.name == "sb_months", PersonFact.superseded_at.is_(None))
    ).one()
    assert (proven.value, proven.evidence) == (62, Evidence.INSURANCE)


def another_officer_gives_the_last_place(office: Office) -> None:
    case = office.case.id
    page = office.page("second", f"/hukou/cases/{case}")
    assert "居民身份证还没有交。" in page, "the reasons stand beside the button"
    assert "居住证还没有认定。" in page
    assert "户口簿还没有交。" in office.refused("second", f"/hukou/cases/{case}/decide", event="approve")
    for kind in ("id_card", "household_book"):
        file = (io.BytesIO(picture((300, 400 + len(kind)))), "证.jpg")
        office.post("worker", "/my/settling/papers", kind=kind, file=file)
    for kind in ("id_card", "household_book", "residence_permit"):
        number = office.paper(kind).id
        office.clients["first"].post(
            f"/hukou/papers/{number}/open", data={"purpose": "service", "purpose_word": "核对"}
        )
        office.post("first", f"/hukou/papers/{number}", decision="yes", as_of=today().isoformat())
    assert "不能自己决定" in office.refused("first", f"/hukou/cases/{case}/decide", event="approve")
    office.post("second", f"/hukou/cases/{case}/decide", event="approve")
    assert office.case.state is CaseState.APPROVED
    assert office.session.scalars(select(HukouQuota.used).where(HukouQuota.total == 1)).one() == 1


def the_old_register_lets_go_and_the_new_one_takes(office: Office) -> None:
    case = office.case.id
    office.post("first", f"/hukou/cases/{case}/permit", number=PERMIT)
    office.post("county", f"/hukou/cases/{case}/help", event="move_out")
    office.post("first", f"/hukou/cases/{case}/advance", event="settle")
    assert office.case.state is CaseState.REGISTERED
    assert "落户办成了" in office.page("worker", "/my/settling")


def three_visits_find_the_family_there(office: Office) -> None:
    visits = office.session.scalars(select(HukouFollowUp)).all()
    for visit in visits:
        visit.due_on -= timedelta(days=400)
    office.session.commit()
    for visit in [visit.id for visit in visits]:
        office.post(
            "county",
            f"/hukou/follow-ups/{visit}",
            still_there="1",
            school_places="1",
            insurance_moved="",
            trouble="",
        )
    page = office.page("county", "/hukou/figures")
    assert "满 365 天" in page
    assert "没有到期的回访" in office.page("county", "/hukou/follow-ups")


def somebody_else_is_rejected_and_told_how_to_appeal(office: Office) -> None:
    other = Worker(
        **{name: getattr(office.worker, name) for name in ("county_code", "sex", "birth_date")},
        name="沙马尔古",
        id_digest="e" * 64,
        id_last4="0017",
    )
    office.session.add(other)
    office.session.flush()
    for name in ("sb_months", "rp_months"):
        add_fact(office.session, other, name, 64)
    rule = live_rule(office.session).id
    where = office.post("county", f"/hukou/people/{other.id}/begin", rule=rule, city=FOSHAN)
    office.post("county", f"{where}/notice")
    office.post("county", f"{where}/help", event="apply")
    for event in ("accept", "review"):
        office.post("first", f"{where}/advance", event=event)
    accept_papers(office.session, office.case)
    assert "指标已经用完" in office.refused("second", f"{where}/decide", event="approve")
    office.post("second", f"{where}/decide", event="reject", reason="今年的指标用完了，明年一月再来。")
    page = office.page("county", where)
    assert "今年的指标用完了" in page
    assert "行政复议" in page
