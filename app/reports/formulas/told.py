"""Figures told with a document: the latest of the pair within the year, by the day."""

from typing import Any

from sqlalchemy import Select, select

from app.reports.formulas.question import Formula, Question, row_columns
from models.reports.told_figure import FigurePurpose, ToldFigure

T = ToldFigure


def latest(asked: Question) -> Select[Any]:
    """The one row that counts."""
    newest = (
        select(T.id)
        .where(
            T.helper_code == asked.pair.helper_code,
            T.recipient_code == asked.pair.recipient_code,
            T.key == asked.key,
            T.purpose == FigurePurpose.DONE,
            T.on.between(asked.since, asked.on),
            T.withdrawn_on.is_(None),
        )
        .order_by(T.on.desc(), T.id.desc())
        .limit(1)
    )
    rows: Select[Any] = select(*row_columns("", T.id, T.id, amount=T.amount))
    return rows.where(T.id.in_(newest.scalar_subquery()))


FORMULAS = (Formula("typed", T.__tablename__, latest),)
