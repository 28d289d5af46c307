"""A run of the engine: what it was asked, with which scorecard, on which input, and what came out.

What the JSON columns hold is described by the typed dictionaries here, and nowhere else.
"""

import enum
import json
import zlib
from array import array
from datetime import date
from itertools import accumulate, chain
from operator import sub
from typing import NotRequired, TypedDict, cast

from sqlalchemy import JSON, BigInteger, Dialect, Float, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from models.access import Role, by_area, by_organisation, everything
from models.background_job import Job
from models.base import Base, Recorded
from models.i18n import N_
from models.numbers import FEW
from models.scorecard import StoredScorecard
from models.types import EnumText
from models.user import User


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


# Of so many candidates one stands in the week's sample that drafts are asked of.
SAMPLED_OF = 2
# Reasons of a MatchGroup that are no rule: behind the last rank that is kept; companions not to be found.
RANKED, COMPANIONS = "ranked", "companions"


class LeftOutReason(enum.StrEnum):
    """Why a worker has no place in a county's plan."""

    NO_FIT = "no_fit"
    NO_PLACE = "no_place"
    GROUP = "group"


LEFT_OUT_LABELS = {
    LeftOutReason.NO_FIT: N_("目前没有一个岗位合适"),
    LeftOutReason.NO_PLACE: N_("有合适的岗位，但名额给了更合适的人"),
    LeftOutReason.GROUP: N_("要结伴同去，没有一个岗位能一起安排"),
}


# --- what the JSON columns hold -------------------------------------------------------------------------


class PolicyKnobs(TypedDict, total=False):
    """The knobs of matching.Policy that were turned; ``reserved`` maps an order's id to places."""

    placements_first: bool
    pairing_bonus: int
    county_floors: dict[str, int]
    reserved: dict[str, int]


class Pin(TypedDict):
    """Where a change by hand, kept by a later plan, puts a worker: an order, or nowhere (None)."""

    worker_id: int
    order_id: int | None


class RunSettings(TypedDict):
    """``top``: how many ranks are kept; ``as_of``: the day, as ISO text; ``pins``: the changes by hand of an
    earlier plan that this one keeps; ``preference_floor``: what percentage of those who named jobs should get
    one of them."""

    top: int
    as_of: str
    policy: PolicyKnobs
    pins: NotRequired[list[Pin]]
    preference_floor: NotRequired[int]


class ConstraintCost(TypedDict):
    """How many more workers fit an order when ``rule`` ``alone`` is dropped, and how many it ``touched``."""

    rule: str
    alone: int
    touched: int


class AskedTerms(TypedDict):
    """What an order asked and offered under the rules at the moment of its run; dates as ISO text."""

    city_code: str
    forbidden_work: str
    min_age: int | None
    max_age: int | None
    min_education: int | None
    min_mandarin: int | None
    min_health: int | None
    wage_low_yuan: int | None
    wage_high_yuan: int | None
    night_shift: bool | None
    dormitory: bool | None
    couple_room: bool | None
    certificates: list[str]
    start_on: str | None


class OrderSummary(TypedDict):
    """Of a run that looks for workers. An enterprise's numbers are bands; ``sampled``: of the week's sample,
    because the order was not approved. ``asked`` is missing in runs of before."""

    fitting: int
    costs: list[ConstraintCost]
    asked: NotRequired[AskedTerms]
    sampled: NotRequired[bool]


class WorkerSummary(TypedDict):
    """Of a run that looks for orders: ``blocked`` counts orders by the first rule (``ask:`` before it where
    only the answer is missing); ``no_candidate``: the worker takes no part in matching now."""

    fitting: int
    blocked: dict[str, int]
    no_candidate: NotRequired[bool]


class PolicyPrice(TypedDict):
    """What a policy cost against the largest total: ``points`` lost, ``people`` more (or fewer) placed."""

    points: int
    people: int


class PinPrice(TypedDict):
    """What keeping changes by hand cost: ``points`` lost, ``people`` fewer placed than in a plan without.

    ``lost`` are the workers whose change could not be kept.
    """

    points: int
    people: int
    lost: list[int]


class Congestion(TypedDict):
    """Shares: of workers with a feasible order, of first choices on the tenth of orders most wanted."""

    reachable: float
    first_choices: float


class CountySummary(TypedDict):
    """Of a county's plan. ``reasons`` counts those left out by :class:`LeftOutReason`, ``only`` those whom
    one rule alone keeps from every order, ``to_ask`` those placed of whom something is unknown.
    ``preference_price``: points given up for what people
    said they want."""

    placed: int
    orders_used: int
    points: int
    reasons: dict[str, int]
    only: dict[str, int]
    to_ask: int
    price: PolicyPrice
    congestion: NotRequired[Congestion]
    pins: NotRequired[PinPrice]
    preference_price: NotRequired[int]


