"""The money figures of the take-home line, kept by those who pay or know them; the past is never
rewritten."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Actor, Permission, Role
from models.audit import record
from models.event_tags import EventTag
from models.jobs.take_home import LIVING_COST, SUBSIDY
from models.reference.dated_fact import MoneyFigure

KIND_OF_ROLE = {Role.COUNTY: SUBSIDY, Role.CITY: LIVING_COST}


def owned_areas(actor: Actor) -> dict[str, str]:
    """The areas whose figures the actor keeps, and which kind: a county's subsidies, a city's costs."""
    rights = actor.rights_for(Permission.FIGURE_WRITE)
    return {right.area_code: KIND_OF_ROLE[right.role] for right in rights if right.area_code}


def set_figure(
    session: Session, actor: Actor, owner_code: str, name: str, monthly_fen: int, since: date, source: str
) -> MoneyFigure:
    """Put a sum in force from ``since``: the row before it ends the day before, and stays as it was.

    Raises PermissionError for an area that is not the actor's own.
    """
    kind = _own_kind(actor, owner_code)
    _end(session, owner_code, kind, name, since)
    figure = MoneyFigure(
        owner_code=owner_code,
        kind=kind,
        name=name,
        monthly_fen=monthly_fen,
        valid_from=since,
        source=source,
        verified=True,
    )
    session.add(figure)
    session.flush()
    record(
        session, actor, EventTag.FIGURE_UPDATE, figure, area=owner_code, kind=kind, name=name, to=monthly_fen
    )
    return figure


def end_figure(session: Session, actor: Actor, figure: MoneyFigure, today: date) -> None:
    """End a sum that is no longer paid or spent, from ``today`` on. Raises PermissionError as set_figure."""
    kind = _own_kind(actor, figure.owner_code)
    _end(session, figure.owner_code, kind, figure.name, today)
    record(
        session, actor, EventTag.FIGURE_UPDATE, figure, area=figure.owner_code, kind=kind, name=figure.name
    )


def _own_kind(actor: Actor, owner_code: str) -> str:
    kind = owned_areas(actor).get(owner_code)
    if kind is None:
        raise PermissionError("figures of another area")
    return kind


def _end(session: Session, owner_code: str, kind: str, name: str, since: date) -> None:
    """End the rows of that name that reach ``since``; one that would have begun by then never comes to
    hold."""
    rows = select(MoneyFigure).where(
        MoneyFigure.owner_code == owner_code, MoneyFigure.kind == kind, MoneyFigure.name == name
    )
    for row in session.scalars(rows):
        if row.valid_from >= since:
            session.delete(row)
        elif row.valid_to is None or row.valid_to >= since:
            row.valid_to, row.entered = since - timedelta(days=1), True
