"""What a visit saw and what the roll says: where they do not agree, both stand side by side.

The roll is compared as it stands now, not only as it stood at the visit: names that were added afterwards are
the ones to ask about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from models.clock import day_of
from models.i18n import N_, Sentence
from models.training.enrolment import SEEN_BY_SCHOOL, Enrolment
from models.training.lesson import ATTENDED, Attendance, Inspection, InspectionKind

AGAINST_TIMETABLE = {"teacher_agrees": N_("老师"), "place_agrees": N_("地点"), "content_agrees": N_("内容")}


@dataclass(frozen=True)
class Contradiction:
    """One visit, and what it saw that roll, list or timetable do not say (counted, site, timetable)."""

    visit: Inspection
    rule: str
    sentence: Sentence


def contradictions(session: Session, class_id: int) -> list[Contradiction]:
    """What the visits to a class contradict, the earliest first. Three statements."""
    visits = session.scalars(
        select(Inspection)
        .where(Inspection.class_id == class_id)
        .options(joinedload(Inspection.lesson))
        .order_by(Inspection.visited_at, Inspection.id)
    ).all()
    present, on_list = _present(session, visits), _on_list(session, class_id)
    opening = [visit.id for visit in visits if visit.kind is InspectionKind.OPENING]
    found = []
    for visit in visits:
        if visit.kind is InspectionKind.RANDOM:
            told = [("counted", _against_roll(visit, present)), ("timetable", _against_timetable(visit))]
        else:  # what an earlier site check saw was put right before the class opened
            told = [("site", _against_list(visit, on_list) if visit.id == opening[-1] else None)]
        found += [Contradiction(visit, rule, sentence) for rule, sentence in told if sentence]
    return found


def _present(session: Session, visits: Sequence[Inspection]) -> dict[int, int]:
    """By lesson, how many its roll calls present now."""
    lessons = {visit.lesson_id for visit in visits if visit.lesson_id}
    statement = (
        select(Attendance.lesson_id, func.count())
        .where(Attendance.lesson_id.in_(lessons), Attendance.presence.in_(ATTENDED))
        .group_by(Attendance.lesson_id)
    )
    return dict(session.execute(statement).all()) if lessons else {}


def _on_list(session: Session, class_id: int) -> int:
    in_class = Enrolment.class_id == class_id, Enrolment.state.in_(SEEN_BY_SCHOOL)
    return session.scalar(select(func.count()).select_from(Enrolment).where(*in_class)) or 0


def _against_roll(visit: Inspection, present: Mapping[int, int]) -> Sentence | None:
    then = visit.marked
    now = present.get(visit.lesson_id, 0) if visit.lesson_id else then
    if now is None:
        return None
    told = {"day": day_of(visit.visited_at), "counted": visit.counted, "then": then or 0, "now": now}
    if visit.counted < max(now, then or 0):
        return Sentence(
            "%(day)s巡查现场数到 %(counted)s 人；那节课点名册当时记了 %(then)s 人，现在 %(now)s 人。",
            told,
        )
    is_final = visit.lesson is not None and visit.lesson.closed_at is not None
    if is_final and visit.counted > now:
        return Sentence("%(day)s巡查现场数到 %(counted)s 人，那节课的点名册却只记了 %(now)s 人到课。", told)
    return None


def _against_timetable(visit: Inspection) -> Sentence | None:
    wrong = [Sentence(word) for name, word in AGAINST_TIMETABLE.items() if getattr(visit, name) is False]
    if not wrong:
        return None
    told = {"day": day_of(visit.visited_at), "what": wrong, "finding": visit.finding}
    return Sentence("%(day)s巡查时%(what)s和课程表不一样：%(finding)s", told)


def _against_list(visit: Inspection, on_list: int) -> Sentence | None:
    if visit.counted >= on_list:
        return None
    told = {"day": day_of(visit.visited_at), "counted": visit.counted, "list": on_list}
    return Sentence("%(day)s开班到场核查数到 %(counted)s 人，班上名单却有 %(list)s 人。", told)
