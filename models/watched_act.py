"""Acts that one administrator does alone and another looks at afterwards: accounts, rights, opened numbers.

A row stands beside its event of the audit, written by the same statement, so that no act is without one.
Until somebody else has looked, the account that was made, given a right or a new password counts as the hand
of whoever did that (:mod:`models.one_hand`). Every check of a second person asks here, whoever acts: on the
side of the database this table, the audit, accounts and rights are read by everybody, and all write here.
"""

import enum
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, String, func, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.access import Role, everything
from models.audit import follows
from models.base import Base, Recorded
from models.event_tags import EventTag
from models.i18n import N_
from models.types import EnumText, UTCDateTime


class WatchedKind(enum.StrEnum):
    """What kind of act it is."""

    ACCOUNT = "account"
    REVEAL = "reveal"


WATCHED_KIND_LABELS = {
    WatchedKind.ACCOUNT: N_("账号和授权"),
    WatchedKind.REVEAL: N_("打开和导出号码"),
}
WATCHED: dict[EventTag, WatchedKind] = {
    EventTag.USER_CREATE: WatchedKind.ACCOUNT,
    EventTag.USER_RESET: WatchedKind.ACCOUNT,
    EventTag.USER_UPDATE: WatchedKind.ACCOUNT,
    EventTag.GRANT_GIVE: WatchedKind.ACCOUNT,
    EventTag.GRANT_REVOKE: WatchedKind.ACCOUNT,
    EventTag.ORGANISATION_MERGE: WatchedKind.ACCOUNT,
    EventTag.WORKER_REVEAL: WatchedKind.REVEAL,
    EventTag.WORKER_HEALTH: WatchedKind.REVEAL,
    EventTag.WORKER_EXPORT: WatchedKind.REVEAL,
    EventTag.WORKER_DATA: WatchedKind.REVEAL,
    EventTag.NEWCOMER_ASK: WatchedKind.REVEAL,
    EventTag.PERSON_SEARCH: WatchedKind.REVEAL,
}
# What puts an account into the hand of the one who did it; to close one, or to take a right back, does not.
TIES = (EventTag.USER_CREATE.value, EventTag.USER_RESET.value, EventTag.GRANT_GIVE.value)
ONE_BY_ONE = EventTag.WORKER_REVEAL.value, EventTag.WORKER_HEALTH.value, EventTag.WORKER_DATA.value
# What alarms administrators when it is much in a day: to ask by number or name who is registered does, too.
MANY = *ONE_BY_ONE, EventTag.NEWCOMER_ASK.value, EventTag.PERSON_SEARCH.value
_UNSEEN = "looked_at IS NULL"
_KINDS = {tag.value: kind for tag, kind in WATCHED.items()}


class WatchedAct(Recorded, Base):
    """One act (``event_id`` of the audit). ``doer_id`` is None for the command line, ``target_id`` None for
    an act on no account."""

    __tablename__ = "watched_act"
    __table_args__ = (
        Index(
            "ix_watched_act_unseen",
            "kind",
            "doer_id",
            sqlite_where=text(_UNSEEN),
            postgresql_where=text(_UNSEEN),
        ),
    )

    event_id: Mapped[int] = mapped_column(unique=True)
    kind: Mapped[WatchedKind] = mapped_column(EnumText(WatchedKind))
    tag: Mapped[str] = mapped_column(String(40))
    doer_id: Mapped[int | None] = mapped_column(index=True)
    target_id: Mapped[int | None] = mapped_column(index=True)
    looked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    looked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    __scope__ = {Role.ADMIN: everything}


@follows
def _watch(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note the acts beside their events, but for those that two persons did (``request``), that are about
    one's own account, or that the platform did by itself (loading the demo)."""
    if acts := [act for row in rows if row["tag"] in _KINDS and (act := _act(row))]:
        connection.execute(insert(WatchedAct), acts)


def _act(row: Mapping[str, Any]) -> dict[str, Any] | None:
    told, doer = json.loads(row["payload"]), row["actor_id"]
    target = int(row["subject"].partition(":")[2]) if row["subject"].startswith("user:") else None
    is_own = target is not None and target == doer
    if is_own or "request" in told or (doer is None and "machine" not in told):
        return None
    kept = {"event_id": row["id"], "kind": _KINDS[row["tag"]], "tag": row["tag"], "created_at": row["at"]}
    return kept | {"doer_id": doer, "target_id": target}


def opened_since(session: Session, user_id: int | None, since: datetime) -> int:
    """How many people's whole numbers, health or records an account has opened one by one."""
    opened = select(func.count(WatchedAct.id)).where(WatchedAct.doer_id == user_id)
    return session.scalar(opened.where(WatchedAct.tag.in_(ONE_BY_ONE), WatchedAct.created_at >= since)) or 0
