"""The audit in words, and the walk over its chain."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.reference.audit import anchor, operations
from app.reference.audit.labels import DETAILS, PLAIN_SUBJECTS, SUBJECTS
from models import vault
from models.access import SYSTEM, Role
from models.append_only import unprotect
from models.audit import PAYLOAD_KEYS, AuditEvent, EventTag, record, tail
from models.audit_alarms import Alarm
from models.clock import utc_now
from models.reports.report import Report
from tests.factories.people import make_user, make_worker
from tests.factories.report_world import make_report_rows

NOW = utc_now()


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


def test_the_audit_leads_nobody_to_a_row_beyond_the_own_scope(session: Session, sign_in) -> None:
    """An auditor of one prefecture reads the audit of all; a person or report of another is no link there."""
    own, other = make_worker(session), make_worker(session, county_code="451027")
    reports = {
        code: make_report_rows(session, code, city)["report"]
        for code, city in (("513431", "440600"), ("451027", "440300"))
    }
    for row in (own, other, *(session.get_one(Report, number) for number in reports.values())):
        record(session, SYSTEM, EventTag.WORKER_REVEAL, row, purpose="核对证件")
    session.commit()
    page = sign_in(make_user(session, Role.AUDITOR, area_code="513400")).get("/admin/audit").text
    assert f'href="/workers/{own.id}"' in page
    assert f'href="/reports/{reports["513431"]}"' in page
    assert f'href="/workers/{other.id}"' not in page
    assert f'href="/reports/{reports["451027"]}"' not in page


def test_administrator_may_not_follow_to_a_person(session: Session, sign_in) -> None:
    worker = make_worker(session)
    record(session, SYSTEM, EventTag.WORKER_REVEAL, worker, purpose="核对证件")
    session.commit()
    page = sign_in(make_user(session, Role.ADMIN)).get("/admin/audit").text
    assert f'href="/workers/{worker.id}"' not in page


@pytest.fixture
def path(session: Session, tmp_path: Path) -> Path:
    """The anchor of a platform that was new an hour ago; since then one thing was done."""
    path = tmp_path / "audit.anchor"
    assert operations.begin_if_new(session, path, NOW - timedelta(hours=1))
    make_user(session)
    record(session, SYSTEM, EventTag.USER_CREATE, "user:1")
    session.commit()
    return path


def test_a_whole_chain_is_noted_and_the_anchor_goes_on(session: Session, path: Path) -> None:
    assert operations.check_chain(session, SYSTEM, path, NOW).is_whole
    check = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert check is not None
    assert check.details["outcome"] == "whole"
    assert [line.number for line in anchor.read(path).lines] == [0, check.id]
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", [None, "", "\n", '[1, "hash of old"]'])
def test_a_chain_with_rows_and_no_anchor_is_an_alarm_and_not_a_beginning(
    app: Flask, session: Session, sign_in, path: Path, text: str | None
) -> None:
    if text is None:
        path.unlink()
    else:
        path.write_text(text)
    check = operations.check_chain(session, SYSTEM, path, NOW)
    assert not check.is_whole
    assert (path.read_text() if path.exists() else None) == text
    with pytest.raises(RuntimeError, match="anchor_"):
        operations.go_on(session, path, NOW)
    app.config["AUDIT_ANCHOR"], kept = path, app.config["AUDIT_ANCHOR"]
    try:
        page = sign_in(make_user(session, Role.ADMIN)).get("/admin/audit").text
    finally:
        app.config["AUDIT_ANCHOR"] = kept
    assert "库外的锚点文件" in page
    assert "全部对得上" not in page


def test_an_anchor_that_was_not_written_for_hours_is_told_and_stays_told(
    session: Session, path: Path
) -> None:
    assert operations.check_chain(session, SYSTEM, path, NOW + timedelta(hours=3)).alarms == (
        Alarm.ANCHOR_STALE,
    )
    later = operations.check_chain(session, SYSTEM, path, NOW + timedelta(hours=4))
    assert (later.alarms, later.gaps) == ((), 1)


def test_the_hour_adds_a_line_and_none_beside_a_chain_that_does_not_fit(session: Session, path: Path) -> None:
    first = operations.go_on(session, path, NOW)
    record(session, SYSTEM, EventTag.USER_CREATE, "user:2")
    session.commit()
    assert operations.go_on(session, path, NOW + timedelta(hours=1)) == first + 1
    unprotect(session.connection())
    session.execute(delete(AuditEvent).where(AuditEvent.id > first))
    session.commit()
    with pytest.raises(RuntimeError, match="chain_broken"):
        operations.go_on(session, path, NOW + timedelta(hours=2))
    assert len(anchor.read(path).lines) == 3


def test_a_chain_from_before_the_key_goes_on_under_it_and_loses_no_link(
    session: Session, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.unlink()
    monkeypatch.setattr(vault, "audit_key_in_use", lambda: 0)  # as it was before there was a key
    record(session, SYSTEM, EventTag.USER_CREATE, "user:2")
    unprotect(session.connection())
    session.execute(delete(AuditEvent))
    session.commit()
    old = tail(session)
    assert old
    path.write_text(json.dumps(old))
    monkeypatch.undo()
    path.write_text(json.dumps([old[0], "0" * 64]))
    with pytest.raises(operations.AnchorProblem):  # the pair that was kept must fit
        operations.begin_anchor(session, path, "升级", NOW)
    path.write_text(json.dumps(old))
    operations.begin_anchor(session, path, "升级", NOW)
    assert path.read_text().startswith(json.dumps(old))
    assert operations.check_chain(session, SYSTEM, path, NOW).is_whole
    assert session.scalars(select(AuditEvent.key_id).order_by(AuditEvent.id)).all() == [0, 1, 1]
    session.execute(update(AuditEvent).where(AuditEvent.id == old[0]).values(subject="user:3"))
    session.commit()
    assert operations.check_chain(session, SYSTEM, path, NOW).broken == old[0]


def test_a_key_drawn_later_seals_what_comes_and_the_older_one_still_opens(
    session: Session, path: Path
) -> None:
    old = vault._keys()
    ring = vault.KeyRing(old.keys, old.current, old.digest_key, {**old.audit_keys, 2: b"k" * 32}, 2)
    vault.configure(ring)
    try:
        assert operations.check_chain(session, SYSTEM, path, NOW).is_whole
        assert operations.check_chain(session, SYSTEM, path, NOW).is_whole
        assert set(session.scalars(select(AuditEvent.key_id))) == {1, 2}
        vault.configure(vault.KeyRing(old.keys, old.current, old.digest_key, {2: b"k" * 32}, 2))
        assert Alarm.KEY_MISSING in operations.check_chain(session, SYSTEM, path, NOW).alarms
        # Whoever got hold of the older key only can go on with it nowhere.
        vault.configure(old)
        record(session, SYSTEM, EventTag.USER_CREATE, "user:9")
        session.commit()
        vault.configure(ring)
        assert not operations.check_chain(session, SYSTEM, path, NOW).is_whole
    finally:
        vault.configure(old)


def test_administrator_is_told_of_a_broken_chain(session: Session, sign_in, path: Path) -> None:
    admin = sign_in(make_user(session, Role.ADMIN))
    operations.go_on(session, path, NOW)
    unprotect(session.connection())
    session.execute(update(AuditEvent).where(AuditEvent.id == 1).values(subject="user:3"))
    session.commit()
    kept = path.read_text()
    assert operations.check_chain(session, SYSTEM, path, NOW).broken == 1
    assert path.read_text() == kept
    assert "处审计记录对不上" in admin.get("/").text
    assert "从第 1 条起对不上" in admin.get("/admin/audit").text


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
