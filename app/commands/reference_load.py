"""Brings the facts of models/reference and the engine's vocabulary into their tables.

The first load fills them; later ones add what is new and correct what the platform itself had wrong. A row
that an administrator entered or changed is theirs (``entered``) and stays as it is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.commands.reference_rules import hukou_quotas, hukou_rules
from app.kit import reference_files as files
from models.access import SYSTEM
from models.audit import record
from models.clock import utc_now
from models.cooperation.fund_rule import FundRule
from models.event_tags import EventTag
from models.hukou.rule import HukouQuota, HukouRule
from models.reference.area import Area
from models.reference.dated_fact import (
    CodeItem,
    Dated,
    MinimumWage,
    MoneyFigure,
    Occupation,
    Pairing,
    ProgrammeCounty,
    Skill,
    meet,
)
from models.reference.deadline import Deadline
from models.reference.local_day import LocalDay
from models.reference.release import RuleState
from models.reference.target_category import TargetCategory
from models.reports.indicator import Indicator
from models.training.standard import TrainingStandard

Row = Mapping[str, Any]


class Shipped(NamedTuple):
    """Where a table's rows come from, and the columns by which a row is known again."""

    model: Any
    rows: Callable[[], Iterator[Row]]
    key: tuple[str, ...]


SHIPPED = (
    Shipped(Area, files.areas, ("code",)),
    Shipped(Pairing, files.pairings, ("recipient_code", "helper_code", "helper_name", "valid_from")),
    Shipped(ProgrammeCounty, files.counties, ("area_code", "valid_from")),
    Shipped(MinimumWage, files.minimum_wages, ("city_code", "valid_from")),
    Shipped(CodeItem, files.code_items, ("list_name", "code", "name")),
    Shipped(Occupation, files.occupations, ("code",)),
    Shipped(Skill, files.skills, ("name",)),
    Shipped(MoneyFigure, files.money_figures, ("owner_code", "kind", "name", "valid_from")),
    Shipped(FundRule, files.fund_rules, ("helper_code", "valid_from")),
    Shipped(
        TrainingStandard,
        files.training_standards,
        ("area_code", "name", "level", "occupation_code", "valid_from"),
    ),
    Shipped(TargetCategory, files.target_categories, ("name", "use", "valid_from")),
    Shipped(Deadline, files.deadlines, ("name", "area_code", "valid_from")),
    Shipped(LocalDay, files.local_days, ("name", "area_code", "valid_from")),
    Shipped(Indicator, files.indicators, ("key", "version_number")),
    Shipped(HukouRule, hukou_rules, ("city_code", "route", "version_number")),
    Shipped(HukouQuota, hukou_quotas, ("city_code", "route", "year")),
)


def load_all(session: Session) -> dict[str, int]:
    """Add and correct the shipped facts; returns how many rows of each table changed. The caller commits."""
    counts = {shipped.model.__tablename__: _load(session, shipped) for shipped in SHIPPED}
    changed = {name: count for name, count in counts.items() if count}
    if changed:
        record(session, SYSTEM, EventTag.REFERENCE_LOAD, "reference", counts=changed)
    return changed


def _load(session: Session, shipped: Shipped) -> int:
    rows = session.scalars(select(shipped.model)).all()
    there = {tuple(getattr(row, name) for name in shipped.key): row for row in rows}
    new, corrected = [], 0
    for row in shipped.rows():
        known = there.get(_key(shipped, row))
        if known is None:
            new.append(row)
        elif _is_ours(known):
            corrected += _correct(session, known, row)
    if issubclass(shipped.model, Dated):
        new = _besides_those_that_hold(shipped.model, rows, new)
    if new:
        if hasattr(shipped.model, "created_at"):
            new = [{"created_at": utc_now(), **row} for row in new]
        session.execute(insert(shipped.model), new)
    session.flush()
    return len(new) + corrected


def _besides_those_that_hold(model: Any, rows: Sequence[Dated], new: list[Row]) -> list[Row]:
    """Leave out what would hold on a day of a row that is there: an administrator's figure counts.

    As models.reference.dated_fact.overlapping, which asks the database anew for each of the thousands.
    """
    if not model.SCOPE or not rows:
        return new
    holding = defaultdict(list)
    for row in rows:
        if getattr(row, "state", RuleState.LIVE) is RuleState.LIVE:
            holding[tuple(getattr(row, name) for name in model.SCOPE)].append(row)
    facts = ((row, model(**row)) for row in new)
    return [
        row
        for row, fact in facts
        if not any(meet(one, fact) for one in holding[tuple(getattr(fact, name) for name in model.SCOPE)])
    ]


def _key(shipped: Shipped, row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in shipped.key)


def _is_ours(row: Any) -> bool:
    """Whether nobody but this loader has written the row.

    A rule is versioned: whoever changes or checks one makes it theirs.
    """
    if isinstance(row, HukouRule):
        return row.version == 1 and row.verified_on is None
    return not row.entered


def _correct(session: Session, row: Any, shipped: Row) -> bool:
    """Past the unit of work, which would count a rule's ``version`` as changed by a person."""
    wrong = {name: value for name, value in shipped.items() if getattr(row, name) != value}
    if wrong:
        table = type(row).__table__
        (key,) = table.primary_key.columns
        session.execute(table.update().where(key == getattr(row, key.name)).values(wrong))
        session.expire(row)
    return bool(wrong)
