"""The audit: an append-only, hash-chained table, written in the transaction of the act itself.

``record`` only notes the event; the rows are chained just before the commit, because the chain's lock must be
the last one a transaction takes (PostgreSQL would deadlock otherwise). If the row cannot be written, the
commit fails and the act with it.
"""

import enum
import hashlib
import json
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Integer, String, event, select, text
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from models.access import Role, everything
from models.append_only import protect
from models.base import Base, utc_now
from models.types import UTCDateTime
from models.words import N_

GENESIS = "0" * 64
_LOCK_KEY = 320_161_225
_PENDING = "pending_audit"
_marks: WeakKeyDictionary[SessionTransaction, int] = WeakKeyDictionary()


class EventTag(enum.StrEnum):
    """What can happen, as ``subject:verb``."""

    USER_SIGN_IN = "user:sign_in"
    USER_SIGN_IN_FAILED = "user:sign_in_failed"
    USER_LOCKED = "user:locked"
    USER_SIGN_OUT = "user:sign_out"
    USER_CREATE = "user:create"
    USER_UPDATE = "user:update"
    USER_PASSWORD = "user:password"  # noqa: S105 (a tag, not a secret)
    GRANT_GIVE = "grant:give"
    GRANT_REVOKE = "grant:revoke"
    ORGANISATION_CREATE = "organisation:create"
    WORKER_CREATE = "worker:create"
    WORKER_UPDATE = "worker:update"
    WORKER_ADVANCE = "worker:advance"
    WORKER_REVEAL = "worker:reveal"
    WORKER_EXPORT = "worker:export"
    WORKER_DATA = "worker:own_data"
    WORKER_ERASE = "worker:erase"
    DUPLICATE_DECIDE = "duplicate:decide"
    DUPLICATE_UNDO = "duplicate:undo"
    IMPORT_UPLOAD = "import:upload"
    IMPORT_CONFIRM = "import:confirm"
    IMPORT_ADVANCE = "import:advance"
    IMPORT_UNDO = "import:undo"
    ORDER_CREATE = "order:create"
    ORDER_UPDATE = "order:update"
    ORDER_ADVANCE = "order:advance"
    MATCH_START = "match:start"
    MATCH_ADJUST = "match:adjust"
    CARD_LEARN = "card:learn"
    CARD_ADVANCE = "card:advance"
    PLACEMENT_CREATE = "placement:create"
    PLACEMENT_ADVANCE = "placement:advance"
    CONSENT_GIVE = "consent:give"
    CONSENT_WITHDRAW = "consent:withdraw"
    DEPARTURE_CREATE = "departure:create"
    FOLLOWUP_RECORD = "followup:record"
    FOLLOWUP_VERIFY = "followup:verify"
    REFERENCE_UPDATE = "reference:update"
    FIGURE_UPDATE = "figure:update"
    JOB_CANCEL = "job:cancel"
    AUDIT_CHECK = "audit:check"


EVENT_LABELS = {
    EventTag.USER_SIGN_IN: N_("登录"),
    EventTag.USER_SIGN_IN_FAILED: N_("登录没有成功"),
    EventTag.USER_LOCKED: N_("账号被锁"),
    EventTag.USER_SIGN_OUT: N_("退出"),
    EventTag.USER_CREATE: N_("建账号"),
    EventTag.USER_UPDATE: N_("停用或恢复账号"),
    EventTag.USER_PASSWORD: N_("换密码"),
    EventTag.GRANT_GIVE: N_("授权"),
    EventTag.GRANT_REVOKE: N_("收回授权"),
    EventTag.ORGANISATION_CREATE: N_("登记单位"),
    EventTag.WORKER_CREATE: N_("登记人员"),
    EventTag.WORKER_UPDATE: N_("改人员资料"),
    EventTag.WORKER_ADVANCE: N_("人员状态变化"),
    EventTag.WORKER_REVEAL: N_("看完整号码"),
    EventTag.WORKER_EXPORT: N_("导出花名册"),
    EventTag.WORKER_DATA: N_("导出本人资料"),
    EventTag.WORKER_ERASE: N_("清除个人资料"),
    EventTag.DUPLICATE_DECIDE: N_("判定重复"),
    EventTag.DUPLICATE_UNDO: N_("撤回重复判定"),
    EventTag.IMPORT_UPLOAD: N_("上传花名册"),
    EventTag.IMPORT_CONFIRM: N_("确认导入"),
    EventTag.IMPORT_ADVANCE: N_("导入进度变化"),
    EventTag.IMPORT_UNDO: N_("整批撤销导入"),
    EventTag.ORDER_CREATE: N_("新建岗位"),
    EventTag.ORDER_UPDATE: N_("改岗位"),
    EventTag.ORDER_ADVANCE: N_("岗位状态变化"),
    EventTag.MATCH_START: N_("开始匹配"),
    EventTag.MATCH_ADJUST: N_("手工调整安排"),
    EventTag.PLACEMENT_CREATE: N_("推荐岗位"),
    EventTag.PLACEMENT_ADVANCE: N_("推荐进度变化"),
    EventTag.CONSENT_GIVE: N_("本人同意给企业看"),
    EventTag.CONSENT_WITHDRAW: N_("本人收回同意"),
    EventTag.DEPARTURE_CREATE: N_("编队出发"),
    EventTag.FOLLOWUP_RECORD: N_("登记回访"),
    EventTag.FOLLOWUP_VERIFY: N_("核实回访"),
    EventTag.REFERENCE_UPDATE: N_("改基础数据"),
    EventTag.FIGURE_UPDATE: N_("改补贴或生活成本"),
    EventTag.JOB_CANCEL: N_("取消正在算的事"),
    EventTag.CARD_LEARN: N_("学习积分卡"),
    EventTag.CARD_ADVANCE: N_("积分卡状态变化"),
    EventTag.AUDIT_CHECK: N_("核对审计记录"),
}


