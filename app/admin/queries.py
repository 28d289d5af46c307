"""Reads of administration. Accounts and facts are not personal to an area; the permission is the scope."""

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.admin.reference import FactTable
from app.navigation import Task
from models.access import Actor, Grant, Permission
from models.area import Area
from models.audit import AuditEvent
from models.facts import MinimumWage
from models.organisation import Organisation
from models.user import User

PAGE = 50


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Facts that nobody has checked against their document."""
    if not actor.can(Permission.REFERENCE_WRITE):
        return []
    count = session.scalar(select(func.count()).select_from(MinimumWage).where(~MinimumWage.verified)) or 0
    text = ngettext("条最低工资还没有对照原文核实", "条最低工资还没有对照原文核实", count)
    url = url_for("admin.facts", slug="minimum-wages")

    return [Task(count, text, _("没核实前，低于它的底薪只作疑点"), url, _("去核实"), "admin.reference")]


def users_page(session: Session, find: str, after: int) -> list[User]:
    """One page of accounts (one more than fits), by number."""
    statement = select(User).where(User.id > after).order_by(User.id).limit(PAGE + 1)
    if find:
        statement = statement.where(or_(User.username.startswith(find), User.name.startswith(find)))
    return list(session.scalars(statement))


def grants_of(session: Session, user_ids: list[int]) -> dict[int, list[tuple[Grant, str | None, str | None]]]:
    """Return each account's grants with the names of their area and organisation."""
    rows = session.execute(
        select(Grant, Area.name, Organisation.name)
        .outerjoin(Area, Area.code == Grant.area_code)
        .outerjoin(Organisation, Organisation.id == Grant.organisation_id)
        .where(Grant.user_id.in_(user_ids))
        .order_by(Grant.id)
    )
    found: dict[int, list[tuple[Grant, str | None, str | None]]] = {}
    for grant, area, organisation in rows:
        found.setdefault(grant.user_id, []).append((grant, area, organisation))
    return found


def facts_page(session: Session, table: FactTable, find: str, after: str) -> list[Any]:
    """One page of a reference table (one more than fits), by its key."""
    model = table.model
    statement: Select[Any] = select(model).order_by(table.key).limit(PAGE + 1)
    if after:
        statement = statement.where(table.key > after)
    if find:
        names = [getattr(model, name) for name, _word, kind in table.columns if kind == "text"]
        statement = statement.where(or_(*[column.contains(find, autoescape=True) for column in names]))
    return list(session.scalars(statement))


def audit_page(session: Session, find: str, before: int | None) -> list[AuditEvent]:
    """One page of the audit (one more than fits), newest first; ``find`` is a subject or tag."""
    statement = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(PAGE + 1)
    if find:
        statement = statement.where(or_(AuditEvent.subject == find, AuditEvent.tag == find))
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
