"""Scoped reads of lists of points."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.access import Actor, Permission, visible_to
from models.hukou.case import CaseState, HukouCase
from models.hukou.points_list import PointsList, PointsListRow
from models.hukou.rule import HukouRule, RouteKind

OF_LISTS = (CaseState.REVIEWING, CaseState.LISTED, CaseState.APPROVED)


def unlisted(session: Session, actor: Actor, rule: HukouRule) -> list[HukouCase]:
    """Cases of a points rule under review (or listed before lists were kept), the oldest first."""
    listed = select(PointsListRow.case_id)
    query = (
        visible_to(actor, select(HukouCase), HukouCase, Permission.HUKOU_REVIEW)
        .where(HukouCase.rule_id == rule.id, HukouCase.id.not_in(listed))
        .where(HukouCase.state.in_((CaseState.REVIEWING, CaseState.LISTED)))
        .order_by(HukouCase.applied_on, HukouCase.id)
        .options(joinedload(HukouCase.worker))
    )
    return list(session.scalars(query))


def points_rules(session: Session, actor: Actor) -> list[HukouRule]:
    """The rules of points by which somebody is under review, listed or decided in the actor's city."""
    cases = select(HukouCase.rule_id).where(HukouCase.kind == RouteKind.POINTS, HukouCase.state.in_(OF_LISTS))
    used = visible_to(actor, cases, HukouCase, Permission.HUKOU_REVIEW)
    return list(
        session.scalars(select(HukouRule).where(HukouRule.id.in_(used)).order_by(HukouRule.id.desc()))
    )


def lists_of(session: Session, actor: Actor, rule: HukouRule) -> list[PointsList]:
    """The lists of a rule that were put up, newest first."""
    query = visible_to(actor, select(PointsList), PointsList, Permission.HUKOU_REVIEW)
    return list(session.scalars(query.where(PointsList.rule_id == rule.id).order_by(PointsList.id.desc())))


def list_of(session: Session, actor: Actor, case: HukouCase) -> PointsList | None:
    """The newest list a case stands on."""
    query = visible_to(actor, select(PointsList), PointsList, Permission.HUKOU_REVIEW)
    rows = query.join(PointsListRow).where(PointsListRow.case_id == case.id)
    return session.scalar(rows.order_by(PointsList.id.desc()).limit(1))