PAYLOAD_KEYS = frozenset(
    {"event", "from", "to", "reason", "fields", "role", "area", "organisation", "user", "purpose", "batch", "file",
     "counts", "order", "worker", "run", "months", "outcome", "evidence", "table", "key", "rows", "price", "mask",
     "other", "decision", "channel", "departure", "kind", "name"}
)  # fmt: skip


class AuditEvent(Base):
    """One act. ``hash`` covers the row and the hash before it."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(60))
    tag: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[str] = mapped_column(String(40), index=True)
    payload: Mapped[str] = mapped_column(String)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    __scope__ = {Role.AUDITOR: everything, Role.ADMIN: everything}

    @property
    def details(self) -> dict[str, Any]:
        """The payload, as it was recorded."""
        return json.loads(self.payload)

    def fingerprint(self) -> str:
        """Return the hash this row ought to carry."""
        parts = [self.id, self.at.isoformat(), self.actor_id, self.actor_name, self.tag, self.subject,
                 self.payload, self.previous]  # fmt: skip
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@event.listens_for(AuditEvent.__table__, "after_create")
def _append_only(table: Any, connection: Connection, **options: Any) -> None:
    protect(connection)


def record(session: Session, actor: Any, tag: EventTag, subject: Any, /, **payload: Any) -> None:
    """Note that ``actor`` did ``tag`` to ``subject`` (a row, or a text such as ``user:7``).

    Raises ValueError for a payload key that is not declared: no personal number may slip in.
    """
    if undeclared := set(payload) - PAYLOAD_KEYS:
        raise ValueError(f"undeclared audit keys: {sorted(undeclared)}")
    if not session.in_transaction():
        session.begin()  # so that a rollback reaches the event even when nothing else was done
    session.info.setdefault(_PENDING, []).append((utc_now(), actor, tag, subject, payload))


def subject_name(subject: Any) -> str:
    """Name a row the way the audit does: ``table:id``."""
    return subject if isinstance(subject, str) else f"{subject.__tablename__}:{subject.id}"


@event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    if session.in_nested_transaction():
        return
    pending = session.info.pop(_PENDING, None)
    if not pending:
        return
    session.flush()
    last = _lock_and_read_tail(session)
    number, previous = (last.id, last.hash) if last else (0, GENESIS)
    for at, actor, tag, subject, payload in pending:
        number += 1
        row = AuditEvent(
            id=number, at=at, actor_id=actor.user_id, actor_name=actor.name, tag=tag.value,
            subject=subject_name(subject), payload=json.dumps(payload, ensure_ascii=False, default=str),
            previous=previous,
        )  # fmt: skip
        row.hash = previous = row.fingerprint()
        session.add(row)


@event.listens_for(Session, "after_transaction_create")
def _remember(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        _marks[transaction] = len(session.info.get(_PENDING, ()))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    # Only what was noted inside a savepoint goes with it; a whole rollback takes everything.
    kept = _marks.get(transaction, 0) if transaction.nested else 0
    del session.info.get(_PENDING, [])[kept:]


def _lock_and_read_tail(session: Session) -> AuditEvent | None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
    return session.scalar(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1))


def tail(session: Session) -> tuple[int, str] | None:
    """Return number and hash of the newest row: what is kept outside the database as an anchor."""
    row = session.scalar(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1))
    return (row.id, row.hash) if row else None


def verify(session: Session, anchor: tuple[int, str] | None = None) -> int | None:
    """Walk the chain; return the first number at which it is broken, or None.

    ``anchor`` is a (number, hash) kept outside the database: it finds a tail that was cut off or rewritten.
    """
    previous, expected = GENESIS, 1
    for row in session.scalars(select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=2000)):
        if row.id != expected or row.previous != previous or row.hash != row.fingerprint():
            return expected
        if anchor and row.id == anchor[0] and row.hash != anchor[1]:
            return row.id
        previous, expected = row.hash, expected + 1
    return expected if anchor and anchor[0] >= expected else None
