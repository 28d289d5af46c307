"""The audit in words, and the walk over its chain."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reference.audit import operations
from app.reference.audit.labels import DETAILS, PLAIN_SUBJECTS, SUBJECTS
from models.access import SYSTEM, Role
from models.audit import PAYLOAD_KEYS, AuditEvent, EventTag, record
from tests.factories.people import make_user, make_worker


def test_every_key_that_may_be_noted_has_a_word() -> None:
    assert set(DETAILS) == PAYLOAD_KEYS
    assert not set(SUBJECTS) & set(PLAIN_SUBJECTS)


def test_auditor_reads_words_and_follows_the_subject(session: Session, sign_in) -> None:
    worker = make_worker(session)
    record(session, SYSTEM, EventTag.WORKER_REVEAL, worker, purpose="核对证件")
    session.commit()
    page = sign_in(make_user(session, Role.AUDITOR, area_code="513400")).get("/admin/audit").text
    assert "看完整号码" in page
    assert "核对证件" in page
    assert f'href="/workers/{worker.id}"' in page


def test_administrator_may_not_follow_to_a_person(session: Session, sign_in) -> None:
    worker = make_worker(session)
    record(session, SYSTEM, EventTag.WORKER_REVEAL, worker, purpose="核对证件")
    session.commit()
    page = sign_in(make_user(session, Role.ADMIN)).get("/admin/audit").text
    assert f'href="/workers/{worker.id}"' not in page


def test_a_whole_chain_is_noted_and_the_anchor_moves(session: Session, tmp_path: Path) -> None:
    make_user(session)
    record(session, SYSTEM, EventTag.USER_CREATE, "user:1")
    session.commit()
    anchor = tmp_path / "anchor.json"
    assert operations.check_chain(session, SYSTEM, anchor) is None
    check = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert check is not None
    assert check.details["outcome"] == "whole"
    assert anchor.read_text().startswith(f"[{check.id}, ")


def test_administrator_is_told_of_a_broken_chain(session: Session, sign_in, tmp_path: Path) -> None:
    admin = sign_in(make_user(session, Role.ADMIN))
    record(session, SYSTEM, EventTag.USER_CREATE, "user:1")
    record(session, SYSTEM, EventTag.USER_CREATE, "user:2")
    session.commit()
    anchor = tmp_path / "anchor.json"
    anchor.write_text('[1, "another hash"]')
    assert operations.check_chain(session, SYSTEM, anchor) == 1
    assert anchor.read_text() == '[1, "another hash"]'
    assert "处审计记录对不上" in admin.get("/").text


def test_a_correction_is_told_in_words_before_and_after(session: Session, sign_in) -> None:
    worker = make_worker(session)
    changed = {"from": {"left_on": "2026-05-03", "leave_reason": "pay"}, "to": {"left_on": "2026-05-09"}}
    record(session, SYSTEM, EventTag.PLACEMENT_CORRECT, worker, fields=["left_on"], reason="看错", **changed)
    visited = {"from": {"still_there": True, "trouble": ""}, "to": {"still_there": False}}
    record(session, SYSTEM, EventTag.HUKOU_FOLLOW_UP, worker, days=90, reason="记错", **visited)
    session.commit()
    page = sign_in(make_user(session, Role.AUDITOR, area_code="513400")).get("/admin/audit").text
    assert "离职日期：2026-05-03" in page
    assert "离开的原因：工资比说的少或拖欠" in page
    assert [code for code in ("left_on", "leave_reason", "still_there", "trouble") if code in page] == []
