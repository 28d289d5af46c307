"""Two records become one person: what stood on the one that goes moves to the one that is kept.

What cannot move (a place in a class on whose list the other stands, too) stays with its record, which leads
to the person. Everything is noted, so that the decision can be taken back.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, exists, func, select, update
from sqlalchemy.orm import Session

from app.workers.intake.diff import plain, restored
from app.workers.intake.touches import TOUCHES, references
from app.workers.intake.undo import give_back, value_now
from app.workers.operations import LISTS, PLAIN_FIELDS, apply, county_of, value_of
from app.workers.person_keys import Rewritten, column_of, rekey, set_key
from models.access import Actor
from models.care import CareKind
from models.care_uniting import cares_of, part_cases, unite_cases
from models.clock import day_of
from models.cooperation.subsidy_recovery import (
    SUBSIDY_RECOVERY_WORKFLOW,
    SubsidyRecovery,
    SubsidyRecoveryState,
    demand_twice,
)
from models.cooperation.work_subsidy import SubsidyLine
from models.employment.uniting import duties_of_each, part_spells, unite_spells
from models.hukou.fact import PersonFact
from models.i18n import N_, Sentence
from models.people.category import settle_people
from models.people.phone import MOST, written
from models.people.worker import Worker
from models.people.worker_account import revoke_account
from models.people.worker_status import update_worker_status
from models.placement.placement import Placement, next_attempt
from models.row_security import looks_everywhere_for
from models.training.recovery import RECOVERY_WORKFLOW, Recovery, RecoveryGround, RecoveryState, demand
from models.training.subsidy import ClaimLine
from models.workflow import TransitionRefused

PLACE_FIELDS = ("township", "village", "hamlet")
PAYMENTS: dict[str, Any] = {
    "claim_line.payment_key": ClaimLine,
    "work_subsidy_line.payment_key": SubsidyLine,
}
CARES = N_("备注、提醒和经办人")
PAID_TWICE = N_("两条记录是同一个人，同一年同一项补贴领了两次")
MONEY_IS_BACK = Sentence("因为这次判定追回的钱已经有了结果，不能撤回判定。")

Moved = dict[str, list[int]]


def moving() -> list[Column[Any]]:
    """The columns whose rows go to the person: all but the computed."""
    return [column for column in references() if TOUCHES[str(column)].reason is not None]


@looks_everywhere_for("a merge moves every row that points at the person")
def merge(session: Session, actor: Actor, gone: Worker, kept: Worker, now: datetime) -> dict[str, Any]:
    """Fold ``gone`` into ``kept`` and return what an undo needs. The caller has weighed it and holds both."""
    filled = _fill(session, kept, gone)
    kept.updated_at = gone.updated_at = now
    gone.merged_into_id = kept.id
    session.flush()
    # Whoever holds that telephone shows anew who they are, to a county that knows both records now.
    revoke_account(session, [gone.id], actor=actor, now=now, reason="merged")
    attempts = _renumber(session, gone.id, kept.id)
    moved = {str(column): _move(session, column, gone.id, kept.id) for column in moving()}
    cares = unite_cases(session, CareKind.WORKER, gone.id, kept.id)
    superseded = _supersede(session, kept.id, now)
    done, taken = rekey(session, gone.id_digest, kept.id_digest)
    lost, twice = _settle_payments(session, taken)
    session.expire_all()
    claims = [line for line in twice if isinstance(line, ClaimLine)]
    recoveries = demand(session, actor, claims, RecoveryGround.PAID_TWICE, PAID_TWICE)
    subsidies = [line for line in twice if isinstance(line, SubsidyLine)]
    back = demand_twice(session, actor, subsidies, PAID_TWICE)
    spells = unite_spells(session, actor, kept.id, kept.county_code, day_of(now))
    for one in (kept, gone):
        update_worker_status(session, one)
    session.flush()
    settle_people(session, [kept], day_of(now))
    return {
        "folded": gone.id,
        "kept": kept.id,
        "version": gone.version,
        "filled": filled,
        "attempts": attempts,
        "moved": {column: rows for column, rows in moved.items() if rows},
        "superseded": superseded,
        "keys": [*_as_rows(done), *_as_rows(lost)],
        "recoveries": [recovery.id for recovery in recoveries],
        "subsidy_recoveries": [recovery.id for recovery in back],
        "spells": spells,
        "cares": cares,
    }


def _as_rows(rewritten: Rewritten) -> list[list[Any]]:
    return [[name, row, *keys] for name, rows in rewritten.items() for row, keys in rows.items()]


@looks_everywhere_for("a merge taken back moves every row back")
def unmerge(session: Session, actor: Actor, undo: dict[str, Any], now: datetime) -> None:
    """Give everything back that :func:`merge` moved and that nobody changed since.

    Raises TransitionRefused where money was asked back and that is over.
    """
    gone, kept = session.get_one(Worker, undo["folded"]), session.get_one(Worker, undo["kept"])
    for number in undo.get("recoveries", ()):
        recovery = session.get_one(Recovery, number)
        if recovery.state is not RecoveryState.OPEN:
            raise TransitionRefused(MONEY_IS_BACK)
        RECOVERY_WORKFLOW.advance(session, recovery, "cancel", actor)
    for number in undo.get("subsidy_recoveries", ()):
        asked = session.get_one(SubsidyRecovery, number)
        if asked.state is not SubsidyRecoveryState.OPEN:
            raise TransitionRefused(MONEY_IS_BACK)
        SUBSIDY_RECOVERY_WORKFLOW.advance(session, asked, "cancel", actor)
    gone.merged_into_id = None
    _empty(session, kept, undo.get("filled", {}))
    kept.updated_at = gone.updated_at = now
    session.flush()
    part_cases(session, undo.get("cares", ()))
    waited = part_spells(session, actor, undo.get("spells", []))
    for name, rows in undo.get("moved", {}).items():
        column = column_of(name)
        back = update(column.table).where(column.table.c.id.in_(rows), column == kept.id)
        session.execute(back.values({column.name: gone.id}))
    session.execute(
        update(PersonFact).where(PersonFact.id.in_(undo.get("superseded", ()))).values(superseded_at=None)
    )
    for number, attempt in undo.get("attempts", ()):
        session.execute(update(Placement).where(Placement.id == number).values(attempt=attempt))
    _keys_back(session, undo.get("keys", ()))
    session.expire_all()
    duties_of_each(session, actor, [kept.id, gone.id], waited, day_of(now))
    settle_people(session, [kept, gone], day_of(now))
    for one in (kept, gone):
        update_worker_status(session, one)


def _keys_back(session: Session, rows: list[list[Any]]) -> None:
    """First what the merge wrote goes, then the former keys come: two may have changed places."""
    mine = [one for one in rows if session.scalar(_key(one[0], one[1])) == one[3]]
    for name, row, _before, _after in mine:
        set_key(session, name, row, None)
    for name, row, before, _after in mine:
        set_key(session, name, row, before)


def _key(name: str, row: int) -> Any:
    column = column_of(name)
    return select(column).where(column.table.c.id == row)


# --- the rows -------------------------------------------------------------------------------------------


def _renumber(session: Session, gone: int, kept: int) -> list[list[int]]:
    """Offers of one order to both become offers to one: the later ones get the next numbers."""
    done = []
    theirs = select(Placement.order_id).where(Placement.worker_id == kept)
    both = select(Placement).where(Placement.worker_id == gone, Placement.order_id.in_(theirs))
    for placement in session.scalars(both.order_by(Placement.id)).all():
        done.append([placement.id, placement.attempt])
        here = next_attempt(session, placement.order_id, kept)
        placement.attempt = max(here, next_attempt(session, placement.order_id, gone))
        session.flush()
    return done


def _move(session: Session, column: Column[Any], gone: int, kept: int) -> list[int]:
    """Let the rows of a column point at the person; those that cannot stay. Returns the numbers of both."""
    table = column.table
    mine = select(table.c.id).where(column == gone)
    if column.name == "merged_into_id":
        mine = mine.where(table.c.id != kept)
    rows = [number for number in session.scalars(mine) if number not in _stuck(session, column, gone, kept)]
    if rows:
        session.execute(update(table).where(table.c.id.in_(rows)).values({column.name: kept}))
    return rows


def _stuck(session: Session, column: Column[Any], gone: int, kept: int) -> set[int]:
    """The rows that a unique constraint would refuse: the person has such a row already."""
    stuck: set[int] = set()
    for rule in column.table.constraints:
        if isinstance(rule, UniqueConstraint) and column.name in rule.columns:
            theirs = column.table.alias()
            same = [theirs.c[other.name] == other for other in rule.columns if other.name != column.name]
            taken = exists().where(theirs.c[column.name] == kept, *same)
            stuck.update(session.scalars(select(column.table.c.id).where(column == gone, taken)))
    return stuck


def stuck_rows(session: Session, table: Table, gone: int, kept: int) -> set[int]:
    """The rows of ``table`` that would stay with the record that goes."""
    columns = [column for column in moving() if column.table is table]
    return set().union(*(_stuck(session, column, gone, kept) for column in columns))


def counts(session: Session, gone: int) -> dict[str, int]:
    """How many rows of each kind would move, by noun."""
    counted = {}
    for column in moving():
        number = session.scalar(select(func.count()).select_from(column.table).where(column == gone))
        if number:
            counted[TOUCHES[str(column)].noun] = number
    if cares := len(cares_of(session, CareKind.WORKER, gone)):
        counted[CARES] = cares
    return counted


def _supersede(session: Session, kept: int, now: datetime) -> list[int]:
    """Of two facts of one name that both hold now, the one of the later day stays; returns the others."""
    current = select(PersonFact).where(PersonFact.worker_id == kept, PersonFact.superseded_at.is_(None))
    newest: set[tuple[str, str]] = set()
    older = []
    for fact in session.scalars(current.order_by(PersonFact.as_of.desc(), PersonFact.id.desc())):
        key = (fact.name, fact.city_code)
        if key in newest:
            fact.superseded_at = now
            older.append(fact.id)
        newest.add(key)
    session.flush()
    return older


def _settle_payments(session: Session, taken: Rewritten) -> tuple[Rewritten, list[ClaimLine | SubsidyLine]]:
    """Of two lines for one person, subsidy and year the one that was paid (else the earlier) keeps the key.

    The other loses it, and is refused when it is looked at again. Returns what was rewritten, and the lines
    that were paid a second time.
    """
    rewritten: Rewritten = {name: {} for name in PAYMENTS}
    twice: list[ClaimLine | SubsidyLine] = []
    for name, kind in PAYMENTS.items():
        for number, (before, wanted) in taken.get(name, {}).items():
            mine = session.get_one(kind, number)
            other = session.scalars(select(kind).where(kind.payment_key == wanted)).one()
            second = max(mine, other, key=lambda line: (line.paid_on is None, line.paid_on, line.id))
            set_key(session, name, second.id, None)
            rewritten[name][second.id] = [before if second is mine else wanted, None]
            if second is other:
                set_key(session, name, mine.id, wanted)
                rewritten[name][mine.id] = [before, wanted]
            if second.paid_on is not None:
                twice.append(second)
    return rewritten, twice


# --- the fields -----------------------------------------------------------------------------------------


def missing_fields(kept: Worker, gone: Worker) -> dict[str, Any]:
    """What the record that goes knows and the other does not, by field; lists and telephones of both."""
    told: dict[str, Any] = {}
    for name in PLAIN_FIELDS:
        mine, theirs = getattr(kept, name), getattr(gone, name)
        if name in LISTS:
            more = [value for value in theirs or [] if value not in (mine or [])]
            told |= {name: [*(mine or []), *more]} if more else {}
        elif mine in (None, "") and theirs not in (None, "") and _fits(kept, gone, name):
            told[name] = theirs
    numbers = {phone.number for phone in kept.telephones}
    more = [phone for phone in gone.telephones if phone.number not in numbers]
    if more and len(numbers) < MOST:
        told["phone"] = written([*kept.telephones, *more][:MOST])
    if kept.household is None and gone.household is not None:
        told["household_code"] = gone.household.code
    return told


def _fits(kept: Worker, gone: Worker, name: str) -> bool:
    """A village belongs to its township, a hamlet to its village: they are not put under another's."""
    above = PLACE_FIELDS[: PLACE_FIELDS.index(name)] if name in PLACE_FIELDS else ()
    return all(getattr(kept, upper) in ("", getattr(gone, upper)) for upper in above)


def _fill(session: Session, kept: Worker, gone: Worker) -> dict[str, list[Any]]:
    told = missing_fields(kept, gone)
    before = {name: plain(value_of(kept, name)) for name in told}
    county = county_of(session, kept.county_code, filter(None, [told.get("household_code")]))
    apply(kept, told, county)
    return {name: [before[name], plain(value_of(kept, name))] for name in told}


def _empty(session: Session, kept: Worker, filled: dict[str, list[Any]]) -> None:
    """Take what was filled in out again, but for fields that somebody changed since."""
    former = {name: before for name, (before, after) in filled.items() if value_now(kept, name) == after}
    codes = [code for code in [former.get("household_code")] if code]
    give_back(kept, restored(former), county_of(session, kept.county_code, codes))
