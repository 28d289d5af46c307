"""The pairs that report: a Guangdong city (or the province) and a prefecture, by the pairings of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from models.access import Actor, Right, Role
from models.clock import utc_now
from models.reference.area import Area, AreaLevel, area_names
from models.reference.dated_fact import Pairing


@dataclass(frozen=True)
class Pair:
    """Who helps whom."""

    helper_code: str
    recipient_code: str

    @property
    def key(self) -> str:
        """As it stands in an address: 440600-513400."""
        return f"{self.helper_code}-{self.recipient_code}"

    @property
    def viewer(self) -> Actor:
        """Who sees exactly the rows that the pair's figures count: those of the recipient's counties."""
        right = Right(Role.PREFECTURE, self.recipient_code, "prefecture", opened_until=utc_now())
        return Actor(None, "report", (right,))


def pairs_on(session: Session, day: date) -> list[Pair]:
    """The pairs of ``day``, in the order of their codes; provinces as a whole report nothing."""
    return pairs_between(session, day, day)


def pairs_between(session: Session, first: date, last: date) -> list[Pair]:
    """The pairs of any day of a period, in the order of their codes."""
    rows = session.execute(
        select(Pairing.helper_code, Pairing.recipient_code)
        .where(_whole_prefecture(), Pairing.valid_from <= last)
        .where(or_(Pairing.valid_to.is_(None), Pairing.valid_to >= first))
        .order_by(Pairing.recipient_code, Pairing.helper_code)
    )
    return list(dict.fromkeys(Pair(helper, recipient) for helper, recipient in rows))


def first_day(session: Session) -> date | None:
    """When the first pairing of a whole prefecture began: nothing before it can be reported."""
    return session.scalar(select(func.min(Pairing.valid_from)).where(_whole_prefecture()))


def ended_pairs(session: Session, actor: Actor, today: date) -> list[tuple[Pair, date]]:
    """The pairs that ``actor`` looks at and that have ended, each with its last day, the latest first."""
    last = func.max(func.coalesce(Pairing.valid_to, date.max))
    rows = session.execute(
        select(Pairing.helper_code, Pairing.recipient_code, last)
        .where(_whole_prefecture(), Pairing.valid_from < today)
        .group_by(Pairing.helper_code, Pairing.recipient_code)
        .having(last < today)
    )
    ended = {Pair(helper, recipient): day for helper, recipient, day in rows}
    seen = seen_among(actor, list(ended))
    return sorted(((pair, ended[pair]) for pair in seen), key=lambda one: (one[1], one[0].key), reverse=True)


def followed_pairs(session: Session, day: date) -> list[Pair]:
    """The pairs of ``day``, and those that ended before it and whose recipient nobody helps since: people
    stay where they found work (models.reference.dated_fact.partner_cities), and somebody has to look."""
    now = pairs_on(session, day)
    helped = {pair.recipient_code for pair in now}
    ended = select(func.max(Pairing.valid_to)).where(_whole_prefecture(), Pairing.valid_to < day)
    rows = session.execute(
        select(Pairing.helper_code, Pairing.recipient_code, Pairing.valid_to)
        .where(_whole_prefecture(), Pairing.valid_to == ended.scalar_subquery())
        .order_by(Pairing.recipient_code, Pairing.helper_code)
    )
    former = [Pair(helper, recipient) for helper, recipient, _day in rows if recipient not in helped]
    return list(dict.fromkeys((*now, *former)))


def pairing_day(session: Session, pair: Pair, on: date) -> date:
    """The day whose pairings say what is the paired province: ``on``, or the last of a pairing that ended."""
    last = session.scalar(
        select(func.max(func.coalesce(Pairing.valid_to, date.max))).where(
            Pairing.helper_code == pair.helper_code,
            Pairing.recipient_code == pair.recipient_code,
            Pairing.valid_from <= on,
        )
    )
    return min(on, last) if last else on


def _whole_prefecture() -> ColumnElement[bool]:
    return Pairing.recipient_code.like("%00") & Pairing.recipient_code.not_like("%0000")


def seen_pairs(session: Session, actor: Actor, day: date) -> list[Pair]:
    """Those of ``day`` that ``actor`` reports or looks at: a city or a prefecture its own, others all."""
    return seen_among(actor, pairs_on(session, day))


def seen_among(actor: Actor, pairs: Sequence[Pair]) -> list[Pair]:
    """Those of ``pairs`` that ``actor`` reports or looks at."""
    helpers = set(actor.areas(Role.CITY))
    recipients = set(actor.areas(Role.PREFECTURE, Role.AUDITOR))
    everything = actor.has_role(Role.PROVINCE)
    return [
        pair
        for pair in pairs
        if everything or pair.helper_code in helpers or pair.recipient_code in recipients
    ]


def county_codes(session: Session, pair: Pair) -> Sequence[str]:
    """The programme's counties of the pair's recipient."""
    rows = select(Area.code).where(
        Area.prefecture_code == pair.recipient_code,
        Area.level == AreaLevel.COUNTY,
        Area.programme_code == Area.code,
    )
    return session.scalars(rows.order_by(Area.code)).all()


def pair_names(session: Session, pairs: Sequence[Pair]) -> dict[Pair, str]:
    """佛山市—凉山彝族自治州."""
    codes = {code for pair in pairs for code in (pair.helper_code, pair.recipient_code)}
    # Places outside the platform's areas are called as the document calls them.
    told = select(Pairing.recipient_code, Pairing.recipient_name).where(Pairing.recipient_code.in_(codes))
    names = {**{row[0]: row[1] for row in session.execute(told)}, **area_names(session, codes)}
    return {
        pair: f"{names.get(pair.helper_code, pair.helper_code)}—"
        f"{names.get(pair.recipient_code, pair.recipient_code)}"
        for pair in pairs
    }
