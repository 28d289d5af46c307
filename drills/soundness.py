"""What must hold in a platform's database after any accident; every drill that breaks something asks it."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

Ask = Callable[[], list[str]]


def troubles(session: Session) -> list[str]:
    """What is not sound, in words; [] when all is. Ends the session's transaction."""
    found = [*_damage(session), *orphans(session), *_counters(session), *_chain(session)]
    session.rollback()
    return found


def troubles_of_any_version(session: Session) -> list[str]:
    """What can be asked of tables older than this program: the file and where rows point."""
    session.rollback()
    return [*_damage(session), *orphans(session)]


def troubles_of(app: Flask) -> Ask:
    """Asks the application's database, whenever it is called."""

    def ask() -> list[str]:
        from app.kit.web.extensions import db

        with app.app_context():
            db.engine.dispose()  # the file may have been put back since
            found = troubles(db.session)
            db.session.close()
            db.engine.dispose()
            return found

    return ask


def said(found: list[str]) -> str:
    """What ``troubles`` says, in one line."""
    return f"NOT SOUND: {'; '.join(found[:3])}" if found else "sound"


def _damage(session: Session) -> Iterator[str]:
    """What SQLite says about its own file; PostgreSQL would not have started."""
    if session.connection().dialect.name == "sqlite":
        said = session.scalars(text("PRAGMA integrity_check")).all()
        yield from (str(line) for line in said if line != "ok")


def orphans(session: Session) -> Iterator[str]:
    """Rows that point at a row that is not there, by SQLite's own check of its file; PostgreSQL keeps its
    keys itself, as long as none was switched off or taken on trust."""
    if session.connection().dialect.name == "sqlite":
        broken = session.execute(text("PRAGMA foreign_key_check")).all()
        for (table, aim), count in Counter((row[0], row[2]) for row in broken).items():
            yield f"{count} rows of {table} point at no {aim}"
        return
    unchecked = """
        SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND NOT convalidated
        UNION SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgisinternal AND tgenabled <> 'O'
    """
    for table in session.scalars(text(unchecked)):
        yield f"{table} does not check where its rows point"


def _counters(session: Session) -> Iterator[str]:
    """Counters beside the rows they count: an order's places, a class's seats, a quota's use."""
    from models.hukou.rule import HukouQuota
    from models.jobs.order import Order
    from models.placement.placement import Placement
    from models.training.enrolment import Enrolment
    from models.training.training_class import TrainingClass

    holding = select(Placement.order_id, func.count()).where(Placement.active_digest.is_not(None))
    yield from _unequal(session, Order, Order.taken, holding.group_by(Placement.order_id))
    seated = select(Enrolment.class_id, func.count()).where(Enrolment.active_digest.is_not(None))
    yield from _unequal(
        session, TrainingClass, TrainingClass.enrolled, seated.group_by(Enrolment.class_id), most_only=True
    )
    over = session.scalar(select(func.count()).where(HukouQuota.used > HukouQuota.total))
    if over:
        yield f"{over} quotas are used beyond their total"


def _unequal(
    session: Session, model: Any, counter: Any, counted: Any, *, most_only: bool = False
) -> Iterator[str]:
    really = {row[0]: row[1] for row in session.execute(counted)}
    for number, said in session.execute(select(model.id, counter)):
        there = really.get(number, 0)
        if there > said or (there != said and not most_only):
            yield f"{model.__tablename__} {number} counts {said}, there are {there}"


def _chain(session: Session) -> Iterator[str]:
    from models.audit_walk import verify

    if (number := verify(session)) is not None:
        yield f"the audit is broken at row {number}"
