"""Use cases of lists of points: putting one up, giving a year's places along it by one act, noting what came
later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.hukou.cases.operations import steps
from app.hukou.rules.fact_resolution import known_facts
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.hukou.case import CaseState, HukouCase
from models.hukou.evaluation import Verdict
from models.hukou.points_list import PointsList, PointsListNote, PointsListRow
from models.hukou.rule import HukouQuota, HukouRule
from models.i18n import Sentence
from models.people.masks import masked_name
from models.reference.calendar import work_calendar
from models.second_person import second_person
from models.two_person_acts import CASE_DECIDED
from models.workflow import Obstacle, TransitionRefused, refuse_for

BY_POINTS = ["-points"]
NOBODY = Sentence("现在没有可以公示的申请。")
NO_POINTS = Sentence("还没有积分。")
NO_QUOTA = Sentence("今年这条路没有登记指标，请管理员先填，或一件一件批。")
NO_PLACE = Sentence("今年的入户指标已经用完。")
NOBODY_LEFT = Sentence("这份名单上没有等着批的人了。")
CHOOSE_LESS = Sentence("勾的同名次的人比剩下的名额多。")
SAY_HOW = Sentence("同名次里选了人，请写明是怎么定的（文件规定、抽签）。")


# --- ranking --------------------------------------------------------------------------------------------


def ranked_by(session: Session, case: HukouCase, day: date) -> list[Any]:
    """What the rule ranks a case by, in its order; None for what is not known."""
    facts = known_facts(session, [case.worker_id], case.city_code, day)[case.worker_id]
    own = {"points": case.points, "applied_on": case.applied_on.isoformat() if case.applied_on else None}
    names = [name.removeprefix("-") for name in _ranking(case.rule)]
    return [own[name] if name in own else facts[name].on(day) if name in facts else None for name in names]


def _ranking(rule: HukouRule) -> list[str]:
    return rule.ranking or BY_POINTS


def in_order(
    rule: HukouRule, cases: Sequence[tuple[HukouCase, list[Any]]]
) -> list[tuple[int, HukouCase, list[Any]]]:
    """(rank, case, values) by the rule's order, the unknown last; equal values share a rank (1, 2, 2, 4)."""
    rows = sorted(cases, key=lambda row: row[0].id)
    for place, name in reversed(list(enumerate(_ranking(rule)))):
        rows = _sorted_by(rows, place, falling=name.startswith("-"))
    ranks: list[tuple[int, HukouCase, list[Any]]] = []
    for position, (case, values) in enumerate(rows, 1):
        is_tied = bool(ranks) and ranks[-1][2] == values
        ranks.append((ranks[-1][0] if is_tied else position, case, values))
    return ranks


def _sorted_by(
    rows: list[tuple[HukouCase, list[Any]]], place: int, *, falling: bool
) -> list[tuple[HukouCase, list[Any]]]:
    known = [row for row in rows if row[1][place] is not None]
    known.sort(key=lambda row: row[1][place], reverse=falling)
    return [*known, *(row for row in rows if row[1][place] is None)]


# --- putting up -----------------------------------------------------------------------------------------


def against_publishing(case: HukouCase, day: date) -> list[Obstacle]:
    """Why a case cannot go on a list now: no points, a condition that fails, papers."""
    against = [] if case.points is not None else [Obstacle(NO_POINTS)]
    return [*against, *steps.against_approval(case, day)]


def publish(
    session: Session, actor: Actor, rule: HukouRule, cases: Sequence[HukouCase], day: date
) -> PointsList:
    """Put up those of ``cases`` (one city) that are ready: ranked, masked, with the points of this day.

    Raises TransitionRefused when nobody is, or the rule does not say for how long.
    """
    for case in cases:
        steps.evaluate_again(session, case, day)
    ready = [case for case in cases if not against_publishing(case, day)]
    if not ready:
        raise TransitionRefused(NOBODY)
    refuse_for(steps.against_listing(ready[0]))
    row = PointsList(
        rule_id=rule.id,
        city_code=ready[0].city_code,
        published_on=day,
        ends_on=work_calendar(session).working_days_after(day, rule.notice_days or 0),
        published_by_id=actor.user_id,
        is_synthetic=ready[0].is_synthetic,
    )
    session.add(row)
    session.flush()
    ordered = in_order(rule, [(case, ranked_by(session, case, day)) for case in ready])
    for rank, case, values in ordered:
        if case.state is not CaseState.LISTED:
            steps.move(session, actor, case, "list", day)
        session.add(_row(row, rank, case, values))
    session.flush()
    counts = {"settlement_case": len(ordered)}
    record(session, actor, EventTag.POINTS_LIST_PUBLISH, row, version=rule.version_number, counts=counts)
    return row


