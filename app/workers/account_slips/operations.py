"""Use cases of account slips. The caller commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from models.access import Actor, Permission, visible_to
from models.clock import day_of
from models.i18n import Sentence
from models.people.worker import Worker
from models.people.worker_account import AccountSlip, account_of, is_good, print_slip, slip_refusal
from models.placement.placement import Placement
from models.user import User

MOST_AT_ONCE = 200
HAS_ACCOUNT = Sentence("已经有账号，不用再打；忘了密码的，请到本人页面补打")


@dataclass(frozen=True)
class Printed:
    """What stands on one slip. The ``code`` is nowhere else."""

    worker: Worker
    code: str


@dataclass(frozen=True)
class Batch:
    """The slips, and whom there is none for with the reason; ``has_more``: beyond the first 200."""

    slips: list[Printed]
    left_out: list[tuple[str, Sentence]]
    has_more: bool = False


def print_for(session: Session, actor: Actor, ids: Sequence[int], now: datetime) -> Batch:
    """Slips for those of ``ids`` who have no account: nobody's PIN ends because a list was printed."""
    wanted = list(dict.fromkeys(ids))
    rows = select(Worker).where(Worker.id.in_(wanted[:MOST_AT_ONCE])).order_by(Worker.id)
    rows = visible_to(actor, rows, Worker, Permission.WORKER_WRITE).with_for_update(of=Worker)
    people = session.scalars(rows).all()
    slips, left_out = [], []
    for worker in people:
        has_account = account_of(session, worker.id) is not None
        refusal = slip_refusal(worker, day_of(now)) or (HAS_ACCOUNT if has_account else None)
        if refusal:
            left_out.append((worker.name, refusal))
        else:
            slips.append(Printed(worker, print_slip(session, worker, actor=actor, now=now)))
    return Batch(slips, left_out, len(wanted) > MOST_AT_ONCE)


def print_again(session: Session, actor: Actor, worker: Worker, reason: str, now: datetime) -> Batch:
    """The slip of one person, who may have an account already: the way back in. Raises TransitionRefused."""
    return Batch([Printed(worker, print_slip(session, worker, actor=actor, now=now, reason=reason))], [])


def without_account(session: Session, people: Select[Worker], now: datetime) -> list[int]:
    """The first 200 of ``people`` (and one more) who have neither an account nor a slip that is still good:
    who prints a whole list walks through it."""
    waiting = exists().where(AccountSlip.worker_id == Worker.id, is_good(now))
    bound = exists().where(User.worker_id == Worker.id)
    rows = people.where(~bound, ~waiting).with_only_columns(Worker.id).order_by(Worker.id)
    return list(session.scalars(rows.limit(MOST_AT_ONCE + 1)))


def placed(session: Session, actor: Actor, placements: Sequence[int]) -> list[int]:
    """The people of these placements, as far as the actor may see them."""
    rows = select(Placement.worker_id).where(Placement.id.in_(placements)).order_by(Placement.id)
    return list(session.scalars(visible_to(actor, rows, Placement, Permission.PLACEMENT_READ)))
