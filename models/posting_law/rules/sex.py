"""Choosing by sex, said outright or in the job's name."""

from collections.abc import Iterator

from models.i18n import N_
from models.posting_law.case import Case, figure, textual
from models.posting_law.grammar import any_of, find, holds, negated, sentence
from models.posting_law.reading import Reading
from models.posting_law.rules.people import choosing
from models.posting_law.types import Finding, Level

BLOCK, DOUBT = Level.BLOCK, Level.DOUBT
_SEX = "male|female"
_TITLES = "male_title|female_title"
_SAID = (
    *choosing(_SEX),
    f"limit|deny|need link* {_TITLES}+",
    f"^^ {_TITLES}+ link* deny|away",
    f"{_TITLES}+ link* prefer",
    f"need link* number? link* {_SEX}+",
    f"need ~4 of {_SEX}+",
    f"recruit link* number? link* {_SEX}+",
    f"recruit ~7 of {_SEX}+",
    f"^^ {_SEX} need",
    f"recruit|limit|need link* marital {_SEX}+",
    f"^^ ~24 of {_SEX}+ $$",
    f"need|recruit ~16 of {_SEX}+ $$",
    f"sex_field link* need? {_SEX}+",
    f"^ {_SEX} &job",
    f"^ {_SEX} ~2 job link* number count",
    f"{_SEX} &job link* number count",
    f"{_SEX} &post",
    "sex_post",
    f"take ~1 number? link* {_SEX}+ $",
    f"take ~7 of {_SEX}+",
    f"recruit ~4 {_SEX}+ $$",
    "limit link* sex_word",
    "sex_word link* prefer",
    "sex_word limit",
)
_BARE = (f"^ {_SEX} $", f"^ adjective &{_SEX} $", f"{_SEX} number range|age", f"{_SEX} &and? age_field")
_QUOTA = (f"{_SEX} &job? link* number count", "both &each number count", f"number count {_SEX} $")
_REASON = N_("“%(passage)s”限定性别或性别优先。除法律禁止女职工从事的劳动外不得限定性别，请删去。")


def sex(case: Case) -> Iterator[Finding]:
    """Limiting to or preferring one sex: 就业促进法 art. 27; 人社部发〔2019〕17号.

    Limiting to men is only a doubt where the work is forbidden to women (国务院令第619号, annex).
    """
    lawful = case.mentions("hardest")
    for reading, first, last in [*_said(case), *_bare(case), *_quota(case)]:
        to_men = not any_of(reading, first, last, "female|female_title")
        if lawful and to_men:
            asks = N_("“%(passage)s”限男性：请确认该工种属于女职工禁忌从事的劳动范围。")
            yield textual(DOUBT, "sex", reading, (first, last), asks)
        else:
            yield textual(BLOCK, "sex", reading, (first, last), _REASON)
    yield from _suits(case)
    yield from _form_limit(case, lawful)


def _said(case: Case) -> Iterator[tuple[Reading, int, int]]:
    for reading, first, last in case.matches(*_SAID):
        of_others = holds(reading, last, "other_firm")
        if not (of_others or negated(reading, first) or _describes(reading, first, last)):
            yield reading, first, last


def _describes(reading: Reading, first: int, last: int) -> bool:
    start, _ = sentence(reading, first, last)
    if any_of(reading, start, first, "descriptive") or any_of(reading, first, last, "welcome|warmly"):
        return True
    choosing_verb = any_of(reading, first, last, "recruit|limit|need|deny|away|prefer")
    return not choosing_verb and any_of(reading, first, last, "audience")


def _bare(case: Case) -> Iterator[tuple[Reading, int, int]]:
    """ "男,18-45岁". Where each sex has a line of its own neither is shut out by it alone."""
    lines = [
        (reading, first, last)
        for reading, first, last in case.matches(*_BARE)
        if not (negated(reading, first) or _describes(reading, first, last))
    ]
    of_men = [line for line in lines if any_of(*line, "male")]
    of_women = [line for line in lines if any_of(*line, "female")]
    if not (of_men and of_women):
        yield from lines


def _quota(case: Case) -> Iterator[tuple[Reading, int, int]]:
    for reading, first, last in case.matches(*_QUOTA):
        if not (negated(reading, first) or _describes(reading, first, last)):
            yield reading, first, last


def _suits(case: Case) -> Iterator[Finding]:
    for reading in case.readings:
        for first, last in find(
            reading, f"suits link* {_SEX}+", "recruit|suits link* number? link* female_title"
        ):
            if not negated(reading, first):
                asks = N_("“%(passage)s”暗示性别要求，请说明或删去。")
                yield textual(DOUBT, "sex", reading, (first, last), asks)


def _form_limit(case: Case, lawful: bool) -> Iterator[Finding]:
    wanted = case.posting.sex_limit
    if wanted and "不限" not in wanted:
        level = DOUBT if lawful and "男" in wanted else BLOCK
        yield figure(level, "sex", "sex_limit", N_("性别"), wanted, _REASON)
