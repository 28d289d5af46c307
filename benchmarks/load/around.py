"""What stands around the placements: evidence of work, people already at work, messages, problems, matching
runs, lines of the cooperation; and the night's summaries of it all, by the night's own functions."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.employment.differences.jobs import compare_both_ends
from app.match_runs.jobs import build_index
from app.problems.operations import staying, warnings
from app.reports import kept
from benchmarks import register
from benchmarks.bulk import pour
from models.clock import utc_now
from models.cooperation.entry import EntryState, Owes, RegisterEntry
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellEvidence, SpellKind, Teller
from models.match_run import MatchRun, RunKind
from models.messages.kind import MessageKind
from models.messages.message import Message
from models.messages.reach import Reach
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.placement.placement import Evidence, Placement, PlacementState
from models.problems.flow import ProblemState
from models.problems.kind import ProblemKind
from models.problems.problem import Problem
from models.reference.area import Area, AreaLevel
from models.reference.calendar import months_after

NEWCOMERS, PROBLEMS, ENTRIES, RUNS = 0.13, 0.02, 0.01, 0.002  # for each person of the register
SHOWN_MONTHS = 3
KINDS = (SpellKind.ENTERPRISE,) * 6 + tuple(SpellKind)
REACHES = (Reach.DELIVERED,) * 6 + (Reach.READ, Reach.UNREACHED, Reach.FAILED, Reach.HANDED_OVER)


def pour_around(session: Session, people: int, today: date) -> None:
    """Everything but the summaries; commits."""
    pour(session, EmploymentSpell, newcomers(session, int(people * NEWCOMERS), today))
    pour(session, SpellEvidence, evidence(session, today))
    pour(session, Message, messages(session, today))
    pour(session, Problem, problems(session, int(people * PROBLEMS), today))
    pour(session, RegisterEntry, entries(session, int(people * ENTRIES), today))
    pour(session, MatchRun, runs(session, int(people * RUNS), today))


def newcomers(session: Session, count: int, today: date) -> Iterator[dict[str, Any]]:
    """Spells of people without a placement: they worked somewhere before the county knew of it."""
    dice, now = Random(17), utc_now()
    placed = select(Placement.worker_id).order_by(Placement.worker_id.desc()).limit(1)
    last = session.scalar(placed) or 0
    columns = Worker.id, Worker.county_code, Worker.township_code
    people = session.execute(select(*columns).where(Worker.id > last).order_by(Worker.id).limit(count)).all()
    for worker, county, town in people:
        began = today - timedelta(days=dice.randint(20, 900))
        ended = began + timedelta(days=dice.randint(5, 400)) if dice.random() < 0.3 else None
        ended = ended if ended and ended <= today else None
        yield {
            "created_at": now,
            "worker_id": worker,
            "county_code": county,
            "township_code": town,
            "employer_name": f"外面的厂{dice.randint(1, 5000)}",
            "place_code": dice.choice(("440600", "440100", "330000", "320000", county, "")),
            "kind": dice.choice(KINDS),
            "began_on": began,
            "ended_on": ended,
            "stays_three_on": months_after(began, 3),
            "stays_six_on": months_after(began, 6),
            "evidence_level": Evidence.SELF_REPORT,
            "shown_until": ended or today,
            "teller": Teller.HOME,
        }


def evidence(session: Session, today: date) -> Iterator[dict[str, Any]]:
    """Of each spell what the enterprise's roster, or the person's word, showed every other month."""
    dice, now = Random(19), utc_now()
    spell, of_enterprises = EmploymentSpell, (EvidenceKind.ROSTER, EvidenceKind.WAGE)
    rows = select(spell.id, spell.placement_id, spell.began_on, spell.ended_on).order_by(spell.id)
    for number, placement, began, ended in session.execute(rows).all():
        kind = EvidenceKind.WORD if placement is None else dice.choice(of_enterprises)
        for turn in range(SHOWN_MONTHS):
            shown = months_after(began, 2 * turn)
            if shown <= (ended or today):
                yield {
                    "created_at": now,
                    "spell_id": number,
                    "kind": kind,
                    "level": kind.level,
                    "teller": Teller.HOME if placement is None else Teller.ENTERPRISE,
                    "shown_on": shown,
                    "month": shown.replace(day=1),
                }


def messages(session: Session, today: date) -> Iterator[dict[str, Any]]:
    """One for each placement: of its offer."""
    dice = Random(23)
    columns = (
        Placement.id,
        Placement.worker_id,
        Placement.county_code,
        Placement.township_code,
        Placement.created_at,
        Placement.state,
    )
    for number, worker, county, town, at, state in session.execute(select(*columns)).all():
        waits = state is PlacementState.OFFERED
        yield {
            "created_at": at,
            "worker_id": worker,
            "county_code": county,
            "township_code": town,
            "placement_id": number,
            "kind": MessageKind.OFFER,
            "text": "县就业局给您推荐了一份工作，请在三天内答复。",
            "until_on": today + timedelta(days=2) if waits else at.date(),
            "reach": dice.choice(REACHES) if waits else Reach.ANSWERED,
            "reach_at": at,
        }


def problems(session: Session, count: int, today: date) -> Iterator[dict[str, Any]]:
    """Cases of people who arrived; one in five is open."""
    dice, now = Random(29), utc_now()
    columns = Placement.id, Placement.worker_id, Placement.county_code, Placement.township_code
    more = Placement.enterprise_id, Placement.city_code
    rows = (
        select(*columns, *more).where(Placement.on_site_on.is_not(None)).order_by(Placement.id).limit(count)
    )
    for number, worker, county, town, firm, city in session.execute(rows).all():
        alive = dice.random() < 0.2
        yield {
            "created_at": now - timedelta(days=dice.randint(1, 300)),
            "worker_id": worker,
            "placement_id": number,
            "enterprise_id": firm,
            "county_code": county,
            "township_code": town,
            "city_code": city,
            "kind": dice.choice(list(ProblemKind)),
            "words": "工资和说好的不一样。",
            "channel": Channel.PHONE,
            "state": dice.choice((ProblemState.OPEN, ProblemState.WORKING)) if alive else ProblemState.SOLVED,
            "due_on": today + timedelta(days=dice.randint(-10, 10)),
            "closed_at": None if alive else now,
            "closed_words": "" if alive else "解决了。",
        }


def entries(session: Session, count: int, today: date) -> Iterator[dict[str, Any]]:
    """Lines of five registers of the cooperation, of the counties of one pair."""
    dice, now = Random(31), utc_now()
    counties = session.scalars(
        select(Area.code).where(Area.prefecture_code == register.PREFECTURE, Area.level == AreaLevel.COUNTY)
    ).all()
    for number in range(count):
        held = today - timedelta(days=dice.randint(0, 900))
        due = held + timedelta(days=dice.randint(30, 400))
        done = due <= today and dice.random() < 0.9
        yield {
            "created_at": now,
            "register": dice.choice(("plans", "projects", "decisions", "needs", "donations")),
            "place_code": dice.choice(counties),
            "city_code": register.CITY,
            "title": f"第{number}件",
            "owed_by": dice.choice(list(Owes)),
            "held_on": held,
            "due_on": due,
            "done_on": due if done else None,
            "planned_fen": 100 * dice.randint(1_000, 900_000),
            "state": EntryState.DONE if done else EntryState.UNDER_WAY,
        }


def runs(session: Session, count: int, today: date) -> Iterator[dict[str, Any]]:
    """Runs of the county for one person each, over the last months."""
    dice, now = Random(37), utc_now()
    of_county = select(Worker.id).where(Worker.county_code == register.COUNTY).limit(count)
    for number in session.scalars(of_county).all():
        yield {
            "created_at": now - timedelta(minutes=dice.randint(1, 200_000)),
            "kind": RunKind.WORKER,
            "county_code": register.COUNTY,
            "worker_id": number,
            "settings": {"top": 10, "as_of": today.isoformat(), "policy": {}},
            "input_digest": f"{number:064d}",
            "worker_count": 1,
            "order_count": 20_000,
            "summary": {"fitting": dice.randint(0, 900), "blocked": {}},
        }


def night(session: Session, today: date, tell: Any) -> None:
    """What pages read and the night writes."""
    build_index(session, today)
    tell("index of candidates")
    staying.refresh(session, today)
    tell("who stayed")
    warnings.refresh(session, today)
    tell("early warnings")
    kept.refresh(session, today, months=1)
    tell("kept figures of the pairs")
    compare_both_ends(session, today)
    tell("both ends compared")
