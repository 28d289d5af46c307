"""Whom a posting may not choose by: ethnicity, origin, religion, marriage, health."""

from collections.abc import Iterator
from dataclasses import replace

from models.i18n import N_, Sentence
from models.posting_law import laws
from models.posting_law.case import Case, textual
from models.posting_law.grammar import any_of, clause, holds, negated
from models.posting_law.reading import Reading
from models.posting_law.rules.id_number import id_numbers
from models.posting_law.types import Finding, Level

BLOCK, DOUBT = Level.BLOCK, Level.DOUBT


def choosing(trait: str) -> tuple[str, ...]:
    """The shapes in which a posting excludes, limits to or prefers people of a trait."""
    return (
        f"deny link* {trait}+",
        f"{trait}+ person* number? link* deny|away",
        f"{trait}+ ~4 of deny|away",
        f"limit link* {trait}+",
        f"limit ~7 of {trait}+",
        f"{trait}+ person* link* limit $",
        f"{trait}+ person* link* enough",
        f"{trait}+ person* link* fewer",
        f"^^ {trait}+ person* ~6 deny|away link* $$",
        f"^^ {trait}+ person* ~6 , link* deny $$",
        f"^^ {trait}+ person* link* away? , ~8 , link* deny $$",
        f"{trait}+ link* ~5 , link* away $",
        f"{trait}+ person* link* prefer",
        f"{trait}+ person* link* job prefer",
        f"prefer_before link* {trait}+",
        f"except link* {trait}+",
        f"{trait}+ person* outside ~2 deny|away",
        f"{trait}+ person* ~4 at_most ~1 link* number !age",
        f"{trait}+ ~8 , ~3 at_most number !age",
        f"below_list link* deny|away|limit link* {trait}+",
        f"deny|limit ~4 below_list link* {trait}+",
    )


def _choices(case: Case, rule: str, patterns: tuple[str, ...], reason: str) -> Iterator[Finding]:
    for reading, first, last in case.matches(*patterns):
        if not (negated(reading, first) or holds(reading, last, "other_firm")):
            yield textual(BLOCK, rule, reading, (first, last), reason)


def ethnicity(case: Case) -> Iterator[Finding]:
    """Choosing by ethnic group: 就业促进法 art. 3 and 28; 人力资源市场暂行条例 art. 24.

    Art. 28 asks for due care of minority workers, so "少数民族优先" is only a doubt.
    """
    reason = N_("“%(passage)s”按民族挑选或排斥求职者。招聘不得有民族歧视，请删去。")
    group = "han|minority|minority_general|other_than_han"
    patterns = (
        *choosing(group),
        f"deny|limit link* province* person* link* {group}+",
        f"need link* {group}+ !unlimited",
        f"recruit number? link* {group}+ !unlimited",
        f"recruit ~7 of {group}+ !unlimited",
        "^^ han $$ ",
        "^^ han &number",
        f"group_field link* {group}|group_short+ !unlimited",
        "group_field limit|need link* group_short",
        "deny ~4 group_short and group_short",
        "limit link* group_short $",
        "deny link* group_short $",
        f"need|limit nothing {group}",
        "need link* group_short $$",
        "group_field link* group_short link* enough",
        f"^^ nothing {group}+ $$",
        "^^ other_than_han $$",
        f"^^ {group} person* wage_name number",
    )
    by_name = N_("“%(passage)s”按姓名的字数挑人，常常挡住少数民族，请说明或删去。")
    for reading, first, last in case.matches(
        "name_word ~3 number? name_letters link* ~6 deny|away", "name_word ~3 name_letters ~6 , link* deny $"
    ):
        yield textual(DOUBT, "ethnicity", reading, (first, last), by_name)
    care = {(id(r), first) for r, first, _ in case.matches("minority_general link* prefer")}
    for reading, first, last in case.matches(*patterns):
        if negated(reading, first):
            continue
        if (id(reading), first) in care:
            asks = N_("“%(passage)s”：法律允许适当照顾少数民族，请确认没有因此排斥其他民族。")
            yield textual(DOUBT, "ethnicity", reading, (first, last), asks, laws.MINORITY_CARE)
        else:
            yield textual(BLOCK, "ethnicity", reading, (first, last), reason)


_PLACE = "province|local|home"
_BARE_PLACE = "province|local"


