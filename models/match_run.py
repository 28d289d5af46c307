"""A run of the engine: what it was asked, with which card, on which input, and what came out."""

import enum
import json
import zlib
from array import array
from itertools import accumulate, chain
from operator import sub
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Float, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from models.access import Role, by_area, by_organisation, everything
from models.background_job import Job
from models.base import Base, Recorded
from models.i18n import N_
from models.types import EnumText


class RunKind(enum.StrEnum):
    """Which question a run answers."""

    ORDER = "order"
    WORKER = "worker"
    COUNTY = "county"


RUN_KIND_LABELS = {
    RunKind.ORDER: N_("给岗位找人"),
    RunKind.WORKER: N_("给人找岗位"),
    RunKind.COUNTY: N_("全县统一安排"),
}


STEPS = b"\x01"


class IdList(TypeDecorator[list[int]]):
    """Many row numbers, rising, in little room: a run over a large county leaves hundreds of thousands out.

    Stored as the byte 1 and the compressed steps from one number to the next, four bytes each; rows of before
    are compressed JSON.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: list[int] | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        steps = array("I", map(sub, value, chain((0,), value)))
        return STEPS + zlib.compress(steps.tobytes(), level=1)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> list[int] | None:
        if value is None or not value.startswith(STEPS):
            return None if value is None else json.loads(zlib.decompress(value))
        steps = array("I")
        steps.frombytes(zlib.decompress(value[1:]))
        return list(accumulate(steps))


class MatchRun(Recorded, Base):
    """One run. The same settings, card and input digest give the same result, bit for bit.

    ``user_id`` is empty for a run by command line.
    """

    __tablename__ = "match_run"

    kind: Mapped[RunKind] = mapped_column(EnumText(RunKind))
    county_code: Mapped[str | None] = mapped_column(String(9), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("job_order.id"), index=True)
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    job: Mapped[Job | None] = relationship()
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    card_version: Mapped[str] = mapped_column(String(40), default="")
    card: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    input_digest: Mapped[str] = mapped_column(String(64), default="")
    worker_count: Mapped[int] = mapped_column(default=0)
    order_count: Mapped[int] = mapped_column(default=0)
    value: Mapped[int | None] = mapped_column(BigInteger)
    bound: Mapped[float | None] = mapped_column(Float)
    gap: Mapped[float | None] = mapped_column(Float)
    summary: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.ENTERPRISE: by_organisation("enterprise_id"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: everything,
    }


class MatchPair(Base):
    """One worker and one order of a run: a rank in a list, or a place in the assignment."""

    __tablename__ = "match_pair"
    __table_args__ = (Index("ix_match_pair_run_rank", "run_id", "rank"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id", ondelete="CASCADE"), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("job_order.id"), primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), primary_key=True, index=True)
    rank: Mapped[int]
    score: Mapped[int]
    factors: Mapped[dict[str, int]] = mapped_column(JSON)
    matched_skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    missing_skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    needs: Mapped[list[str]] = mapped_column(JSON, default=list)


class MatchLeftOut(Base):
    """Why somebody is not in the assignment, and the nearest change that would bring him in."""

    __tablename__ = "match_left_out"

    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id", ondelete="CASCADE"), primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(String(60))
    blocking: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    nearest_change: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class MatchGroup(Base):
    """People of a run who share a reason: the first rule that keeps them off the list, or what is to ask.

    ``reason`` is a rule's name (``ask:`` before it when only the answer is missing), ``ranked`` for those
    behind the last rank that is kept, or ``companions`` for those whose companion could not be found.
    ``worker_ids`` stays None where the asker may see the number only.
    """

    __tablename__ = "match_group"

    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(60), primary_key=True)
    people: Mapped[int]
    worker_ids: Mapped[list[int] | None] = mapped_column(IdList, deferred=True)


class MatchAdjustment(Recorded, Base):
    """A change by hand to a proposed assignment, with its price in points."""

    __tablename__ = "match_adjustment"

    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id", ondelete="CASCADE"), index=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    from_order_id: Mapped[int | None] = mapped_column(ForeignKey("job_order.id"))
    to_order_id: Mapped[int | None] = mapped_column(ForeignKey("job_order.id"))
    price: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
