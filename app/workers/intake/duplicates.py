"""Two records that may be one person: noted by imports, decided by a person, undoable."""

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.workers.intake.plan import CHUNK
from app.workers.intake.record_linkage import BLOCKING, Person, find_pairs
from app.workers.personal_data.queries.record import has_open_case
from models.access import Actor, Permission, scope_of
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.household import Household
from models.people.intake import Duplicate, DuplicateState, ImportBatch, ImportRow
from models.people.worker import Worker
from models.placement.placement import HOLDING, OPEN_OFFERS, Placement
from models.workflow import IllegalTransition, TransitionRefused

MOST_MATCHES = 3
HUKOU_PENDING = Sentence("要并掉的这条记录有一件没办完的落户申请，先办完或撤回，或者保留这一条。")
PLACEMENT_PENDING = Sentence("这一条有正在办的岗位，不能并掉。请保留这一条，或先办完岗位。")
MERGED_ALREADY = Sentence("其中一条已经并到别的记录里，不能再判。")
CHANGED_SINCE = Sentence("并掉之后这条记录又改过，不能撤回。")


def known_people(session: Session, county_code: str, newcomers: list[Person]) -> Iterator[Person]:
    """The county's people who share a birthday, household, phone or person number with a newcomer."""
    shared = {field: {getattr(person, field) for person in newcomers} - {""} for field in BLOCKING}
    statement = (
        select(
            Worker.id,
            Worker.name,
            Worker.birth_date,
            Worker.sex,
            func.coalesce(Household.code, ""),
            Worker.township + Worker.village,
            func.substr(func.coalesce(Worker.phone_digest, ""), 1, 16),
            Worker.person_code,
            Worker.id_last4,
        )
        .outerjoin(Household, Household.id == Worker.household_id)
        .where(Worker.county_code == county_code, Worker.merged_into_id.is_(None), Worker.erased_at.is_(None))
        .execution_options(yield_per=CHUNK)
    )
    for number, *values in session.execute(statement):
        person = Person(number, False, *values)
        if any(getattr(person, field) in known for field, known in shared.items()):
            yield person


def matches_of(
    session: Session, county_code: str, newcomers: list[Person]
) -> dict[int, list[dict[str, Any]]]:
    """Who each new row (by id) may be already: rows of the same file, people of the register."""
    people = [*newcomers, *known_people(session, county_code, newcomers)] if newcomers else []
    matches: dict[int, list[dict[str, Any]]] = {}
    for first, second, likelihood, reasons in find_pairs(people):
        new, other = (second, first) if second.is_new else (first, second)
        match = {"row" if other.is_new else "worker": other.key, "likelihood": likelihood, "reasons": reasons}
        matches.setdefault(new.key, []).append(match)
    return {
        key: sorted(some, key=itemgetter("likelihood"), reverse=True)[:MOST_MATCHES]
        for key, some in matches.items()
    }


def note_duplicates(session: Session, batch: ImportBatch) -> int:
    """Put a batch's possible duplicates, now that its people are in, before a person; returns how many."""
    likely = session.execute(
        select(ImportRow.worker_id, ImportRow.matches).where(
            ImportRow.batch_id == batch.id, ImportRow.is_possible, ImportRow.worker_id.is_not(None)
        )
    ).all()
    of_row = _people_of_rows(session, [m["row"] for _, matches in likely for m in matches if "row" in m])
    pairs: dict[tuple[int, int], dict[str, Any]] = {}
    for worker_id, matches in likely:
        for match in matches:
            other = match.get("worker") or of_row.get(match.get("row", 0))
            if other and other != worker_id:
                pairs[min(worker_id, other), max(worker_id, other)] = match
    rows = [
        {
            "county_code": batch.county_code,
            "worker_id": first,
            "other_id": second,
            "likelihood": match["likelihood"],
            "reasons": match["reasons"],
        }
        for (first, second), match in pairs.items()
    ]
    if rows:
        session.execute(insert(Duplicate), rows)
    return len(rows)


def _people_of_rows(session: Session, row_ids: list[int]) -> dict[int, int]:
    people: dict[int, int] = {}
    for start in range(0, len(row_ids), CHUNK):
        part = select(ImportRow.id, ImportRow.worker_id).where(
            ImportRow.id.in_(row_ids[start : start + CHUNK])
        )
        people |= {row: worker for row, worker in session.execute(part) if worker}
    return people


def decide(
    session: Session, actor: Actor, pair: Duplicate, same: bool, now: datetime, keep_id: int | None = None
) -> None:
    """Note that a pair is one person (the record ``keep_id`` stays, the other is folded into it) or two.

    Raises IllegalTransition if it was decided already, TransitionRefused if the other record cannot be
    folded.
    """
    if pair.state is not DuplicateState.OPEN:
        raise IllegalTransition("decide")
    pair.state = DuplicateState.SAME if same else DuplicateState.DIFFERENT
    pair.decided_by_id, pair.decided_at = actor.user_id, now
    if same:
        _fold(session, actor, pair, now, keep_id)
    record(
        session,
        actor,
        EventTag.DUPLICATE_DECIDE,
        pair,
        decision=pair.state.value,
        worker=pair.worker_id,
        other=pair.other_id,
    )


def _fold(session: Session, actor: Actor, pair: Duplicate, now: datetime, keep_id: int | None) -> None:
    ids = (pair.worker_id, pair.other_id)
    if keep_id not in ids:
        raise IllegalTransition("keep")
    own = scope_of(actor, Worker, Permission.WORKER_MERGE)
    people = {w.id: w for w in session.scalars(select(Worker).where(Worker.id.in_(ids), own))}
    if len(people) < 2 or any(person.merged_into_id for person in people.values()):
        raise TransitionRefused(MERGED_ALREADY)
    folded = people[ids[0] if keep_id == ids[1] else ids[1]]
    busy = Placement.state.in_((*OPEN_OFFERS, *HOLDING))
    if session.scalar(select(Placement.id).where(Placement.worker_id == folded.id, busy).limit(1)):
        raise TransitionRefused(PLACEMENT_PENDING)
    if has_open_case(session, folded):
        raise TransitionRefused(HUKOU_PENDING)
    folded.merged_into_id, folded.updated_at = keep_id, now
    session.flush()
    pair.undo = {"folded": folded.id, "version": folded.version}


def undo_decision(session: Session, actor: Actor, pair: Duplicate, now: datetime) -> None:
    """Put a decided pair before a person again; a folded record comes back as it was.

    Raises IllegalTransition for a pair that is open, TransitionRefused if the folded record changed since.
    """
    if pair.state is DuplicateState.OPEN:
        raise IllegalTransition("undo")
    if pair.undo:
        folded = session.get_one(Worker, pair.undo["folded"])
        if folded.version != pair.undo["version"]:
            raise TransitionRefused(CHANGED_SINCE)
        folded.merged_into_id, folded.updated_at = None, now
    pair.state, pair.undo, pair.decided_by_id, pair.decided_at = DuplicateState.OPEN, None, None, None
    record(session, actor, EventTag.DUPLICATE_UNDO, pair, worker=pair.worker_id, other=pair.other_id)
