"""No fact lies ahead, none before what it follows: declared for every column, held at every flush."""

from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import Date
from sqlalchemy.orm import Session

import models  # noqa: F401  (every table)
from models.base import Base
from models.clock import today
from models.fact_dates import FACT_DATES, PLANNED, declared, refuse_before, refuse_day
from models.training.enrolment import EnrolmentState
from models.workflow import TransitionRefused
from tests.app.placements.scene import make_scene
from tests.factories.training import make_certificate, make_enrolment, make_lesson

DAY = date(2017, 5, 3)
TABLE_OF = {"training_class": "cohort", "enrolment": "enrolment", "contact": "resident_contact"}


def columns() -> Iterator[tuple[str, str]]:
    for mapper in Base.registry.mappers:
        for attribute in mapper.column_attrs:
            if isinstance(attribute.columns[0].type, Date):
                yield mapper.class_.__tablename__, attribute.key


def test_every_day_that_a_table_keeps_is_declared() -> None:
    kept = set(columns())
    assert len(kept) > 60
    assert [f"{table}.{name}" for table, name in sorted(kept) if declared(table, name) is None] == []
    names = {f"{table}.{name}" for table, name in kept} | {name for _table, name in kept}
    assert (FACT_DATES.keys() | PLANNED.keys()) - names == set()


def row_of(table: str, follows: tuple[str, ...]) -> SimpleNamespace:
    """A row without any day, with the rows that it belongs to."""
    row = SimpleNamespace(__tablename__=table)
    for name in follows:
        *path, day = name.split(".")
        owner = row
        for relationship in path:
            if not hasattr(owner, relationship):
                setattr(owner, relationship, SimpleNamespace(__tablename__=TABLE_OF[relationship]))
            owner = getattr(owner, relationship)
        setattr(owner, day, None)
    return row


@pytest.mark.parametrize("name", [name for name in FACT_DATES if "." in name])
def test_what_has_happened_does_not_lie_ahead(name: str) -> None:
    table, attribute = name.split(".")
    row = row_of(table, FACT_DATES[name].follows)
    refuse_day(row, attribute, DAY, DAY)
    with pytest.raises(TransitionRefused, match="不能晚于今天"):
        refuse_day(row, attribute, DAY + timedelta(days=1), DAY)


@pytest.mark.parametrize(
    ("name", "earlier"),
    [(name, one) for days in (FACT_DATES, PLANNED) for name, day in days.items() for one in day.follows],
)
def test_no_day_lies_before_what_it_follows(name: str, earlier: str) -> None:
    table, _dot, attribute = ("grant." + name).rpartition(".") if "." not in name else name.partition(".")
    follows = (declared(table, attribute) or FACT_DATES[name]).follows
    row = row_of(table, follows)
    *path, day = earlier.split(".")
    owner = row
    for relationship in path:
        owner = getattr(owner, relationship)
    setattr(owner, day, DAY)
    refuse_day(row, attribute, DAY, DAY) if name in FACT_DATES else None
    with pytest.raises(TransitionRefused, match="不能早于"):
        refuse_before(row, attribute, DAY - timedelta(days=1))


def test_days_out_of_order_are_not_written_whoever_writes_them(session: Session) -> None:
    placement = make_scene(session).on_site(today() - timedelta(days=30))
    placement.left_on = today() - timedelta(days=31)
    with pytest.raises(TransitionRefused, match="离职日期不能早于到岗日期"):
        session.flush()


def test_no_certificate_is_older_than_its_examination_or_class(session: Session) -> None:
    enrolment = make_enrolment(session, state=EnrolmentState.FINISHED, exam_on=today())
    with pytest.raises(TransitionRefused, match="发证日期不能早于考核日期"):
        make_certificate(session, enrolment, issued_on=today() - timedelta(days=1))
    session.rollback()
    lesson = {"held_on": enrolment.training_class.starts_on - timedelta(days=1)}
    with pytest.raises(TransitionRefused, match="上课日期不能早于开班日期"):
        make_lesson(session, enrolment.training_class, **lesson)
    session.rollback()
    enrolment.exam_on = enrolment.training_class.starts_on - timedelta(days=1)
    with pytest.raises(TransitionRefused, match="考核日期不能早于开班日期"):
        session.flush()
