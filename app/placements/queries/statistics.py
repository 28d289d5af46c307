"""From register to staying, in persons: a person with three offers counts once, 未知 as nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from sqlalchemy.orm import Session

from models.access import Actor, Permission, Role
from models.i18n import NOTHING, Sentence
from models.numbers import in_tens
from models.placement.leaving import LeaveReason
from models.placement.placement import Evidence
from models.published import published, published_parts
from models.summary.figure import Figure
from models.summary.reading import figures

# A word (such as a sentence takes for a value), a number of people, a remark: a row for kit.bars.
# None is not told.
Bar = tuple[Sentence | StrEnum | str, int | None, Sentence | str]
FUNNEL = (Figure.OFFERED, Figure.HIRED, Figure.ARRIVED, Figure.DUE, Figure.KEPT, Figure.UNKNOWN)
KEPT_LABELS = {3: Sentence("满三个月"), 6: Sentence("满六个月")}


@dataclass(frozen=True)
class Rung:
    """A step of the funnel: who reached it, of ``whole`` who could have by now, and of these the unknown.

    ``of`` names the whole; ``asked``: what an address says to list the rows. None is not told.
    """

    word: Sentence
    persons: int | None
    whole: int | None = None
    unknown: int = 0
    of: Sentence = NOTHING
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> int | None:
        """Of whom it is known whether they reached it."""
        return None if self.whole is None else self.whole - self.unknown

    @property
    def share(self) -> Fraction | None:
        """How many of these did; None where nobody could have, or where rounding says more than all."""
        if self.persons is None or not self.known or not 0 <= self.persons <= self.known:
            return None
        return Fraction(self.persons, self.known)


@dataclass(frozen=True)
class Retention:
    """Persons who stayed, by months and evidence, and why people left. Rows for kit.bars."""

    evidence: list[Bar]
    reasons: list[Bar]


def funnel(session: Session, actor: Actor, today: date) -> list[Rung]:
    """From register to six months, for the areas ``actor`` may read; each step is a share of those before it,
    the last two of those whose three or six months are over.

    The registered are counted only for those who read the register of the same areas: cities and enterprises
    begin at the offer, and so do auditors, whose register is one area's and whose placements are all of them.
    """
    told = figures(session, actor, counted_under(actor), today, FUNNEL)
    offered, hired, arrived = (told.of(one) for one in (Figure.OFFERED, Figure.HIRED, Figure.ARRIVED))
    registered = _registered(session, actor, today) if counts_registered(actor) else None
    first = [] if registered is None else [Rung(Sentence("登记"), registered)]
    steps = [
        *first,
        Rung(Sentence("已推荐"), offered, registered, 0, Sentence("登记的"), {"reached": "offered"}),
        Rung(Sentence("已录用"), hired, offered, 0, Sentence("已推荐的"), {"reached": "hired"}),
        Rung(Sentence("已到岗"), arrived, hired, 0, Sentence("已录用的"), {"reached": "arrived"}),
    ]
    for months, word in KEPT_LABELS.items():
        kept, due, unknown = (told.of(one, months) for one in (Figure.KEPT, Figure.DUE, Figure.UNKNOWN))
        of = Sentence("到期、知道的") if unknown else Sentence("到期的")
        steps.append(Rung(word, kept, due, unknown, of, {"reached": f"kept{months}"}))
    return steps


def _registered(session: Session, actor: Actor, today: date) -> int:
    counts = actor.can(Permission.STATISTICS_READ)
    under = Permission.STATISTICS_READ if counts else Permission.WORKER_READ
    return figures(session, actor, under, today, (Figure.REGISTERED,)).of(Figure.REGISTERED)


def counts_registered(actor: Actor) -> bool:
    """Whether the funnel of ``actor`` begins with the register."""
    reads = actor.can(Permission.WORKER_READ) or actor.can(Permission.PERSON_OPEN)
    return reads and not actor.has_role(Role.AUDITOR)


def counted_under(actor: Actor) -> Permission:
    """What ``actor`` counts placements under: supervisors count though their lists of persons are closed."""
    counts = actor.can(Permission.STATISTICS_READ)
    return Permission.STATISTICS_READ if counts else Permission.PLACEMENT_READ


def retention(session: Session, actor: Actor, today: date) -> Retention:
    """Persons at work, by months and evidence, and why people left."""
    evidence = [_evidence_bar(*row) for row in _by_evidence(session, actor, today)]
    return Retention(evidence, reasons(session, actor, today))


def _evidence_bar(months: int, level: Evidence, persons: int | None) -> Bar:
    word = Sentence("%(months)s 个月 · %(evidence)s", {"months": months, "evidence": level})
    return word, persons, ""


def _by_evidence(session: Session, actor: Actor, today: date) -> list[tuple[int, Evidence, int]]:
    told = _told(session, actor, today, Figure.KEPT_BY_EVIDENCE)
    rows = [(*map(int, detail.split(":")), persons) for detail, persons in told.items()]
    return [
        (months, Evidence(level), persons)
        for months, level, persons in sorted(rows, key=lambda row: (row[0], -row[1]))
    ]


def _told(session: Session, actor: Actor, today: date, figure: Figure) -> dict[str, int]:
    return figures(session, actor, counted_under(actor), today, (figure,)).by_detail(figure)


@dataclass(frozen=True)
class PublishedRetention(Retention):
    """The same for those who may not see the persons; ``hidden`` are months whose sum may not be told."""

    hidden: frozenset[int]


def published_retention(session: Session, actor: Actor, today: date) -> PublishedRetention:
    """Persons at work by months and evidence, and why people left, so that no few are told or given away."""
    cells = {(months, level): persons for months, level, persons in _by_evidence(session, actor, today)}
    table = published(cells)
    evidence = [_evidence_bar(months, level, table.cells[months, level]) for months, level in cells]
    # How many left stands on the page of who stays: what is above ten would give away what is not.
    why = published_parts(dict(_reasons(session, actor, today)))
    told: list[Bar] = [(word, persons, "") for word, persons in why.items()]
    hidden = frozenset(months for months, persons in table.rows.items() if persons is None)
    return PublishedRetention(evidence, sorted(told, key=_few_last), hidden)


def _few_last(bar: Bar) -> tuple[int, str]:
    word, persons, _remark = bar
    return -(persons or 0), str(word)


def published_funnel(session: Session, actor: Actor, today: date, hidden: frozenset[int]) -> list[Rung]:
    """The funnel to the next ten, so that one figure less another tells of nobody.

    ``hidden``: months whose figure would give away what :func:`published_retention` hides.
    """
    withheld = {KEPT_LABELS[months] for months in hidden if months in KEPT_LABELS}
    return [
        replace(step, persons=None, whole=None, unknown=0)
        if step.word in withheld or step.persons is None
        else replace(
            step,
            persons=in_tens(step.persons),
            whole=None if step.whole is None else in_tens(step.whole),
            unknown=in_tens(step.unknown) or 0,
        )
        for step in funnel(session, actor, today)
    ]


def reasons(session: Session, actor: Actor, today: date) -> list[Bar]:
    """Why people left, in persons, the most frequent reason first."""
    return [(reason, persons, "") for reason, persons in _reasons(session, actor, today)]


def _reasons(session: Session, actor: Actor, today: date) -> list[tuple[LeaveReason, int]]:
    told = _told(session, actor, today, Figure.LEFT_BECAUSE)
    by_number = sorted(told.items(), key=lambda one: (-one[1], one[0]))
    return [(LeaveReason(reason), persons) for reason, persons in by_number]
