"""Reads of reference facts, organisations and the audit: the permission is the scope."""

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.kit.web.navigation import Task, counted
from app.reference.fact_tables import SEARCHED, TABLES, FactTable
from models.access import Actor, Permission
from models.audit import AuditEvent, EventTag
from models.reference.area import Area, area_names
from models.reference.occupation_word import county_unit, organisation_unit
from models.reference.organisation import Organisation

PAGE = 50


def unit_names(session: Session, units: set[str]) -> dict[str, str]:
    """Return the names of units (see models.reference.occupation_word): counties and enterprises."""
    keys = {"county": list[str](), "organisation": list[str]()}
    for unit in units:
        kind, key = unit.split(":")
        keys[kind].append(key)
    firms = select(Organisation.id, Organisation.name).where(
        Organisation.id.in_(map(int, keys["organisation"]))
    )
    found = {organisation_unit(number): name for number, name in session.execute(firms)}
    return found | {
        county_unit(code): name for code, name in area_names(session, set(keys["county"])).items()
    }


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Return what waits for an administrator: a broken audit, unchecked facts."""
    if not actor.can(Permission.USER_ADMIN):
        return []
    return [_broken_audit(session), _unchecked_facts(session)]


def _broken_audit(session: Session) -> Task:
    check = last_check(session)
    broken = check.details.get("key") if check else None
    reason = _("从第 %(n)s 条起，请先备份数据库，再查是谁改的", n=broken)
    url, count = url_for("reference.audit"), int(bool(broken))
    return Task(count, counted(count, "处审计记录对不上"), reason, url, _("去看看"), "reference.audit")


def _unchecked_facts(session: Session) -> Task:
    counts = {table: count for table, count in unchecked(session).items() if count}
    listed = [_("%(table)s %(n)s 条", table=_(table.word), n=count) for table, count in counts.items()]
    alone = next(iter(counts)) if len(counts) == 1 else None
    url = (
        url_for("reference.facts", slug=alone.slug, unchecked=1) if alone else url_for("reference.reference")
    )
    reason = _("%(tables)s；核实前只作参考，不作结论", tables=_("，").join(listed))
    text = counted(sum(counts.values()), "条基础数据还没有对照原文核实")
    return Task(sum(counts.values()), text, reason, url, _("去核实"), "reference.reference")


def unchecked(session: Session) -> dict[FactTable, int]:
    """Return how many facts of each table nobody has checked against their document."""
    rows = {
        table: select(func.count()).select_from(table.model).where(~table.model.verified) for table in TABLES
    }
    return {table: session.scalar(statement) or 0 for table, statement in rows.items()}


def last_check(session: Session) -> AuditEvent | None:
    """Return the note of the last walk over the audit chain."""
    statement = select(AuditEvent).where(AuditEvent.tag == EventTag.AUDIT_CHECK)
    return session.scalar(statement.order_by(AuditEvent.id.desc()).limit(1))


def facts_page(
    session: Session, table: FactTable, find: str, after: str, unchecked_only: bool = False
) -> list[Any]:
    """One page of a reference table (one more than fits), by its key."""
    model = table.model
    statement: Select[Any] = select(model).order_by(table.key).limit(PAGE + 1)
    if after:
        statement = statement.where(table.key > after)
    if unchecked_only:
        statement = statement.where(~model.verified)
    if find:
        texts = [getattr(model, name) for name, _word, kind in table.columns if kind in SEARCHED]
        statement = statement.where(or_(*[column.contains(find, autoescape=True) for column in texts]))
    return list(session.scalars(statement))


def audit_page(session: Session, subject: str, tag: str, before: int | None) -> list[AuditEvent]:
    """One page of the audit (one more than fits), newest first; of one subject, of one kind of event."""
    statement = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(PAGE + 1)
    if subject:
        statement = statement.where(AuditEvent.subject == subject)
    if tag:
        statement = statement.where(AuditEvent.tag == tag)
    if before:
        statement = statement.where(AuditEvent.id < before)
    return list(session.scalars(statement))


def organisations_page(session: Session, find: str, after: int) -> list[Organisation]:
    """One page of enterprises and schools (one more than fits)."""
    statement = select(Organisation).where(Organisation.id > after).order_by(Organisation.id).limit(PAGE + 1)
    if find:
        statement = statement.where(
            or_(Organisation.name.contains(find, autoescape=True), Organisation.credit_code == find)
        )
    return list(session.scalars(statement))


def cities(session: Session) -> list[tuple[str, str]]:
    """Guangdong's cities as (code, name)."""
    rows = session.execute(
        select(Area.code, Area.name)
        .where(Area.parent_code == "440000", Area.level == "prefecture")
        .order_by(Area.code)
    )
    return [(code, name) for code, name in rows]
