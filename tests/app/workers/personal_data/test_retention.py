"""What the law keeps outlives an erasure, sealed; what has a time ends when the clock passes it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workers.personal_data import retention
from app.workers.personal_data.operations import erase
from models.access import Role
from models.audit import AuditEvent
from models.base import Base
from models.clock import CHINA, utc_now
from models.event_tags import EventTag
from models.people.retention import RETENTIONS, Kept, RetainedIdentity, keep_until, kept_since
from tests.factories.any_row import fill
from tests.factories.people import ZHAOJUE, actor_of, make_user, make_worker

PAID_ON = date(2016, 12, 20)


def paid(session: Session, worker_id: int) -> None:
    tables = Base.metadata.tables
    enrolment = fill(session, tables["enrolment"], {"worker_id": worker_id})
    line = fill(session, tables["claim_line"], {"enrolment_id": enrolment, "paid_on": PAID_ON})
    fill(session, tables["ledger_entry"], {"line_id": line, "paid_on": PAID_ON})
    session.commit()


def test_who_was_paid_is_erased_and_name_and_number_are_kept_for_the_accounts_until_their_time(
    session: Session, sign_in
) -> None:
    worker, other = make_worker(session), make_worker(session, name="没有补贴的人")
    number, name = worker.id_number, worker.name
    paid(session, worker.id)
    clerk = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    for one in (worker, other):
        erase(session, actor_of(session, clerk), one, "本人要求", utc_now())
    session.commit()
    assert (worker.id_number, worker.name) == (None, "已清除")
    (kept,) = session.scalars(select(RetainedIdentity)).all()
    assert kept.sealed == {"name": name, "id_number": number}
    assert kept.keep_until == date(2046, 12, 31)  # thirty years from the end of the year of payment
    page = sign_in(clerk).get(f"/workers/{worker.id}").text
    assert "封存到 2046 年 12 月 31 日" in page
    assert name not in page
    retention.end(session, date(2046, 12, 31))
    assert retained_names(session) == [name]
    assert retention.end(session, date(2047, 1, 1))[Kept.PAID] == 1
    assert retained_names(session) == []


def retained_names(session: Session) -> list[str]:
    return [row.sealed["name"] for row in session.scalars(select(RetainedIdentity))]


ROWS: tuple[tuple[Kept, str, dict[str, Any]], ...] = (
    (Kept.EXPORT, "worker_export", {"content": b"a roster"}),
    (Kept.EXPORT, "list_export", {"content": b"a list"}),
    (Kept.MESSAGE, "message", {"text": "下周一面试"}),
    (Kept.ROSTER, "import_row", {"payload": {"name": "吉克"}}),
)


@pytest.mark.parametrize(("kept", "table", "values"), ROWS)
def test_the_clock_ends_what_has_a_time(
    session: Session, kept: Kept, table: str, values: dict[str, Any]
) -> None:
    make_user(session)
    make_worker(session)
    began = datetime(2026, 3, 15, 9, tzinfo=CHINA)
    columns = Base.metadata.tables[table].c
    days = {name: began for name in ("created_at", "ready_at") if name in columns}
    if kept is Kept.ROSTER:
        batch = fill(session, Base.metadata.tables["import_batch"], {"created_at": began})
        values = values | {"batch_id": batch}
    fill(session, Base.metadata.tables[table], values | days)
    session.commit()
    last = keep_until(kept, began.date())
    assert kept_since(kept, last) <= began.date()
    assert retention.end(session, last) == {}
    assert retention.end(session, last + timedelta(days=1)) == {kept.value: 1}
    left = session.execute(select(Base.metadata.tables[table])).mappings().all()
    assert all(str(value) not in str(row) for row in left for value in values.values() if value != 1)
    event = session.scalar(select(AuditEvent).where(AuditEvent.tag == EventTag.RETENTION_END))
    assert event.details["counts"] == {kept.value: 1}


def test_every_time_names_its_law_and_says_whether_it_was_held_against_it() -> None:
    assert set(RETENTIONS) == set(Kept)
    assert all("条" in one.law and one.months > 0 for one in RETENTIONS.values())
