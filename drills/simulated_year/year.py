"""The whole: months one after the other, then everything held against the truth."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from sqlalchemy.orm import Session

from drills.simulated_year import comparing, rosters
from drills.simulated_year.programme import Programme
from drills.simulated_year.rosters import Plants
from models.reference.calendar import months_after

START = date(2017, 1, 1)


@dataclass
class Result:
    """What was simulated, and everything that is not as it should be."""

    people: int = 0
    jobs: int = 0
    ends: int = 0
    planted: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    programme: Programme | None = None
    wrong: list[str] = field(default_factory=list)


def simulate(
    session: Session, workers: int, months: int, seed: int, tell: Callable[[str], None] = lambda line: None
) -> Result:
    """Simulate, compare; the caller owns the session of an empty platform with its reference facts. ``tell``
    is told each month how far it came."""
    began, result = time.monotonic(), Result()
    programme = Programme(session, Random(seed), START)
    programme.set_up(workers)
    tell(f"{len(programme.people)} people registered; {time.monotonic() - began:.0f} s")
    plants = Plants()
    each = max(1, workers // 1000)
    for n in range(months):
        first, is_last = months_after(START, n), n == months - 1
        programme.month(first, is_last=is_last)
        rosters.hand_in(programme, first, plants if is_last else None, each)
        jobs = [job for one in programme.people for job in one.jobs]
        ends = sum(job.is_end_known for job in jobs)
        tell(f"{first:%Y-%m}: {len(jobs)} jobs, {ends} ended; {time.monotonic() - began:.0f} s")
    end = months_after(START, months) + timedelta(days=4)
    session.expire_all()
    for check in (
        comparing.differences(programme, plants, end),
        comparing.registers(programme, plants.people),
        comparing.retention(programme, end, plants.people),
        comparing.people_at_work(programme, end, plants.people),
    ):
        result.wrong += check
    result.programme, result.people = programme, len(programme.people)
    jobs = [job for one in programme.people for job in one.jobs]
    result.jobs, result.ends = len(jobs), sum(job.is_end_known for job in jobs)
    result.planted = {str(kind): len(people) for kind, people in plants.by_kind.items()}
    result.seconds = time.monotonic() - began
    return result
