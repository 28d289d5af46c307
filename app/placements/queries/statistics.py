"""From register to staying, in persons: a person with three offers counts once, 未知 as nothing else."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from models.access import Actor, Permission, Role
from models.i18n import Sentence
from models.numbers import figure as in_figures
from models.numbers import in_tens
from models.placement.leaving import LeaveReason
from models.placement.placement import Evidence
from models.published import published, published_parts
from models.summary.figure import Figure
from models.summary.reading import figures

# A word (such as a sentence takes for a value), a number of people, a remark: a row for kit.bars.
# None is not told.
Bar = tuple[Sentence | StrEnum | str, int | None, Sentence | str]
FUNNEL = (Figure.OFFERED, Figure.HIRED, Figure.ARRIVED, Figure.KEPT, Figure.UNKNOWN)
KEPT_LABELS = {3: Sentence("满三个月"), 6: Sentence("满六个月")}


@dataclass(frozen=True)
class Retention:
    """Persons who stayed, by months and evidence, and why people left. Rows for kit.bars."""

    evidence: list[Bar]
    reasons: list[Bar]


def funnel(session: Session, actor: Actor, today: date) -> list[Bar]:
    """(label, persons, remark) from register to six months, for the areas ``actor`` may read.

    The registered are counted only for those who read the register of the same areas: cities and enterprises
    begin at the offer, and so do auditors, whose register is one area's and whose placements are all of them.
    """
    told = figures(session, actor, counted_under(actor), today, FUNNEL)
    bars: list[Bar] = []
    if counts_registered(actor):
        bars.append((Sentence("登记"), _registered(session, actor, today), ""))
    bars += [
        (Sentence("已推荐"), told.of(Figure.OFFERED), ""),
        (Sentence("已录用"), told.of(Figure.HIRED), ""),
        (Sentence("已到岗"), told.of(Figure.ARRIVED), ""),
    ]
    for months, word in KEPT_LABELS.items():
        kept, unknown = told.of(Figure.KEPT, months), told.of(Figure.UNKNOWN, months)
        bars.append((word, kept, Sentence("另 %(n)s 人未知", {"n": unknown}) if unknown else ""))
    return bars


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


def published_funnel(session: Session, actor: Actor, today: date, hidden: frozenset[int]) -> list[Bar]:
    """The funnel to the next ten, so that one figure less another tells of nobody.

    ``hidden``: months whose figure would give away what :func:`published_retention` hides.
    """
    withheld = {KEPT_LABELS[months] for months in hidden if months in KEPT_LABELS}
    return [
        (word, None if word in withheld or persons is None else in_tens(persons), _remark_in_tens(remark))
        for word, persons, remark in funnel(session, actor, today)
    ]


def _remark_in_tens(remark: Sentence | str) -> Sentence | str:
    if not isinstance(remark, Sentence) or not remark:
        return remark
    about = in_tens(remark.params["n"])
    return Sentence("另约 %(n)s 人未知", {"n": in_figures(about)}) if about else ""


def reasons(session: Session, actor: Actor, today: date) -> list[Bar]:
    """Why people left, in persons, the most frequent reason first."""
    return [(reason, persons, "") for reason, persons in _reasons(session, actor, today)]


def _reasons(session: Session, actor: Actor, today: date) -> list[tuple[LeaveReason, int]]:
    told = _told(session, actor, today, Figure.LEFT_BECAUSE)
    by_number = sorted(told.items(), key=lambda one: (-one[1], one[0]))
    return [(LeaveReason(reason), persons) for reason, persons in by_number]
