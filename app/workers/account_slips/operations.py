"""Use cases of account slips. The caller commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Actor, Permission, visible_to
from models.clock import day_of
from models.i18n import Sentence
from models.people.worker import Worker
from models.people.worker_account import account_of, print_slip, slip_refusal

MOST_AT_ONCE = 200
HAS_ACCOUNT = Sentence("已经有账号，不用再打；忘了密码的，请到本人页面补打")
OUT_OF_REACH = Sentence("不在你能办的名单里")


@dataclass(frozen=True)
class Printed:
    """What stands on one slip. The ``code`` is nowhere else."""

    worker: Worker
    code: str


@dataclass(frozen=True)
class Batch:
    """The slips, and whom there is none for with the reason; ``beyond`` counts those past the first 200."""

    slips: list[Printed]
    left_out: list[tuple[str, Sentence]]
    beyond: int = 0


def print_for(session: Session, actor: Actor, ids: Sequence[int], now: datetime) -> Batch:
    """Slips for those of ``ids`` who have no account: nobody's PIN ends because a list was printed."""
    wanted = list(dict.fromkeys(ids))
    rows = select(Worker).where(Worker.id.in_(wanted[:MOST_AT_ONCE])).order_by(Worker.id).with_for_update()
    people = session.scalars(visible_to(actor, rows, Worker, Permission.WORKER_WRITE)).all()
    slips, left_out = [], []
    for worker in people:
        has_account = account_of(session, worker.id) is not None
        refusal = slip_refusal(worker, day_of(now)) or (HAS_ACCOUNT if has_account else None)
        if refusal:
            left_out.append((worker.name, refusal))
        else:
            slips.append(Printed(worker, print_slip(session, worker, actor=actor, now=now)))
    return Batch(slips, left_out, max(0, len(wanted) - MOST_AT_ONCE))


def print_again(session: Session, actor: Actor, worker: Worker, reason: str, now: datetime) -> Batch:
    """The slip of one person, who may have an account already: the way back in. Raises TransitionRefused."""
    return Batch([Printed(worker, print_slip(session, worker, actor=actor, now=now, reason=reason))], [])
