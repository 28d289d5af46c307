"""Ages: too young, young for the work, or preferred without need."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from models.i18n import N_
from models.posting_law import laws
from models.posting_law.case import Case, figure, textual
from models.posting_law.grammar import any_of, clause, holds, negated
from models.posting_law.reading import Reading
from models.posting_law.rules.people import choosing
from models.posting_law.types import Finding, Level

BLOCK, DOUBT = Level.BLOCK, Level.DOUBT
WORKING_AGE, ADULT, RETIREMENT = 16, 18, 60
HEAVIEST, HEAVY, OFTEN, FAST = 25, 20, 6, 50
_SPAN = "number age? range number age"
_AGES = (
    _SPAN,
    "age_field ~3 number age? range number",
    "male|female|both link* number range number",
    "at_most|under number age",
    "at_least number age",
    "number age below|above",
    "number below age_field",
    "age_field ~2 at_most|under|at_least? number age?",
    "age_field ~2 number age? below|above",
    "male|female number below|above",
    "under number of ~2 ok|take_too",
    "age number link* ~1 take_too",
    "age_field|young ~6 number and? number? take_too",
    "number age",
)
_TOO_YOUNG = N_("“%(passage)s”招用未满十六周岁的人，属使用童工，必须删去。")


@dataclass(frozen=True, slots=True)
class Demand:
    """What a passage asks of the age: from ``low`` to ``high`` full years."""

    reading: Reading
    first: int
    last: int
    low: float
    high: float


def demands(case: Case) -> list[Demand]:
    """Every demanded age in the texts, the longest reading of each passage."""
    ages: list[Demand] = []
    taken: set[tuple[str, int]] = set()
    for pattern in _AGES:
        for reading, first, last in case.matches(pattern):
            places = {(reading.field, place) for place in range(first, last)}
            if places & taken or _of_others(reading, first, last):
                continue
            if demand := _demand(reading, first, last):
                taken |= places
                ages.append(demand)
    return ages


def _of_others(reading: Reading, first: int, last: int) -> bool:
    """Ages of children taught, of guests or of the old who are cared for."""
    start, end = clause(reading, first, last)
    others = any_of(reading, start, end, "child") and not any_of(reading, last, last + 6, "take_too")
    return others or negated(reading, first, "forbid", 4)


def _demand(reading: Reading, first: int, last: int) -> Demand | None:
    years = [value for value in reading.values[first:last] if value is not None]
    if not years or not all(10 <= year <= 80 for year in years):
        return None
    if len(years) > 1:
        return Demand(reading, first, last, min(years), max(years))
    refused = _refused(reading, first, last)
    under = any_of(reading, first, last, "below|at_most|under")
    over = any_of(reading, first, last, "above|at_least|over")
    if not (under or over):
        return Demand(reading, first, last, years[0], inf) if years[0] < ADULT and not refused else None
    if under != refused:
        return Demand(reading, first, last, WORKING_AGE if years[0] >= WORKING_AGE + 1 else 0, years[0])
    return Demand(reading, first, last, years[0], inf)


def _refused(reading: Reading, first: int, last: int) -> bool:
    """ "不招…" right before, or "…的勿扰" right behind the passage."""
    before = any_of(reading, max(clause(reading, first, last)[0], first - 3), first, "deny")
    return before or refused_behind(reading, last)


def refused_behind(reading: Reading, last: int) -> bool:
    """Whether a refusal follows token ``last``, at most linking words between."""
    place = last
    while place < last + 4 and holds(reading, place, "link|soft|person"):
        place += 1
    return holds(reading, place, "deny|away")


def minor(case: Case) -> Iterator[Finding]:
    """Under sixteen is child labour: 劳动法 art. 15, 国务院令第364号. Of those of 16 and 17 at night
    no law speaks: advice.
    """
    for demand in demands(case):
        if demand.low < WORKING_AGE:
            span = (demand.first, demand.last)
            yield textual(BLOCK, "minor", demand.reading, span, _TOO_YOUNG)
        elif demand.low < ADULT and demand.high >= ADULT and _states(demand) and case.mentions("night"):
            asks = N_("“%(passage)s”会招到未成年工，又要上夜班：请确认不安排未成年工上夜班。")
            span = (demand.first, demand.last)
            yield textual(DOUBT, "minor", demand.reading, span, asks, laws.MINORS_AT_NIGHT)
    yield from _children(case)
    yield from _minor_figures(case)


def _states(demand: Demand) -> bool:
    """Whether the passage itself names the lower age (an upper bound alone does not)."""
    return demand.low in demand.reading.values[demand.first : demand.last]


def _children(case: Case) -> Iterator[Finding]:
    for reading, first, last in case.matches("child_worker", "borrowed_id"):
        harmless = negated(reading, first, "cancel|deny|warning|forbid", 8)
        harmless = harmless or refused_behind(reading, last) or any_of(reading, first, last + 4, "warning")
        if not harmless:
            yield textual(BLOCK, "minor", reading, (first, last), _TOO_YOUNG)
    asks = N_("“%(passage)s”可能招到未满十六周岁的人：请写明年满十六周岁。")
    patterns = ("underage", "recruit ~3 pupil", "pupil ~4 ok", "holiday_job ~4 pupil", "pupil ~4 holiday_job")
    for reading, first, last in case.matches(*patterns):
        refused = negated(reading, first, "deny|forbid|cancel") or refused_behind(reading, last)
        if not refused and not any_of(reading, last, last + 3, "away|deny|thing|child|warning|forbid|cancel"):
            yield textual(DOUBT, "minor", reading, (first, last), asks)


def _minor_figures(case: Case) -> Iterator[Finding]:
    low = case.posting.min_age
    if low is not None and low < WORKING_AGE:
        yield figure(BLOCK, "minor", "min_age", N_("最低年龄"), low, _TOO_YOUNG)
    elif low is not None and low < ADULT and (case.posting.night_shift or case.mentions("night")):
        asks = N_("%(passage)s，又要上夜班：请确认不安排未成年工上夜班。")
        yield figure(DOUBT, "minor", "min_age", N_("最低年龄"), low, asks, laws.MINORS_AT_NIGHT)


def admits_minors(case: Case) -> bool:
    """Whether people of sixteen or seventeen are openly admitted."""
    low = case.posting.min_age
    stated = any(demand.low < ADULT and _states(demand) for demand in demands(case))
    return stated or (low is not None and low < ADULT) or _welcomes_minors(case)


def _welcomes_minors(case: Case) -> bool:
    """ "满16就行", "未成年也能做": admitted without a word for years."""
    for reading, first, last in case.matches("reached number ok|enough"):
        if WORKING_AGE <= max(value for value in reading.values[first:last] if value is not None) < ADULT:
            return True
    return any(
        not negated(reading, first, "deny|forbid|cancel")
        and not any_of(reading, last, last + 6, "warning|forbid|thing")
        for reading, first, last in case.matches("underage take_too", "underage ok")
    )


def admits_women(case: Case) -> bool:
    """Whether women are openly admitted."""
    if case.mentions("limit link* male", "male link* $") and not case.mentions("both"):
        return False
    return case.mentions("both", "female") or any(
        True for _ in case.matches("sex_word link* unlimited", "unlimited link* sex_word")
    )


def forbidden(case: Case) -> Iterator[Finding]:
    """Work the law keeps women or minors out of, while they are admitted: 国务院令第619号 annex;
    劳动法 art. 59, 64; 劳部发〔1994〕498号 art. 3; 未成年人保护法 art. 61 (venues).
    """
    women = N_("“%(passage)s”属女职工禁忌从事的劳动，又写明招女工，请改正。")
    minors = N_("“%(passage)s”禁止安排未成年工从事，又写明招十六、十七岁，请改正。")
    if admits_women(case):
        for reading, first, last in case.matches("hardest"):
            if not negated(reading, first, "forbid|nothing|cancel"):
                yield textual(BLOCK, "forbidden", reading, (first, last), women, laws.HARD_WORK_WOMEN)
        yield from _heavy(case)
    if admits_minors(case):
        for reading, first, last in case.matches("hardest|hazard", "venue"):
            ground = laws.VENUES if any_of(reading, first, last, "venue") else laws.HARD_WORK_MINORS
            if not negated(reading, first, "forbid|nothing|cancel", 3):
                yield textual(BLOCK, "forbidden", reading, (first, last), minors, ground)
        yield from _hard_for_minors(case, minors)


def _heavy(case: Case) -> Iterator[Finding]:
    asks = N_("“%(passage)s”：女职工间断负重每次不得超过25公斤，请说明女工是否参加。")
    for reading, span, kilos in _loads(case):
        if kilos > HEAVIEST:
            yield textual(DOUBT, "forbidden", reading, span, asks, laws.HARD_WORK_WOMEN)


def _loads(case: Case) -> Iterator[tuple[Reading, tuple[int, int], float]]:
    """Every weight that is to be lifted or carried, in kilograms (斤 are halves)."""
    for reading, first, last in case.matches("lift ~4 number kilo", "number kilo ~3 lift"):
        weight = max(value for value in reading.values[first:last] if value is not None)
        pounds = "斤" in reading.words(first, last) and "公斤" not in reading.words(first, last)
        if not negated(reading, first, "forbid|nothing"):
            yield reading, (first, last), weight / 2 if pounds else weight


def _hard_for_minors(case: Case, reason: str) -> Iterator[Finding]:
    """劳部发〔1994〕498号 art. 3 (14) loads over 25 kg, or over 20 kg six times an hour; (16) a forced
    posture on a line of more than fifty motions a minute.
    """
    often = _times_an_hour(case) >= OFTEN
    for reading, span, kilos in _loads(case):
        if kilos > HEAVIEST or (kilos > HEAVY and often):
            yield textual(BLOCK, "forbidden", reading, span, reason, laws.HARD_WORK_MINORS)
    bent = case.mentions("posture")
    for reading, first, last in case.matches("each_minute ~3 number motion", "number motion ~1 each_minute"):
        motions = max(value for value in reading.values[first:last] if value is not None)
        if motions > FAST:
            level = BLOCK if bent else DOUBT
            yield textual(level, "forbidden", reading, (first, last), reason, laws.HARD_WORK_MINORS)


def _times_an_hour(case: Case) -> float:
    told = case.matches("each_hour ~2 number motion")
    return max((v for r, first, last in told for v in r.values[first:last] if v is not None), default=0.0)


def age(case: Case) -> Iterator[Finding]:
    """Preferring an age. The law does not name age, so it is never more than a doubt:
    就业促进法 art. 3, 26.
    """
    reason = N_("“%(passage)s”限制了年龄。法律未列为禁止，但会挡住合适的人：确有必要请说明，否则放宽。")
    for demand in demands(case):
        if (demand.low > ADULT or demand.high < RETIREMENT) and demand.high > ADULT:
            yield textual(DOUBT, "age", demand.reading, (demand.first, demand.last), reason)
    kinds = "young|cohort"
    shapes = (*choosing(kinds), f"need link* {kinds}+", f"recruit number? link* {kinds}+", f"^ {kinds} $")
    for reading, first, last in case.matches(*shapes):
        if not negated(reading, first):
            yield textual(DOUBT, "age", reading, (first, last), reason)
    low, high = case.posting.min_age, case.posting.max_age
    if high is not None and high < RETIREMENT:
        yield figure(DOUBT, "age", "max_age", N_("最高年龄"), high, reason)
    if low is not None and low > ADULT:
        yield figure(DOUBT, "age", "min_age", N_("最低年龄"), low, reason)
