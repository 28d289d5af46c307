"""The walk over the audit's chain, its anchor outside the database, and what the audit is looked at for."""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web.queue import enqueue
from app.reference.audit import anchor
from models.access import SYSTEM, Actor
from models.audit import GENESIS, AuditEvent, record, tail
from models.audit_alarms import Alarm
from models.audit_walk import key_missing_at, verify
from models.background_job import FINISHED, Job
from models.event_tags import EventTag
from models.i18n import Refusal, Sentence
from models.people.worker import Worker
from models.user import User

log = logging.getLogger(__name__)
# What does not keep a whole chain from being anchored anew.
HARMLESS = frozenset({Alarm.ANCHOR_STALE})
CHECK_JOB = "check_chain_now"
ALREADY_ANCHORED = Sentence("锚点文件里已经有内容。先把它移到别处保存，再重新开始。")
NOT_WHOLE = Sentence("审计记录对不上，不能开始新的锚点。")


class AnchorProblem(Refusal):
    """The anchor cannot be begun."""


@dataclass(frozen=True)
class Check:
    """How a check went: ``rows`` walked, the first ``broken`` number, what else was found.

    ``gaps`` counts the times when the anchor was not written for more than two hours.
    """

    rows: int
    broken: int | None
    alarms: tuple[Alarm, ...]
    gaps: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.alarms


def check_chain(
    session: Session,
    actor: Actor,
    path: Path,
    now: datetime,
    tell: Callable[[int], None] | None = None,
) -> Check:
    """Walk the audit chain, hold it against the anchor at ``path``, note in it how that went, and commit.

    The anchor goes on with a chain that is whole, and stays as it was beside any other.
    """
    begin_if_new(session, path, now)
    kept = anchor.read(path)
    check = _checked(session, kept, now, tell)
    outcome = "whole" if check.is_whole else "broken" if check.broken else "alarm"
    found = {"key": check.broken} if check.broken else {}
    alarms = {"reason": [alarm.value for alarm in check.alarms]} if check.alarms else {}
    record(session, actor, EventTag.AUDIT_CHECK, "audit", rows=check.rows, outcome=outcome, **found, **alarms)
    session.commit()
    if HARMLESS.issuperset(check.alarms):
        anchor.append(path, tail(session) or (0, GENESIS), now)
    session.rollback()
    return check


def _checked(
    session: Session, kept: anchor.Anchor, now: datetime, tell: Callable[[int], None] | None
) -> Check:
    def rest(number: int) -> None:
        _only_read(session)  # on SQLite a reader keeps writers waiting: a walk is many short ones
        if tell:
            tell(number)

    _only_read(session)
    broken = verify(session, kept.hashes, rest)
    last, alarms = tail(session), kept.alarms(now)
    if broken is not None:
        key_is_missing = key_missing_at(session, broken)
        alarms.insert(0, Alarm.KEY_MISSING if key_is_missing else Alarm.BROKEN)
    session.rollback()
    return Check(last[0] if last else 0, broken, tuple(alarms), len(kept.gaps))


def _only_read(session: Session) -> None:
    session.rollback()
    session.connection(execution_options={"readonly": True})


# --- the anchor -----------------------------------------------------------------------------------------


def begin_if_new(session: Session, path: Path, now: datetime) -> bool:
    """Begin the anchor of a platform in which nothing has happened yet; whether that was so.

    Where there are rows or accounts, a missing anchor is an alarm and not a beginning.
    """
    is_new = tail(session) is None and session.scalar(select(User.id).limit(1)) is None
    session.rollback()
    if is_new and not path.exists():
        with contextlib.suppress(FileExistsError):  # two processes began at the same moment
            anchor.begin(path, (0, GENESIS), now)
    return is_new


def begin_anchor(session: Session, path: Path, reason: str, now: datetime) -> Check:
    """Begin a new anchor for a chain that is whole, with the reason in the audit. Commits.

    For a chain from before the audit was keyed (the pair that was kept of it must fit, and stays in the
    file), and after the anchor was lost or moved away. Raises AnchorProblem where there is one, or the chain
    is broken.
    """
    kept = anchor.read(path)
    if kept.lines or kept.forged_at is not None:
        raise AnchorProblem(ALREADY_ANCHORED)
    check = _checked(session, kept, now, None)
    if check.broken is not None:
        raise AnchorProblem(NOT_WHOLE)
    record(session, SYSTEM, EventTag.AUDIT_ANCHOR, "audit", reason=reason, rows=check.rows)
    session.commit()
    anchor.begin(path, tail(session) or (0, GENESIS), now)
    session.rollback()
    return check


def go_on(session: Session, path: Path, now: datetime) -> int:
    """Add the chain's newest number and hash to the anchor; returns the number.

    Raises RuntimeError where anchor and chain do not fit: a line more would hide it. The log has it as well,
    which in most places is kept on another host.
    """
    begin_if_new(session, path, now)
    kept = anchor.read(path)
    last = kept.lines[-1] if kept.lines else None
    found = [alarm for alarm in kept.alarms(now) if alarm not in HARMLESS]
    if not found and last and last.number and not _has(session, last.number, last.hash):
        found = [Alarm.BROKEN]
    if found:
        raise RuntimeError(", ".join(found))
    if last is not None and now - last.at > anchor.LATE:
        since = {"from": last.at.isoformat(timespec="minutes"), "to": now.isoformat(timespec="minutes")}
        record(session, SYSTEM, EventTag.AUDIT_ANCHOR, "audit", reason=Alarm.ANCHOR_STALE.value, **since)
        session.commit()
    newest = tail(session) or (0, GENESIS)
    session.rollback()
    anchor.append(path, newest, now)
    log.info("audit anchor %s %s", *newest)
    return newest[0]


def _has(session: Session, number: int, kept: str) -> bool:
    return session.scalar(select(AuditEvent.hash).where(AuditEvent.id == number)) == kept


# --- asking for a check, looking at people --------------------------------------------------------------


def last_walk(session: Session) -> Job | None:
    """The walk over the chain that somebody asked for last."""
    walks = select(Job).where(Job.name == CHECK_JOB)
    return session.scalar(walks.order_by(Job.id.desc()).limit(1))


def ask_for_check(session: Session, actor: Actor) -> Job:
    """Have the chain walked now; one walk at a time."""
    walk = last_walk(session)
    return walk if walk and walk.state not in FINISHED else enqueue(session, actor, CHECK_JOB, 0)


def note_look(session: Session, actor: Actor, worker: Worker, purpose: str) -> None:
    """Note that a person's events were looked up by the ID number, and what for."""
    record(session, actor, EventTag.AUDIT_LOOK, worker, purpose=purpose)


def note_export(session: Session, actor: Actor, worker: Worker, purpose: str, rows: int) -> None:
    """Note that a person's events left the house."""
    record(session, actor, EventTag.AUDIT_EXPORT, worker, purpose=purpose, rows=rows)
