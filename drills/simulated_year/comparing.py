"""Both ends' registers, the figures and the difference report, held against the truth."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.employment.differences.jobs import compare_both_ends
from app.employment.spells.queries.counts import Asked, Figure, due_rows, kept, level_at, rows_of
from drills.simulated_year.programme import Programme
from drills.simulated_year.rosters import Plants
from drills.simulated_year.truth import Job, Person
from models.access import Actor, visible_to
from models.employment.destination import Destinations
from models.employment.difference import Difference
from models.employment.spell import EmploymentSpell
from models.people.worker import Worker, WorkerState

S = EmploymentSpell
Key = tuple[str, str, date, date | None]


def registers(programme: Programme, planted: set[int]) -> Iterator[str]:
    """What the registers of the counties and of the cities say otherwise than the truth, but for ``planted``
    (numbers of people)."""
    for code, clerk in programme.clerks.items():
        people = [one for one in programme.people if one.county == code]
        yield from _compare(programme.session, clerk, people, planted, f"county {code}", "")
    for city, officer in programme.cities.items():
        yield from _compare(programme.session, officer, programme.people, planted, f"city {city}", city)
    yield from _states(programme, planted)


def _compare(
    session: Session, actor: Actor, people: list[Person], planted: set[int], who: str, city: str
) -> Iterator[str]:
    rows = select(S.worker_id, S.employer_name, S.place_code, S.began_on, S.ended_on)
    said: dict[int, Counter[Key]] = {}
    for worker, employer, place, began, ended in session.execute(visible_to(actor, rows, S)):
        said.setdefault(worker, Counter())[(employer, place, began, ended)] += 1
    for person in people:
        true = Counter(job.key() for job in person.jobs if not city or job.place == city)
        if person.worker_id not in planted and said.get(person.worker_id, Counter()) != true:
            yield f"{who}: {person.worker_id} said {said.get(person.worker_id)}, true {true}"
    strangers = said.keys() - {person.worker_id for person in people} - planted
    if strangers:
        yield f"{who}: spells of {len(strangers)} people that are none of theirs"


def _states(programme: Programme, planted: set[int]) -> Iterator[str]:
    states = dict(programme.session.execute(select(Worker.id, Worker.state)).all())
    for person in programme.people:
        works = states[person.worker_id] is WorkerState.WORKING
        if person.worker_id not in planted and works is not person.is_known_to_work:
            yield f"{person.worker_id} stands as {states[person.worker_id]}, works: {person.is_known_to_work}"


def differences(programme: Programme, plants: Plants, day: date) -> Iterator[str]:
    """What the difference report lists and was not planted, and what was planted and is not listed."""
    compare_both_ends(programme.session, day)
    rows = select(Difference.kind, Difference.worker_id).where(Difference.closed_on.is_(None))
    said = Counter((kind, worker) for kind, worker in programme.session.execute(rows))
    true = Counter((kind, worker) for kind, people in plants.by_kind.items() for worker in people)
    for kind, worker in (said - true).elements():
        yield f"the report lists {kind} of {worker}, which nobody planted"
    for kind, worker in (true - said).elements():
        yield f"the report lacks {kind} of {worker}"


def retention(programme: Programme, on: date, planted: set[int]) -> Iterator[str]:
    """Whom the retention tables put into another cell than the truth does, person by person."""
    where = Destinations(programme.session, on)
    for code, clerk in programme.clerks.items():
        for months in (3, 6):
            rows = due_rows(clerk, Asked(on), months).with_only_columns(
                S.worker_id, S.began_on, kept(months), level_at(months), where.expression()
            )
            said = Counter(
                (worker, began, became, level if became == "stayed" else None, place)
                for worker, began, became, level, place in programme.session.execute(rows)
                if worker not in planted
            )
            true: Counter[tuple[int, date, str, int | None, str]] = Counter()
            for person in programme.people:
                if person.county != code or person.worker_id in planted:
                    continue
                for job in person.jobs:
                    if (cell := job.became(months, on)) is not None:
                        place = where.of(job.place, code).value
                        true[(person.worker_id, job.began, cell[0], cell[1], place)] += 1
            for row in ((said - true) + (true - said)).elements():
                yield f"{code}, {months} months: {row}"


def people_at_work(programme: Programme, on: date, planted: set[int]) -> Iterator[str]:
    """Whom "at work on that day" counts wrongly."""
    for code, clerk in programme.clerks.items():
        rows = rows_of(clerk, Asked(on), Figure.CURRENT).with_only_columns(S.worker_id)
        said = set(programme.session.scalars(rows)) - planted
        true = {
            person.worker_id
            for person in programme.people
            if person.county == code
            and any(
                job.began <= on and (not job.is_end_known or (job.ended or on) >= on) for job in person.jobs
            )
        } - planted
        for worker in said ^ true:
            yield f"{code}: {worker} at work on {on}: said {worker in said}"


def _goes_on(job: Job, on: date) -> bool:
    return job.began <= on and (not job.is_end_known or (job.ended or on) >= on)
