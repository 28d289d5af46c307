"""The job card gone through: by the person on the phone, or with a collector who reads it aloud."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.placements.operations.steps import lock_person
from models.access import Actor
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.placement import disclosed_terms
from models.placement.acknowledgement import (
    BEFORE_DEPARTURE,
    CARD_POINT_LABELS,
    Acknowledgement,
    CardPoint,
    Grasp,
)
from models.placement.leaving import Channel
from models.placement.placement import Placement
from models.workflow import TransitionRefused

NOT_NOW = Sentence("岗位明白卡要在答应以后、出发以前对。现在不用对了。")


def acknowledge(
    session: Session,
    actor: Actor,
    placement: Placement,
    points: Mapping[CardPoint, Grasp],
    question: str,
    channel: Channel,
    now: datetime,
) -> Acknowledgement:
    """Keep what was gone through, with the terms as they are now.

    Raises TransitionRefused before the person said yes, after the departure, and while a point is missing.
    """
    lock_person(session, placement)
    if placement.state not in BEFORE_DEPARTURE:
        raise TransitionRefused(NOT_NOW)
    if missing := [Sentence(CARD_POINT_LABELS[point]) for point in CardPoint if point not in points]:
        text = Sentence("还有没对过的：%(points)s。每一条都要点“明白了”或“还要问”。", {"points": missing})
        raise TransitionRefused(text)
    if not placement.disclosed_terms:
        placement.disclosed_terms = disclosed_terms.terms_of(session, placement, day_of(now)).as_json()
    row = Acknowledgement(
        placement_id=placement.id,
        worker_id=placement.worker_id,
        terms=placement.disclosed_terms,
        points={point.value: points[point].value for point in CardPoint},
        is_clear=all(grasp is Grasp.CLEAR for grasp in points.values()),
        question=question.strip() or None,
        channel=channel,
        acknowledged_at=now,
        recorded_by_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    kind = "card_clear" if row.is_clear else "card_open"
    record(session, actor, EventTag.CARD_ACKNOWLEDGE, placement, channel=channel.value, kind=kind)
    return row


def points_said(values: Mapping[str, str]) -> dict[CardPoint, Grasp]:
    """What a form says of each point (``point-work=clear``); what it does not say is missing."""
    known = {grasp.value: grasp for grasp in Grasp}
    said = {point: known.get(values.get(f"point-{point.value}", "")) for point in CardPoint}
    return {point: grasp for point, grasp in said.items() if grasp}
