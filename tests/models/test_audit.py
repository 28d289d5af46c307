"""The audit chain finds whatever is done to it, and goes with the act."""

import random

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from models.access import Actor
from models.append_only import unprotect
from models.audit import AuditEvent, EventTag, record
from models.audit_walk import verify

CLERK = Actor(7, "吉克")


@pytest.fixture
def chain(session: Session, intruder: Session) -> Session:
    for number in range(40):
        record(session, CLERK, EventTag.WORKER_UPDATE, f"worker:{number}", fields=["phone"])
        session.commit()
    unprotect(intruder.connection())
    return intruder


@pytest.mark.parametrize("verb", [update(AuditEvent).values(subject="x"), delete(AuditEvent)])
def test_the_database_itself_refuses_to_change_the_audit(session: Session, verb) -> None:
    record(session, CLERK, EventTag.WORKER_UPDATE, "worker:1")
    session.commit()
    with pytest.raises(DatabaseError, match=r"append-only|permission denied"):
        session.execute(verb)


def test_an_untouched_chain_is_whole(chain: Session) -> None:
    assert verify(chain) is None


@pytest.mark.parametrize("seed", range(10))
def test_an_edited_row_is_found(chain: Session, seed: int) -> None:
    number = random.Random(seed).randint(1, 40)
    column = random.Random(seed).choice(["payload", "subject", "actor_name", "hash", "previous"])
    chain.execute(update(AuditEvent).where(AuditEvent.id == number).values({column: "forged"}))
    assert verify(chain) in (number, number + 1)


@pytest.mark.parametrize("number", [1, 17, 39])
def test_a_deleted_row_is_found(chain: Session, number: int) -> None:
    chain.execute(delete(AuditEvent).where(AuditEvent.id == number))
    assert verify(chain) == number


def test_two_rows_changed_about_are_found(chain: Session) -> None:
    for old, new in ((5, 100), (6, 5), (100, 6)):
        chain.execute(update(AuditEvent).where(AuditEvent.id == old).values(id=new))
    assert verify(chain) == 5


def test_a_tail_cut_off_is_found_by_the_anchor(chain: Session) -> None:
    last = chain.scalar(select(AuditEvent).where(AuditEvent.id == 40))
    anchor = {last.id: last.hash}
    chain.execute(delete(AuditEvent).where(AuditEvent.id > 30))
    assert verify(chain) is None
    assert verify(chain, anchor) == 31


def test_what_is_rolled_back_leaves_no_row(session: Session) -> None:
    record(session, CLERK, EventTag.USER_CREATE, "user:1")
    session.rollback()
    session.commit()
    assert session.scalars(select(AuditEvent)).all() == []


def test_a_savepoint_takes_only_its_own_events_with_it(session: Session) -> None:
    record(session, CLERK, EventTag.USER_CREATE, "user:1")
    nested = session.begin_nested()
    record(session, CLERK, EventTag.USER_CREATE, "user:2")
    nested.rollback()
    record(session, CLERK, EventTag.USER_CREATE, "user:3")
    session.commit()
    assert session.scalars(select(AuditEvent.subject).order_by(AuditEvent.id)).all() == ["user:1", "user:3"]


def test_undeclared_keys_are_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="id_number"):
        record(session, CLERK, EventTag.WORKER_UPDATE, "worker:1", id_number="513431199005031234")


def test_an_act_whose_audit_row_cannot_be_written_does_not_happen(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.reference.area import Area

    area = session.get(Area, "440600")
    area.name = "改了"
    record(session, CLERK, EventTag.REFERENCE_UPDATE, "area:440600")
    monkeypatch.setattr("models.audit.seal", lambda parts, key_id: None)
    with pytest.raises(DatabaseError, match="audit_event"):
        session.commit()
    session.rollback()
    assert session.get(Area, "440600").name == "佛山市"