class NoSummary(TypedDict):
    """Of a run without results."""


Summary = OrderSummary | WorkerSummary | CountySummary | NoSummary


class NearestChange(TypedDict, total=False):
    """What would bring a worker into the plan: ``rules`` to be met, for one, which then opens ``orders``
    (``order_id`` is one of them); or the worker ``instead_of`` whom (None: a free place) at which ``price``
    in points."""

    rules: list[str]
    orders: int
    order_id: int
    price: int
    instead_of: int | None


class PairRow(TypedDict):
    """A row of :class:`MatchPair` without its run."""

    order_id: int
    worker_id: int
    rank: int
    score: int
    factors: dict[str, int]
    matched_skills: list[str]
    missing_skills: list[str]
    needs: list[str]


class LeftOutRow(TypedDict):
    """A row of :class:`MatchLeftOut` without its run."""

    worker_id: int
    reason: str
    blocking: dict[str, int]
    nearest_change: NearestChange


class GroupRow(TypedDict):
    """A row of :class:`MatchGroup` without its run."""

    reason: str
    people: int
    worker_ids: list[int] | None


# --- tables ---------------------------------------------------------------------------------------------


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
    """One run. The same settings, scorecard and input digest give the same result, bit for bit.

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
    settings: Mapped[RunSettings] = mapped_column(JSON, default=dict)
    scorecard_version: Mapped[str] = mapped_column("card_version", String(40), default="")
    scorecard: Mapped[StoredScorecard] = mapped_column("card", JSON, default=dict)
    input_digest: Mapped[str] = mapped_column(String(64), default="")
    worker_count: Mapped[int] = mapped_column(default=0)
    order_count: Mapped[int] = mapped_column(default=0)
    value: Mapped[int | None] = mapped_column(BigInteger)
    bound: Mapped[float | None] = mapped_column(Float)
    gap: Mapped[float | None] = mapped_column(Float)
    summary: Mapped[Summary] = mapped_column(JSON, default=dict)

    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.ENTERPRISE: by_organisation("enterprise_id"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: everything,
    }

    @property
    def as_of(self) -> date:
        """The day the run counts on: birthdays, and which orders take people."""
        return date.fromisoformat(self.settings["as_of"])

    @property
    def is_done(self) -> bool:
        """Whether the run has results."""
        return bool(self.input_digest)

    @property
    def fewest_told(self) -> int:
        """Fewer people than this are told as fewer, where the run speaks in bands."""
        return FEW * SAMPLED_OF if self.summary.get("sampled") else FEW

    @property
    def order_summary(self) -> OrderSummary:
        """The summary of a run of kind ORDER that is done."""
        return cast(OrderSummary, self.summary)

    @property
    def county_summary(self) -> CountySummary:
        """The summary of a run of kind COUNTY that is done."""
        return cast(CountySummary, self.summary)


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
    """Why a worker is not in the assignment (``reason`` is a LeftOutReason), how many orders each rule
    blocks, and the nearest change that would help."""

    __tablename__ = "match_left_out"

    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id", ondelete="CASCADE"), primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(String(60))
    blocking: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    nearest_change: Mapped[NearestChange] = mapped_column(JSON, default=dict)


class MatchGroup(Base):
    """People of a run who share a reason: the first rule that keeps them off the list, or what is to ask.

    ``reason`` is a rule's name (``ask:`` before it when only the answer is missing), RANKED or COMPANIONS.
    ``worker_ids`` stays None where the asker may see the number only.
    """

    __tablename__ = "match_group"

    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(60), primary_key=True)
    people: Mapped[int]
    worker_ids: Mapped[list[int] | None] = mapped_column(IdList, deferred=True)


class MatchAdjustment(Recorded, Base):
    """A change by hand to a proposed assignment, with its price in points.

    ``kept_from_id`` is the same change in an earlier plan: this one was asked to keep it. ``user_id`` and
    ``reason`` stay those of who made it.
    """

    __tablename__ = "match_adjustment"

    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id", ondelete="CASCADE"), index=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    from_order_id: Mapped[int | None] = mapped_column(ForeignKey("job_order.id"))
    to_order_id: Mapped[int | None] = mapped_column(ForeignKey("job_order.id"))
    price: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped[User] = relationship()
    kept_from_id: Mapped[int | None] = mapped_column(ForeignKey("match_adjustment.id"))
