"""Charts of a meeting, from the kept figures alone: each is a table first, drawn beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.reports.assessing import targets
from app.reports.pairs import Pair, county_codes, followed_pairs, pair_names, seen_among
from models.access import Actor
from models.i18n import N_
from models.published import published, sees_exact
from models.reference.area import area_names
from models.reports.kept_figure import KeptFigure

K = KeptFigure
AT_WORK, YEAR = "at_work_province", "year_province"
DESTINATIONS = (
    ("at_work_city", N_("结对城市")),
    ("year_province", N_("结对省")),
    ("year_home", N_("本省")),
    ("year_elsewhere", N_("其他地区")),
    ("year_unknown_place", N_("地点未知")),
)

FEW = 10
NEEDED = (AT_WORK, "new_province", "stayed3", "stayed6", *(key for key, _word in DESTINATIONS))


@dataclass(frozen=True)
class Place:
    """One county of the tile grid: how many are at work, of how many who went; None is hidden."""

    code: str
    name: str
    at_work: int | None
    went: int | None
    depth: int


@dataclass(frozen=True)
class Step:
    """How many reached a step, of how many, and of how many of these nothing is known."""

    word: str
    reached: int
    whole: int
    unknown: int = 0

    @property
    def names_nobody(self) -> bool:
        """Whether no group that it tells, and none that follows by taking away, is of fewer than ten."""
        known = self.whole - self.unknown
        groups = (self.reached, self.whole, self.unknown, known, known - self.reached)
        return all(n == 0 or n >= FEW for n in groups)

    @property
    def share(self) -> Fraction | None:
        """Of those of whom it is known; None of nobody."""
        known = self.whole - self.unknown
        return Fraction(self.reached, known) if known else None


@dataclass(frozen=True)
class Standing:
    """One pair now: at work, the plan, the same day last month, who went, who stayed three months."""

    pair: Pair
    name: str
    now: int
    plan: int | None
    earlier: int | None
    went: int
    stayed: tuple[int, int, int]
    new: int = 0
    stayed6: tuple[int, int, int] = (0, 0, 0)

    @property
    def left(self) -> int:
        """Who went this year and is not at work now."""
        return max(0, self.went - self.now)

    @property
    def known_share(self) -> Fraction | None:
        """Of those whose three months are over and of whom it is known, who stayed."""
        value, whole, unknown = self.stayed
        return Fraction(value, whole - unknown) if whole > unknown else None

    @property
    def three_months(self) -> "Step":
        """Who stayed three months, of whose three months are over."""
        return Step(N_("满三个月时还在"), *self.stayed)

    @property
    def steps(self) -> list["Step"]:
        """From going to staying; each has a denominator of its own: of whom three months are not over nobody
        says that he left."""
        return [
            Step(N_("其中今年新去的"), self.new, self.went),
            Step(N_("现在还在岗"), self.now, self.went),
            self.three_months,
            Step(N_("满六个月时还在"), *self.stayed6),
        ]

    @property
    def short_of_plan(self) -> int | None:
        """How many fewer (more, where negative) than planned; None without a plan."""
        return None if self.plan is None else self.plan - self.went


@dataclass(frozen=True)
class Meeting:
    """All charts of some pairs as of the latest night."""

    on: date | None
    pairs: list[Standing] = field(default_factory=list)
    months: list[date] = field(default_factory=list)
    trend: dict[str, list[int | None]] = field(default_factory=dict)
    places: list[tuple[str, list[Place]]] = field(default_factory=list)
    flows: list[tuple[str, list[int]]] = field(default_factory=list)

    @property
    def now(self) -> int:
        """Persons of two pairs that share a prefecture are counted once."""
        return sum({one.pair.recipient_code: one.now for one in self.pairs}.values())

    @property
    def planned(self) -> int:
        """What all pairs with a plan agreed to reach."""
        return sum(one.plan or 0 for one in self.pairs)

    @property
    def behind(self) -> list["Standing"]:
        """The pairs that are furthest from their plan, at most two."""
        late = [one for one in self.pairs if one.short_of_plan and one.short_of_plan > 0]
        return sorted(late, key=lambda one: -(one.short_of_plan or 0))[:2]

    @property
    def whole_only(self) -> list[str]:
        """The pairs none of whose counties is on the list of counties: they are told as a whole."""
        return [name for name, group in self.places if not group]

    @property
    def nobody(self) -> list[str]:
        """The counties of which nobody is at work."""
        return [place.name for _name, group in self.places for place in group if place.at_work == 0]


def _among(pairs: Sequence[Pair]) -> ColumnElement[bool]:
    return or_(
        *((K.helper_code == one.helper_code) & (K.recipient_code == one.recipient_code) for one in pairs)
    )


def latest_month(session: Session, pairs: Sequence[Pair]) -> date | None:
    """The month of the newest kept figures."""
    return session.scalar(select(func.max(K.month)).where(_among(pairs))) if pairs else None


def followed(session: Session, actor: Actor, day: date, with_trend: bool = True) -> Meeting:
    """The charts of the pairs that ``actor`` follows on ``day``, as the actor may read them."""
    pairs = seen_among(actor, followed_pairs(session, day))
    return meeting(session, pairs, sees_exact(actor), with_trend)


def meeting(session: Session, pairs: Sequence[Pair], exact: bool, with_trend: bool = True) -> Meeting:
    """Everything that the charts of ``pairs`` show; ``exact``: small groups are told."""
    month = latest_month(session, pairs)
    if month is None:
        return Meeting(None)
    rows = session.scalars(select(K).where(_among(pairs), K.month == month, K.key.in_(NEEDED))).all()
    told = {(row.helper_code, row.recipient_code) for row in rows}
    pairs = [pair for pair in pairs if (pair.helper_code, pair.recipient_code) in told]
    names = pair_names(session, pairs)
    now = {(Pair(r.helper_code, r.recipient_code), r.key, r.county_code): r for r in rows if not r.is_earlier}
    before = {
        (Pair(r.helper_code, r.recipient_code), r.key): r.value
        for r in rows
        if r.is_earlier and not r.county_code
    }
    plan = targets(session, month.year)
    on = max(row.on for row in now.values()) if now else month

    def value(pair: Pair, key: str, county: str = "") -> int:
        row = now.get((pair, key, county))
        return row.value if row else 0

    def stay(pair: Pair, key: str) -> tuple[int, int, int]:
        row = now.get((pair, key, ""))
        return (row.value, row.whole, row.unknown) if row else (0, 0, 0)

    standings = [
        Standing(
            pair,
            names[pair],
            value(pair, AT_WORK),
            plan.get((pair, YEAR)),
            before.get((pair, AT_WORK)),
            value(pair, YEAR),
            stay(pair, "stayed3"),
            value(pair, "new_province"),
            stay(pair, "stayed6"),
        )
        for pair in pairs
    ]
    counted_once = _by_recipient(pairs)
    months, trend = _trend(session, counted_once, names) if with_trend else ([], {})
    places = [(names[pair], _places(session, pair, now, exact)) for pair in counted_once]
    flows = [(names[pair], [value(pair, key) for key, _word in DESTINATIONS]) for pair in counted_once]
    return Meeting(on, standings, months, trend, places, flows)


def _by_recipient(pairs: Sequence[Pair]) -> list[Pair]:
    """One pair a prefecture: two cities that help the same one share its people."""
    return list({pair.recipient_code: pair for pair in pairs}.values())


def _trend(
    session: Session, pairs: Sequence[Pair], names: dict[Pair, str]
) -> tuple[list[date], dict[str, list[int | None]]]:
    rows = session.execute(
        select(K.month, K.helper_code, K.recipient_code, K.value)
        .where(_among(pairs), K.key == AT_WORK, K.county_code == "", K.is_earlier.is_(False))
        .order_by(K.month)
    ).all()
    months = sorted({row.month for row in rows})[-12:]
    known = {(Pair(row.helper_code, row.recipient_code), row.month): row.value for row in rows}
    return months, {names[pair]: [known.get((pair, month)) for month in months] for pair in pairs}


def _places(
    session: Session, pair: Pair, now: dict[tuple[Pair, str, str], KeptFigure], exact: bool
) -> list[Place]:
    codes = county_codes(session, pair)
    named = area_names(session, codes)
    cells = {
        (code, key): row.value if (row := now.get((pair, key, code))) else 0
        for code in codes
        for key in (AT_WORK, YEAR)
    }
    shown: dict[tuple[str, str], int | None] = dict(cells)
    if not exact:  # of the year only the whole is told (app/reports/overlaps.py)
        at_work = published({(code, AT_WORK): cells[code, AT_WORK] for code in codes}).cells
        shown = {key: at_work.get(key) for key in cells}
    most = max((cells[code, AT_WORK] for code in codes), default=0) or 1
    return [
        Place(
            code,
            named.get(code, code),
            shown[code, AT_WORK],
            shown[code, YEAR],
            -(-4 * (shown[code, AT_WORK] or 0) // most),
        )
        for code in codes
    ]
