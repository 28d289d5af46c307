"""The money of a class's story: the school claims, one colleague checks, another pays, the auditor reads."""

import io
import re
import zipfile
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.operations import open_session
from app.kit.web.extensions import db
from app.training.subsidies.operations import claims
from models.access import Role
from models.clock import today
from models.training.standard import StandardName, TrainingStandard
from models.training.subsidy import Claim, ClaimLine, LedgerEntry, PublicNotice, Scheme
from models.training.training_class import ClassState
from models.user import User
from tests.factories.people import ZHAOJUE, make_user
from tests.stories.clock import let_days_pass

ACCOUNT = {
    "account_name": "昭觉县职业技术学校",
    "account_number": "6228 4800 0000 1234 567",
    "bank_name": "农行",
}
FEE_FEN, LIVING_FEN, DAYS, SHORT = 120_000, 5_000, 20, "照片不是本人"


def enter_as(application: Flask, user: User) -> FlaskClient:
    """Return a browser in which ``user`` is signed in."""
    token = open_session(db.session, user)
    db.session.commit()
    client = application.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"], cookie["locale"] = token, True, "zh"
    return client


def the_school_claims(story: Any) -> None:
    """First no standard says what the fee is, then one does; the package holds every paper."""
    path = f"/training/claims/classes/{story.training_class.id}"
    assert "没有标准" in story.page(Role.SCHOOL, path)
    figure = {"name": StandardName.TRAINING_FEE, "value": FEE_FEN, "source": "县发文", "verified": True}
    story.session.add(
        TrainingStandard(area_code=ZHAOJUE, valid_from=story.training_class.starts_on, **figure)
    )
    story.session.commit()
    assert f"{DAYS} 天 × 50 元" in story.page(Role.SCHOOL, path)
    story.post(Role.SCHOOL, path, **ACCOUNT)
    claim = story.session.scalars(select(Claim)).one()
    form = {"purpose": "service", "purpose_word": "报县人社局"}
    sent = story.clients[Role.SCHOOL].post(f"/training/claims/{claim.id}/package", data=form)
    assert len(zipfile.ZipFile(io.BytesIO(sent.get_data())).namelist()) == 8
    again = story.clients[Role.SCHOOL].post(path, data=ACCOUNT)
    assert (again.status_code, "一个班只申报一次" in again.get_data(as_text=True)) == (409, True)


def the_county_checks_and_puts_the_list_up(story: Any) -> None:
    """One line is taken out, every question answered; the list names whole people, their numbers masked."""
    claim = story.session.scalars(select(Claim)).one()
    path, checker = f"/training/claims/{claim.id}", story.actors[Role.COUNTY]
    out = story.session.scalars(select(ClaimLine).where(ClaimLine.scheme == Scheme.LIVING)).first()
    story.post(Role.COUNTY, f"/training/claims/lines/{out.id}/refuse", reason=SHORT)
    passed = {"report": "齐全", "phone": "0834-8321234"}
    early = story.clients[Role.COUNTY].post(f"{path}/publish", data=passed)
    assert "还有疑点没有写核实情况" in early.get_data(as_text=True)
    story.post(Role.COUNTY, f"{path}/doubts", number="0", answer="打电话问过三个人")
    for number in range(1, len(claim.warnings)):
        claims.answer_warning(story.session, checker, claim, number, "核对过点名册", today())
    story.session.commit()
    story.post(Role.COUNTY, f"{path}/publish", **passed)
    notice = story.session.scalars(select(PublicNotice)).one()
    anybody = story.clients[Role.COUNTY].application.test_client()
    page = anybody.get(f"/training/claims/notice/{notice.token}").get_data(as_text=True)
    assert len(re.findall(r"5134\*{12}[\dX]{2}", page)) == len(notice.rows) == len(claim.lines) // 2
    assert "0834-8321234" in page
    assert all(line.enrolment.worker.name in page for line in claim.lines)


def a_third_person_pays_when_the_list_was_up(story: Any) -> None:
    """Not before its last day is over, not by the checker; then into the ledger, and the class is
    archived."""
    claim = story.session.scalars(select(Claim)).one()
    path, form = f"/training/claims/{claim.id}/pay", {"paid_on": today(), "voucher": "ZF2026-01"}
    payer = enter_as(
        story.clients[Role.COUNTY].application, make_user(story.session, Role.COUNTY, area_code=ZHAOJUE)
    )
    assert "公示期还没有结束" in payer.post(path, data=form).get_data(as_text=True)
    let_days_pass(story.session, 14)
    assert "请换一位同事" in story.clients[Role.COUNTY].post(path, data=form).get_data(as_text=True)
    assert payer.post(path, data=form).status_code == 303
    story.session.expire_all()
    people = len(claim.lines) // 2
    entries = story.session.scalars(select(LedgerEntry)).all()
    total = people * FEE_FEN + (people - 1) * DAYS * LIVING_FEN
    assert sum(one.amount_fen for one in entries) == total
    assert f"{people * FEE_FEN // 100:,} 元" in story.page(Role.AUDITOR, "/training/claims/ledger")
    story.post(Role.COUNTY, f"/training/classes/{story.training_class.id}/advance", event="archive")
    assert story.training_class.state is ClassState.ARCHIVED