def _row(points_list: PointsList, rank: int, case: HukouCase, values: list[Any]) -> PointsListRow:
    return PointsListRow(
        list_id=points_list.id,
        rank=rank,
        case_id=case.id,
        number=case.number or "",
        name=masked_name(case.worker.name),
        points=case.points or 0,
        order=values,
    )


def note(session: Session, actor: Actor, points_list: PointsList, text: str) -> None:
    """Write beside a list what came later; the list itself stays."""
    session.add(PointsListNote(list_id=points_list.id, text=text, noted_by_id=actor.user_id or 0))
    record(session, actor, EventTag.POINTS_LIST_NOTE, points_list, reason=text)


# --- giving the places ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Award:
    """Who gets a place if they are given now.

    ``winners`` in order; ``tied`` share the rank of the cut-off and are more than the ``left`` places.
    """

    places: int
    winners: list[PointsListRow]
    tied: list[PointsListRow]
    left: int
    against: list[Obstacle]


def award_now(points_list: PointsList, quota: HukouQuota | None, actor: Actor, day: date) -> Award:
    """The places left of the year's quota along the list, and all that stands against giving them."""
    waiting = [row for row in points_list.rows if row.case.state is CaseState.LISTED]
    places = quota.total - quota.used if quota else 0
    winners, tied = waiting[:places], []
    if winners and len(waiting) > places and waiting[places].rank == winners[-1].rank:
        cut = winners[-1].rank
        tied = [row for row in waiting if row.rank == cut]
        winners = [row for row in winners if row.rank != cut]
    against = [obstacle for row in winners for obstacle in _against(row, actor, day)]
    if day <= points_list.ends_on:
        against.insert(0, Obstacle(steps.NOTICE_RUNNING))
    if not waiting:
        against.insert(0, Obstacle(NOBODY_LEFT))
    elif places < 1:
        against.insert(0, Obstacle(NO_PLACE if quota else NO_QUOTA))
    return Award(places, winners, tied, places - len(winners), against)


def _against(row: PointsListRow, actor: Actor, day: date) -> list[Obstacle]:
    said = [obstacle.sentence for obstacle in steps.against_approval(row.case, day)]
    said += second_person(CASE_DECIDED, row.case, actor)
    about = {"rank": row.rank, "number": row.number}
    return [
        Obstacle(Sentence("第 %(rank)s 名（%(number)s）：%(why)s", about | {"why": why}), f"row-{row.id}")
        for why in said
        if why != steps.NOTICE_RUNNING
    ]


def award(
    session: Session,
    actor: Actor,
    points_list: PointsList,
    chosen: Sequence[int],
    reason: str,
    now: datetime,
    day: date,
) -> list[PointsListRow]:
    """Give the year's places along the list by one act, highest rank first; nobody overtakes by a click.

    ``chosen`` are the rows of a rank shared at the cut-off that get the places left for it, with the
    ``reason`` that says how they were chosen. Raises TransitionRefused with everything that stands against;
    whoever is not ready has to be decided first, so that no place passes to the next in silence.
    """
    session.flush()  # a refresh forgets what is not written yet
    session.refresh(points_list, with_for_update=True)
    quota = steps.quota_of(session, points_list.rows[0].case, day.year) if points_list.rows else None
    asked = award_now(points_list, quota, actor, day)
    picked = [row for row in asked.tied if row.id in set(chosen)]
    against = [*asked.against, *(obstacle for row in picked for obstacle in _against(row, actor, day))]
    if len(picked) > asked.left:
        against.append(Obstacle(CHOOSE_LESS))
    if picked and not reason.strip():
        against.append(Obstacle(SAY_HOW, "reason"))
    if not against and not asked.winners and not picked:
        against.append(Obstacle(Sentence("名额落在同名次的人身上，请勾选，并写明怎么定的。")))
    refuse_for(against)
    given = [*asked.winners, *picked]
    for row in given:
        steps.approve(session, actor, row.case, day, reason, by_rank=True)
    points_list.awarded_at, points_list.awarded_by_id = now, actor.user_id
    counts = {"settlement_case": len(given)}
    record(session, actor, EventTag.POINTS_LIST_AWARD, points_list, counts=counts, reason=reason)
    return given


def is_unknown(row: PointsListRow) -> bool:
    """Whether something about a case is unknown, so that the reason has to say how it was checked."""
    last = row.case.last_answer
    return last is not None and last.answer.verdict is Verdict.UNKNOWN
