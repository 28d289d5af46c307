"""The three jobs a person would take, in order: what the person said, not what the engine found."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.access import Actor
from models.audit import record
from models.base import Base, Recorded
from models.event_tags import EventTag
from models.i18n import Sentence
from models.jobs.order import Order
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.types import EnumText, UTCDateTime
from models.workflow import TransitionRefused

MOST = 3
Ranks = Mapping[int, Mapping[int, int]]


class JobPreference(Recorded, Base):
    """One of the jobs a person would take; ``rank`` 1 is the one wanted most."""

    __tablename__ = "job_preference"
    __table_args__ = (
        UniqueConstraint("worker_id", "rank"),
        UniqueConstraint("worker_id", "order_id"),
        CheckConstraint("rank > 0", name="rank"),
    )

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("job_order.id"), index=True)
    order: Mapped[Order] = relationship()
    rank: Mapped[int]
    channel: Mapped[Channel] = mapped_column(EnumText(Channel))
    stated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


def preferences_of(session: Session, worker_id: int) -> list[JobPreference]:
    """What one person would take, the most wanted first."""
    own = select(JobPreference).where(JobPreference.worker_id == worker_id)
    return list(session.scalars(own.order_by(JobPreference.rank)))


def ranks_of_county(session: Session, county_code: str) -> dict[int, dict[int, int]]:
    """What the people of a county said: person -> order -> rank."""
    statement = (
        select(JobPreference.worker_id, JobPreference.order_id, JobPreference.rank)
        .join(Worker, Worker.id == JobPreference.worker_id)
        .where(Worker.county_code == county_code)
    )
    ranks: dict[int, dict[int, int]] = {}
    for worker_id, order_id, rank in session.execute(statement):
        ranks.setdefault(worker_id, {})[order_id] = rank
    return ranks


def stated_ranks(session: Session, worker_ids: Collection[int]) -> Mapping[int, Mapping[int, int]]:
    """Of each person who said anything: order -> rank."""
    statement = select(JobPreference.worker_id, JobPreference.order_id, JobPreference.rank)
    ranks: dict[int, dict[int, int]] = {}
    for worker_id, order_id, rank in session.execute(
        statement.where(JobPreference.worker_id.in_(worker_ids))
    ):
        ranks.setdefault(worker_id, {})[order_id] = rank
    return ranks


def state_preferences(
    session: Session,
    worker: Worker,
    order_ids: Sequence[int],
    *,
    actor: Actor,
    channel: Channel,
    now: datetime,
) -> list[JobPreference]:
    """Put these jobs, most wanted first, in the place of what the person said before.

    Raises TransitionRefused for more than three, and for a job named twice.
    """
    if len(order_ids) > MOST:
        raise TransitionRefused(Sentence("最多排 %(n)s 样活，先拿掉一样。", {"n": MOST}))
    if len(set(order_ids)) < len(order_ids):
        raise TransitionRefused(Sentence("同一样活排了两次，先拿掉一个。"))
    session.scalar(select(Worker.id).where(Worker.id == worker.id).with_for_update())
    session.execute(delete(JobPreference).where(JobPreference.worker_id == worker.id))
    rows = [
        JobPreference(
            worker_id=worker.id,
            order_id=order_id,
            rank=rank,
            channel=channel,
            stated_at=now,
            recorded_by_id=actor.user_id,
        )
        for rank, order_id in enumerate(order_ids, 1)
    ]
    session.add_all(rows)
    session.flush()
    record(
        session,
        actor,
        EventTag.PREFERENCE_STATE,
        worker,
        channel=channel.value,
        counts={"job_order": len(rows)},
    )
    return rows