def _origin_patterns() -> tuple[str, ...]:
    ahead = [
        shape
        for operator in ("deny", "limit", "need", "except", "prefer_before")
        for shape in (
            f"{operator} link* province? home+",
            f"{operator} link* {_BARE_PLACE}+ person",
            f"{operator} ~7 of home+",
        )
    ]
    return (
        *ahead,
        f"deny|limit|except link* {_BARE_PLACE}+ link? $",
        f"except link* {_BARE_PLACE}+ person* outside link* deny|away|unlimited|recruit|person|welcome",
        f"except link* {_BARE_PLACE}+ person* outside link* $",
        f"deny|limit ~4 below_list link* {_PLACE}+",
        f"below_list link* deny|away|limit link* {_PLACE}+",
        f"{_PLACE}+ person* number? link* deny|away",
        f"{_PLACE}+ link? number? person+ ~3 deny|away",
        f"{_PLACE}+ ~4 id_card link* deny|away",
        f"{_PLACE}+ ~3 of link* away",
        "home+ ~4 of deny|away",
        "home+ ~5 at_most ~2 number",
        "home+ link* limit number",
        f"{_PLACE}+ person link* job prefer",
        "^^ province registered $$",
        "^^ native $$",
        f"{_PLACE}+ person* link* limit $",
        f"{_PLACE}+ person* link* prefer",
        f"{_PLACE}+ person* outside ~2 deny|away",
        f"{_PLACE}+ person* link* at_most ~1 link* number",
        f"origin_field link* need? limit? link* {_PLACE}+ !unlimited",
        "recruit number? link* native !unlimited",
        "need|test ~2 home pledge",
        "recruit number? link* province+ registered !unlimited",
        "origin_field limit|prefer",
        f"origin_field ~2 {_PLACE}+ link* enough",
        f"{_PLACE}+ person+ link* enough",
        f"need link* {_PLACE}+ person* outside",
        f"{_PLACE}+ link* ~5 , link* away $",
        "limit|deny origin_field",
    )


def origin(case: Case) -> Iterator[Finding]:
    """Choosing by place of origin or household registration: 就业促进法 art. 3, 26, 31."""
    reason = N_("“%(passage)s”按籍贯或户籍挑选或排斥求职者，属地域歧视，请删去。")
    for reading, first, last in case.matches(*_origin_patterns()):
        if not (negated(reading, first) or _about_work(reading, first, last)):
            yield textual(BLOCK, "origin", reading, (first, last), reason)
    yield from id_numbers(case)
    asks = N_("“%(passage)s”按说什么话挑人，往往就是挑籍贯，请说明工作为什么需要或删去。")
    for reading, first, last in case.matches("language link* deny|away"):
        if not negated(reading, first, "cancel|deny|lack", 3):
            yield textual(DOUBT, "origin", reading, (first, last), asks)


def _about_work(reading: Reading, first: int, last: int) -> bool:
    """A place is no origin where it names a site ("限佛山上班"), a skill ("熟悉广东市场") or a policy."""
    start, end = clause(reading, first, last, "stop|item")
    if any_of(reading, start, end, "policy"):
        return not any_of(reading, first, last, "deny|away")
    if any_of(reading, first, last, "home|person"):
        return False
    start, end = clause(reading, first, last)
    return any_of(reading, max(start, first - 6), min(end, last + 3), "worksite") or holds(
        reading, first - 1, "skill"
    )


def religion(case: Case) -> Iterator[Finding]:
    """Choosing by faith: 就业促进法 art. 3; 人力资源市场暂行条例 art. 24."""
    reason = N_("“%(passage)s”按宗教信仰挑选或排斥求职者，请删去。")
    patterns = (
        *choosing("faith"),
        "need link* faith+ !unlimited",
        "need|limit|recruit ~2 no_faith",
        "no_faith link* prefer",
        "^ no_faith link* $",
        "no_faith link* $",
        "lack|forbid have? link* faith link* $",
        "faith_field link* nothing $",
        "recruit link* faith+ !unlimited",
    )
    yield from _choices(case, "religion", patterns, reason)


