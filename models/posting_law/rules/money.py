"""Money and papers taken from workers: deposit, papers, fee; and what is kept from them: insurance,
contract."""

from collections.abc import Iterator

from models.i18n import N_
from models.posting_law import laws
from models.posting_law.case import Case, figure, textual
from models.posting_law.grammar import any_of, clause, find, holds, sentence
from models.posting_law.reading import Reading
from models.posting_law.rules.denial import denied
from models.posting_law.rules.pay_terms import HELD, delay
from models.posting_law.rules.penalty import fines
from models.posting_law.types import Finding, Level

BLOCK, DOUBT = Level.BLOCK, Level.DOUBT


def _complaints(
    case: Case, level: Level, rule: str, patterns: tuple[str, ...], reason: str
) -> Iterator[Finding]:
    for reading, first, last in case.matches(*patterns):
        if not denied(reading, first, last):
            yield textual(level, rule, reading, (first, last), reason)


def deposit(case: Case) -> Iterator[Finding]:
    """Deposits, clothing fees, wages held back as security: 劳动合同法 art. 9, 84."""
    money = N_("“%(passage)s”：不得以任何名义向劳动者收押金、服装费或要求担保，请删去。")
    yield from _complaints(case, BLOCK, "deposit", ("charge? deposit|uniform number? yuan?",), money)
    yield from _complaints(
        case,
        BLOCK,
        "deposit",
        (
            "garment link* selfpay",
            "garment ~2 charge",
            "charge ~2 number yuan deposit_purpose",
            "guarantor",
            "pawn number yuan",
            "pawn number $",
            "charge number yuan? ~1 pawn|holdwage $",
            "wageword ~6 , as_deposit",
            "garment number yuan? , ~2 charge|selfpay",
            "charge ~1 garment link* money_of",
            "charge number ~3 , full|leave|quit ~4 return",
            "leave|quit ~3 return first_wage|wageword",
            "first_wage ~3 holdwage , leave|quit ~2 return",
            "need|test ~4 pledge",
        ),
        money,
    )
    held = N_("“%(passage)s”：扣押工资作担保等同收押金，请按月足额发放。")
    kept = (
        "first_wage ~2 as_deposit",
        "number month &wageword ~2 as_deposit",
        "wageword ~2 as_deposit",
    )
    yield from _complaints(case, BLOCK, "deposit", kept, held)
    for reading, first, last in case.matches(*HELD):
        if delay(reading, first, last) is None and not denied(reading, first, last):
            yield textual(BLOCK, "deposit", reading, (first, last), held)


def papers(case: Case) -> Iterator[Finding]:
    """Withholding identity cards or other papers: 劳动合同法 art. 9, 84."""
    reason = N_("“%(passage)s”：不得扣押身份证或其他证件，只可查验、复印后当面归还，请删去。")
    patterns = (
        "keep ~3 papers+",
        "papers+ ~4 keep",
        "charge papers+ ~3 return",
        "charge papers+ , ~3 return",
    )
    for reading, first, last in case.matches(*patterns):
        start, end = sentence(reading, first, last)
        harmless = any_of(reading, start, end, "keep_own") or any_of(reading, last, last + 2, "copy")
        if (
            not harmless
            and not denied(reading, first, last, 4)
            and not any_of(reading, first, last, "cancel|copy")
        ):
            yield textual(BLOCK, "papers", reading, (first, last), reason)


def fee(case: Case) -> Iterator[Finding]:
    """Charging applicants: 劳动合同法 art. 9; 就业服务与就业管理规定 art. 14. Medical check paid by
    the worker is a doubt.
    """
    reason = N_("“%(passage)s”：招用人员不得向求职者收取任何费用，请删去。")
    patterns = (
        "charge ~3 fee",
        "fee ~2 charge",
        "fee link* selfpay",
        "fee link* number yuan",
        "fee link* number $",
        "fee , ~1 charge number",
        "charge ~8 total number",
        "buy ~1 fee",
        "charge number month|day wageword",
        "charge ~2 number yuan !per",
        "fee_only",
        "pay_first",
    )
    for reading, first, last in case.matches(*patterns):
        start, end = clause(reading, first, last)
        about_living = any_of(
            reading,
            start,
            end,
            "board|wage_name|wage_of|deposit|uniform|insurance|exam|penalty|leave|warning|bonus",
        )
        named = any_of(reading, first, last, "fee")
        if any_of(reading, first, last, "customer"):
            continue  # what a cashier takes from customers
        if not denied(reading, first, last) and (named or not about_living):
            yield textual(BLOCK, "fee", reading, (first, last), reason)
    asks = N_("“%(passage)s”：入职体检费应由用人单位承担为宜，请说明或改由单位承担。")
    exam = (
        "exam link* ~2 selfpay",
        "exam_fee ~2 charge",
        "charge ~2 exam_fee",
        "exam_fee number yuan",
        "selfpay exam",
    )
    yield from _complaints(case, DOUBT, "fee", exam, asks)


