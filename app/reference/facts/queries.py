"""Reads of dated facts: the permission is the scope."""

from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.kit.web.navigation import Task
from app.reference.facts.tables import SEARCHED, TABLES, FactTable
from models.access import Actor, Permission
from models.i18n import N_, Sentence, counted
from models.reference.calendar import missing_feasts

PAGE, NOTICE_MONTH = 50, 11


def facts_page(
    session: Session, table: FactTable, find: str, after: str, unchecked_only: bool = False
) -> tuple[list[Any], bool]:
    """One page of a table by its key, and whether there are more rows behind it."""
    model = table.model
    statement: Select[Any] = select(model).order_by(table.key).limit(PAGE + 1)
    if after:
        statement = statement.where(table.key > after)
    if unchecked_only:
        statement = statement.where(~model.verified)
    if find:
        texts = [getattr(model, name) for name, _word, kind in table.columns if kind in SEARCHED]
        statement = statement.where(or_(*[column.contains(find, autoescape=True) for column in texts]))
    rows = list(session.scalars(statement))
    return rows[:PAGE], len(rows) > PAGE


def fact_by_key(session: Session, table: FactTable, key: str) -> Any:
    """The row of ``table`` whose primary key stands in its address, or None."""
    return session.scalar(select(table.model).where(table.key == key))


def unchecked(session: Session) -> dict[FactTable, int]:
    """How many facts of each table have not been checked against their document."""
    rows = {
        table: select(func.count()).select_from(table.model).where(~table.model.verified) for table in TABLES
    }
    return {table: session.scalar(statement) or 0 for table, statement in rows.items()}


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for an administrator: facts to be checked, the holidays of a year to be entered."""
    if not actor.can(Permission.USER_ADMIN):
        return []
    year = today.year + (today.month >= NOTICE_MONTH)  # the notice for a year comes in the autumn before
    return [_unchecked_facts(session), _unknown_holidays(session, year)]


def _unknown_holidays(session: Session, year: int) -> Task:
    missing = missing_feasts(session, year)
    text = counted(int(bool(missing)), "个年份的节假日还没有登记齐：%(year)s 年", year=year)
    reason = Sentence("缺%(names)s。登记以前，工作日只扣法定节假日和周末，调休算不进去", {"names": missing})
    url = url_for("reference.facts", slug="holidays")
    return Task(int(bool(missing)), text, reason, url, N_("去登记"), "reference.reference")


def _unchecked_facts(session: Session) -> Task:
    counts = {table: count for table, count in unchecked(session).items() if count}
    listed = [
        Sentence("%(table)s %(n)s 条", {"table": Sentence(table.word), "n": count})
        for table, count in counts.items()
    ]
    alone = next(iter(counts)) if len(counts) == 1 else None
    url = (
        url_for("reference.facts", slug=alone.slug, unchecked=1) if alone else url_for("reference.reference")
    )
    reason = Sentence("%(tables)s；核实前只作参考，不作结论", {"tables": listed})
    text = counted(sum(counts.values()), "条基础数据还没有对照原文核实")
    return Task(sum(counts.values()), text, reason, url, N_("去核实"), "reference.reference")
