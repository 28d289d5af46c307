"""Two records that may be one person: noted by imports, decided by a person, undoable."""

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from app.workers.intake.merging import merge, unmerge
from app.workers.intake.plan import CHUNK
from app.workers.intake.record_linkage import BLOCKING, Person, find_pairs
from app.workers.intake.weighing import weigh
from models.access import Actor, Permission, scope_of
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.household import Household
from models.people.intake import Duplicate, DuplicateState, ImportBatch, ImportRow
from models.people.worker import Worker
from models.workflow import IllegalTransition, TransitionRefused, refuse_for

MOST_MATCHES = 3
MERGED_ALREADY = Sentence("其中一条已经并到别的记录里，或者资料已经清除，不能再判。")
MERGED_FURTHER = Sentence("保留的那条后来又并到了别的记录里，请先撤回后来的判定。")
ERASED_SINCE = Sentence("本人的资料后来清除了，不能撤回判定。")
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


Pairs = list[dict[str, Any]]


def pairs_of(session: Session, batch: ImportBatch) -> Pairs:
    """A batch's possible duplicates, once its people are written."""
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
    return [
        {
            "county_code": batch.county_code,
            "worker_id": first,
            "other_id": second,
            "likelihood": match["likelihood"],
            "reasons": match["reasons"],
        }
        for (first, second), match in pairs.items()
    ]


def note_duplicates(session: Session, pairs: Pairs) -> int:
    """Put possible duplicates before a person; returns how many."""
    if pairs:
        session.execute(insert(Duplicate), pairs)
    return len(pairs)


def _people_of_rows(session: Session, row_ids: list[int]) -> dict[int, int]:
    people: dict[int, int] = {}
    for start in range(0, len(row_ids), CHUNK):
        part = select(ImportRow.id, ImportRow.worker_id).where(
            ImportRow.id.in_(row_ids[start : start + CHUNK])
        )
        people |= {row: worker for row, worker in session.execute(part) if worker}
    return people


def decide(
    session: Session,
    actor: Actor,
    pair: Duplicate,
    same: bool,
    now: datetime,
    keep_id: int | None = None,
    confirmed: bool = False,
) -> None:
    """Note that a pair is one person (the record ``keep_id`` stays, the other is merged into it) or two.

    Raises IllegalTransition if it was decided already; for one person TransitionRefused if a rule bars it,
    ConfirmationMissing if there is something to be confirmed and ``confirmed`` does not say so.
    """
    if pair.state is not DuplicateState.OPEN:
        raise IllegalTransition("decide")
    if same:
        _merge(session, actor, pair, now, keep_id, confirmed)
    pair.state = DuplicateState.SAME if same else DuplicateState.DIFFERENT
    pair.decided_by_id, pair.decided_at = actor.user_id, now
    record(
        session,
        actor,
        EventTag.DUPLICATE_DECIDE,
        pair,
        decision=pair.state.value,
        worker=pair.worker_id,
        other=pair.other_id,
    )


class ConfirmationMissing(TransitionRefused):
    """Something about the two records has to be looked at before they become one."""


def records_to_merge(
    session: Session, actor: Actor, pair: Duplicate, keep_id: int | None, locked: bool = False
) -> tuple[Worker, Worker]:
    """(the record that is kept, the one that goes); ``locked`` in one order.

    Raises IllegalTransition for a record that is not of the pair, TransitionRefused for one merged already.
    """
    ids = (pair.worker_id, pair.other_id)
    if keep_id not in ids:
        raise IllegalTransition("keep")
    own = scope_of(actor, Worker, Permission.WORKER_MERGE)
    rows = select(Worker).where(Worker.id.in_(ids), own).order_by(Worker.id)
    rows = rows.with_for_update().execution_options(populate_existing=True) if locked else rows
    people = {worker.id: worker for worker in session.scalars(rows)}
    if len(people) < 2 or any(person.merged_into_id or person.erased_at for person in people.values()):
        raise TransitionRefused(MERGED_ALREADY)
    return people[keep_id], people[ids[0] if keep_id == ids[1] else ids[1]]


def _merge(
    session: Session, actor: Actor, pair: Duplicate, now: datetime, keep_id: int | None, confirmed: bool
) -> None:
    kept, gone = records_to_merge(session, actor, pair, keep_id, locked=True)
    weighed = weigh(session, kept, gone)
    refuse_for(weighed.against)
    if weighed.asked and not confirmed:
        raise ConfirmationMissing(weighed.asked[0])
    undo = merge(session, actor, gone, kept, now)
    undo["pairs"] = _carry_pairs(session, pair, gone.id, kept.id)
    pair.undo = undo


def _carry_pairs(session: Session, decided: Duplicate, gone: int, kept: int) -> list[list[Any]]:
    """Let the open pairs of a merged record ask about the one that was kept; two that ask the same are one.

    Returns [pair, first record, second record] as they were.
    """
    either = (Duplicate.worker_id == gone) | (Duplicate.other_id == gone)
    waiting = select(Duplicate).where(
        either, Duplicate.state == DuplicateState.OPEN, Duplicate.id != decided.id
    )
    carried = []
    for pair in session.scalars(waiting.order_by(Duplicate.id)).all():
        third = pair.other_id if pair.worker_id == gone else pair.worker_id
        first, second = sorted((third, kept))
        carried.append([pair.id, pair.worker_id, pair.other_id])
        same = select(Duplicate.id).where(
            or_(
                (Duplicate.worker_id == first) & (Duplicate.other_id == second),
                (Duplicate.worker_id == second) & (Duplicate.other_id == first),
            )
        )
        if session.scalar(same) is not None:
            pair.state = DuplicateState.CARRIED
        else:
            pair.worker_id, pair.other_id = first, second
        session.flush()
    return carried


def undo_decision(session: Session, actor: Actor, pair: Duplicate, now: datetime) -> None:
    """Put a decided pair before a person again; a merged record comes back as it was.

    Raises IllegalTransition for a pair that is open, TransitionRefused if the merged record changed since, or
    a later decision stands on this one.
    """
    if pair.state in (DuplicateState.OPEN, DuplicateState.CARRIED):
        raise IllegalTransition("undo")
    if pair.state is DuplicateState.SAME:
        _unmerge(session, actor, pair, now)
    pair.state, pair.undo, pair.decided_by_id, pair.decided_at = DuplicateState.OPEN, None, None, None
    record(session, actor, EventTag.DUPLICATE_UNDO, pair, worker=pair.worker_id, other=pair.other_id)


def _unmerge(session: Session, actor: Actor, pair: Duplicate, now: datetime) -> None:
    if not pair.undo:
        raise TransitionRefused(ERASED_SINCE)
    undo = pair.undo
    gone = session.get_one(Worker, undo["folded"])
    kept = session.get_one(Worker, undo.get("kept", gone.merged_into_id))
    if gone.merged_into_id != kept.id or kept.merged_into_id:
        raise TransitionRefused(MERGED_FURTHER)
    if gone.version != undo["version"]:
        raise TransitionRefused(CHANGED_SINCE)
    unmerge(session, actor, undo | {"kept": kept.id}, now)
    for number, first, second in undo.get("pairs", ()):
        carried = session.get(Duplicate, number)
        if carried and carried.state in (DuplicateState.OPEN, DuplicateState.CARRIED):
            carried.state, carried.worker_id, carried.other_id = DuplicateState.OPEN, first, second