def insurance(case: Case) -> Iterator[Finding]:
    """Going without social insurance: 劳动法 art. 72; 社会保险法 art. 58, 60. It cannot be waived."""
    reason = N_("“%(passage)s”：用人单位和劳动者必须依法参加社会保险，不得放弃、折现或推迟，请删去。")
    patterns = (
        "no_buy link* insurance+",
        "no_buy ~2 buy? insurance+",
        "give_up ~3 insurance+",
        "insurance+ ~3 give_up",
        "insurance+ ~4 cash_out",
        "cash_out link* insurance",
        "insurance+ link* ~4 own_insurance|selfpay",
        "own_insurance link* buy? insurance+",
        "insurance+ link* no_buy",
        "insurance+ , link* no_buy buy",
        "later ~5 buy ~2 insurance",
        "later ~2 insurance",
        "insurance+ ~2 later !substitute",
        "trial ~3 no_buy ~2 insurance",
        "only_buy ~2 substitute|part_insurance !insurance",
        "substitute ~2 replace ~2 insurance",
        "insurance ~3 replace ~2 substitute",
        "void_insurance",
        "substitute link* enough",
        "buy insurance+ link* deny|away",
        "part_insurance ~3 , ~1 none_else",
    )
    for reading, first, last in case.matches(*patterns):
        if not _insured(reading, first, last):
            yield textual(BLOCK, "insurance", reading, (first, last), reason)
    kinds = case.posting.social_insurance
    if kinds is not None and not kinds:
        yield figure(BLOCK, "insurance", "social_insurance", N_("社保"), N_("无"), reason)


def _insured(reading: Reading, first: int, last: int) -> bool:
    """ "不得放弃社保", "放弃社保的承诺无效": the posting insists on insurance."""
    start, end = sentence(reading, first, last)
    insists = any_of(reading, max(clause(reading, first, last)[0], first - 5), first, "forbid|refuse")
    return (
        insists
        or any_of(reading, start, end, "warning")
        or any_of(reading, last, last + 3, "refuse")
        or holds(reading, last, "thing")
    )


def contract(case: Case) -> Iterator[Finding]:
    """No written contract, or terms that are void: 劳动合同法 art. 10, 25, 26. A service contract
    in its place is a doubt.
    """
    missing = N_("“%(passage)s”：用工之日起一个月内应订立书面劳动合同，请删去。")
    patterns = (
        "no_sign link* contract",
        "no_sign ~3 sign ~1 contract",
        "no_sign ~3 signed",
        "contract link* no_sign $",
        "contract ~1 dont_sign",
        "oral !ability",
        "later ~4 sign ~2 contract",
        "trial ~3 no_sign ~2 contract",
        "sign ~2 contract ~2 later",
        "later ~4 signed",
        "signed ~2 later",
        "contract ~1 later ~2 sign",
        "contract ~4 later_on",
        "full number day|month|year ~2 signed",
        "full number day|month|year ~2 sign ~2 contract",
    )
    for reading, first, last in case.matches(*patterns):
        if not (_insured(reading, first, last) or any_of(reading, last, last + 1, "thing|extra_fee")):
            yield textual(BLOCK, "contract", reading, (first, last), missing)
    void = N_("“%(passage)s”：免除用人单位责任或要劳动者付违约金的约定无效，请删去。")
    for pattern, source in (
        ("injury", laws.LIABILITY),
        ("hurt ~3 not_our", laws.LIABILITY),
        ("penalty", laws.PENALTY),
    ):
        for reading, first, last in case.matches(pattern):
            if not denied(reading, first, last) and not any_of(reading, first - 3, first, "employer"):
                yield textual(BLOCK, "contract", reading, (first, last), void, source)
    yield from fines(case)
    yield from _service_contract(case)


def _service_contract(case: Case) -> Iterator[Finding]:
    asks = N_("“%(passage)s”：请确认双方是否属于劳动关系；属劳动关系的应签劳动合同。")
    for reading in case.readings:
        for first, last in find(
            reading,
            "sign link* service_contract",
            "service_contract ~2 replace",
            "replace ~2 service_contract",
            "service_contract ~1 sign",
            "service_contract ~1 cooperate",
            "^^ service_contract $$",
        ):
            start, end = clause(reading, first, last)
            duty = any_of(reading, start, end, "contract_duty")
            if (
                not duty
                and not _insured(reading, first, last)
                and not any_of(reading, start, first + 1, "no_sign|cancel")
            ):
                yield textual(DOUBT, "contract", reading, (first, last), asks)
