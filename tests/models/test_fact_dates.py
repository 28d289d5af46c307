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
from models.workflow import TransitionRefused
from tests.app.placements.scene import make_scene

DAY = date(2017, 5, 3)


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


@pytest.mark.parametrize("name", [name for name in FACT_DATES if "." in name])
def test_what_has_happened_does_not_lie_ahead(name: str) -> None:
    table, attribute = name.split(".")
    row = SimpleNamespace(__tablename__=table, **dict.fromkeys(FACT_DATES[name].follows))
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
    row = SimpleNamespace(__tablename__=table, **dict.fromkeys(follows))
    setattr(row, earlier, DAY)
    refuse_day(row, attribute, DAY, DAY) if name in FACT_DATES else None
    with pytest.raises(TransitionRefused, match="不能早于"):
        refuse_before(row, attribute, DAY - timedelta(days=1))


def test_days_out_of_order_are_not_written_whoever_writes_them(session: Session) -> None:
    placement = make_scene(session).on_site(today() - timedelta(days=30))
    placement.left_on = today() - timedelta(days=31)
    with pytest.raises(TransitionRefused, match="离职日期不能早于到岗日期"):
        session.flush()