def marriage(case: Case) -> Iterator[Finding]:
    """Choosing by marriage or childbearing, asking about it, pregnancy tests: 就业促进法 art. 27;
    人社部发〔2019〕17号 (the six "must nots").
    """
    reason = N_("“%(passage)s”把婚姻或生育作为招用条件，请删去。")
    state = "marital|pregnant"
    patterns = (
        *choosing(state),
        f"need link* {state}+ !unlimited",
        f"recruit number? link* {state}+ !unlimited",
        f"recruit|need ~7 of {state}+ !unlimited",
        "^ marital+ of? $",
        "male|female and? &marital !unlimited",
        "marital+ male|female|both link* prefer|deny|away",
        "limit|need|recruit link* male|female marital !unlimited",
        "marital_field link* need? marital+ !unlimited",
        "marital_field link* prefer|limit",
        "pregnant|bear link* dismiss",
        "pregnant|bear ~4 dismiss",
        "test ~4 pregnant|marital_field",
    )
    couples = "夫妻"
    for finding in _choices(case, "marriage", patterns, reason):
        if couples in finding.passage and "优先" in finding.passage:
            sentence = Sentence(
                "“%(passage)s”：优先夫妻等于优先已婚者，请改为“可安排夫妻房”。", {"passage": finding.passage}
            )
            yield replace(finding, level=DOUBT, rule="marriage", sentence=sentence)
        else:
            yield finding
    yield from _childbearing(case)


def _childbearing(case: Case) -> Iterator[Finding]:
    limits = N_("“%(passage)s”限制生育或婚恋，不得作为录用条件，请删去。")
    for reading, first, last in case.matches(
        "no_child", "ban_child ~2 bear", "no_plan link* bear", "bear link* deny|away", "bear ~3 of deny|away"
    ):
        if not negated(reading, first, "forbid_strict"):
            yield textual(BLOCK, "marriage", reading, (first, last), limits)
    tests = N_("“%(passage)s”：不得把妊娠测试作为入职体检项目，请删去。")
    for reading, first, last in case.matches("pregnancy_test"):
        _, end = clause(reading, first, last)
        if not negated(reading, first, "cancel", 6) and not any_of(
            reading, last, min(end, last + 3), "cancel|thing|away"
        ):
            yield textual(BLOCK, "marriage", reading, (first, last), tests)
    asks = N_("“%(passage)s”：不得询问婚姻和生育情况，请删去。")
    for reading, first, last in case.matches("state ~4 marital_field", "marital_field ~3 state"):
        if not negated(reading, first, "forbid|nothing"):
            yield textual(BLOCK, "marriage", reading, (first, last), asks)


_VIRUS = "hepatitis|hiv|carrier"


def health(case: Case) -> Iterator[Finding]:
    """Hepatitis B and HIV tests, refusing carriers or the disabled: 就业促进法 art. 29, 30;
    人社部发〔2010〕12号; 艾滋病防治条例 art. 3. A bare "无传染病" is a doubt (food trades may ask).
    """
    reason = N_("“%(passage)s”：入职不得检查乙肝、艾滋病，也不得拒绝病原携带者，请删去。")
    patterns = (
        *choosing(_VIRUS),
        f"test ~6 {_VIRUS}+",
        f"{_VIRUS}+ ~3 test",
        f"lack have? link* ~2 {_VIRUS}+",
        f"{_VIRUS}+ ~2 deny|away",
        f"need have? link* {_VIRUS}+",
        f"need ~5 {_VIRUS}+ ~2 test",
        f"{_VIRUS} ~3 dismiss",
        "liver_function ~3 hepatitis",
        f"infectious have? ~2 {_VIRUS}",
    )
    for reading, first, last in case.matches(*patterns):
        harmless = (
            negated(reading, first, "no_test", 6)
            or negated(reading, first, "test_duty", 3)
            or any_of(reading, first, last + 3, "no_test|unlimited|vaccine")
        )
        if not harmless:
            cited = laws.HIV if any_of(reading, first, last, "hiv") else ""
            yield textual(BLOCK, "health", reading, (first, last), reason, cited)
    yield from _illness(case)


def _illness(case: Case) -> Iterator[Finding]:
    disabled = N_("“%(passage)s”排斥残疾人。招用人员不得歧视残疾人，请删去。")
    for reading, first, last in case.matches("deny link* disabled+", "disabled+ person* link* deny|away"):
        if not negated(reading, first):
            yield textual(BLOCK, "health", reading, (first, last), disabled, laws.DISABILITY)
    asks = N_("“%(passage)s”：只有国家禁止传染病人从事的工作才能这样要求，请说明工种依据或删去。")
    patterns = (
        "lack have? link* infectious|disabled",
        "lack have? ~5 infectious|disabled",
        "deny have? link* infectious+",
        "infectious+ person* link* deny|away",
        "test ~2 infectious",
        "infectious ~2 test",
        "have link* infectious ~2 deny|away",
    )
    for reading, first, last in case.matches(*patterns):
        harmless = any_of(reading, last, last + 2, "thing") or any_of(reading, first - 1, last, "no_test")
        if not harmless and not negated(reading, first, "forbid_strict"):
            yield textual(DOUBT, "health", reading, (first, last), asks)
