"""Who would fit the job of a class but for a skill: the engine's near misses, checked against the rules."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web.formatters import level_label
from app.match_runs.near_misses.queries import NearMiss, near_misses
from app.training.classes.eligibility import Finding, bars, findings
from app.training.classes.queries.people import workers
from models.access import Actor
from models.people.worker import Worker
from models.training.enrolment import Enrolment
from models.training.training_class import TrainingClass

MOST, AT_MOST = 100, 2


@dataclass(frozen=True)
class Candidate:
    """One person the engine proposes: what he lacks (in words), his points, and what stands against him."""

    worker: Worker
    missing: list[str]
    score: int
    unasked: bool
    findings: list[Finding]

    @property
    def may_come(self) -> bool:
        """Whether no rule bars him."""
        return not bars(self.findings)


def candidates(session: Session, actor: Actor, training_class: TrainingClass, day: date) -> list[Candidate]:
    """Return up to 100 people of the actor's register whom no more than two learnable things keep from the
    job,
    the closest first; those in this class already are left out."""
    found = _misses(session, actor, training_class, day)
    known = set(session.scalars(select(Enrolment.worker_id).where(Enrolment.class_id == training_class.id)))
    people = {w.id: w for w in workers(session, actor, [id_ for id_ in found if id_ not in known])}
    against = findings(session, training_class, people.values(), day)
    return [
        Candidate(people[id_], lacking(miss), miss.score, miss.unasked, against[id_])
        for id_, miss in found.items()
        if id_ in people
    ]


def reasons(
    session: Session, actor: Actor, training_class: TrainingClass, day: date
) -> dict[int, dict[str, Any]]:
    """Return by worker why the engine proposes him, the way an enrolment keeps it."""
    return {
        id_: {"score": miss.score, "missing": [*miss.skills, *miss.certificates], "mandarin": miss.mandarin}
        for id_, miss in _misses(session, actor, training_class, day).items()
    }


def lacking(miss: NearMiss) -> list[str]:
    """Return what somebody lacks, in words."""
    return missing_words({"missing": [*miss.skills, *miss.certificates], "mandarin": miss.mandarin})


def missing_words(kept: dict[str, Any]) -> list[str]:
    """Return the reasons of an enrolment in words."""
    level = kept.get("mandarin")
    spoken = [_("普通话达到“%(level)s”", level=level_label(level, "mandarin"))] if level else []
    return [*kept.get("missing", []), *spoken]


def _misses(session: Session, actor: Actor, training_class: TrainingClass, day: date) -> dict[int, NearMiss]:
    """Those whom a class helps: somebody who lacks nothing but Mandarin needs another one."""
    job = training_class.agreement.order.job_order
    found = near_misses(session, actor, job, MOST, day, at_most=AT_MOST)
    return {miss.worker_id: miss for miss in found if miss.skills or miss.certificates}
