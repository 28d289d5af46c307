"""A second look at the sentences in which the rules see nothing: the classifier may doubt, never block."""

from collections.abc import Iterator, Sequence
from itertools import islice

from models.i18n import N_, Sentence
from models.posting_law.case import open_case
from models.posting_law.classifier import classifier
from models.posting_law.grammar import any_of
from models.posting_law.reading import Reading
from models.posting_law.types import Finding, Level, Posting

RULE = "machine"
SURE = 0.7
"""Calibrated chance from which a sentence is shown; chosen on lawful postings before the measured set."""
_SHORTEST, _LONGEST, _MOST = 4, 30, 300
_SOURCE = N_("机器按写法猜的，没有对应的法条，未经核对")
_TOPICS = {
    "sex": "male|female|male_title|female_title|sex_word|sex_field|sex_post",
    "ethnicity": "han|minority|minority_general|other_than_han|group_field|name_word",
    "origin": "province|local|home|id_card|language|registered|origin_field|id_prefix",
    "marriage": "marital|pregnant|bear|marital_field|pregnancy_test|child",
    "health": "hepatitis|hiv|carrier|infectious|disabled|liver_function|test",
    "religion": "faith|no_faith|faith_field",
    "minor": "age|child_worker|underage|pupil|borrowed_id|child|papers|holiday_job",
    "deposit": "deposit|uniform|garment|pawn|wageword|first_wage|holdwage|yuan|pledge|guarantor|money_of",
    "papers": "papers|keep",
    "fee": "fee|charge|exam|selfpay|yuan|money_of",
    "wage": "wageword|wage_name|unpaid|overtime|yuan|quit|leave|late_pay|money_of",
    "contract": "contract|penal|fine|breach|absent|hurt|oral|yuan|quit|leave",
    "insurance": "insurance|substitute",
}
"""The thing a rule is about must be named at least; without it n-grams see likeness everywhere."""
_UNDERSTOOD = "warning|unlimited|forbid_strict|both|no_test"
"""Words with which the rules read that nobody is shut out; n-grams do not see their reach."""
_SUSPICIONS = {
    "sex": N_("机器觉得“%(passage)s”可能限定了性别，规则没有读出来，请市局看。"),
    "ethnicity": N_("机器觉得“%(passage)s”可能按民族挑人，规则没有读出来，请市局看。"),
    "origin": N_("机器觉得“%(passage)s”可能按籍贯挑人，规则没有读出来，请市局看。"),
    "marriage": N_("机器觉得“%(passage)s”可能按婚育情况挑人，规则没有读出来，请市局看。"),
    "health": N_("机器觉得“%(passage)s”可能排斥病原携带者或残疾人，规则没有读出来，请市局看。"),
    "religion": N_("机器觉得“%(passage)s”可能按宗教信仰挑人，规则没有读出来，请市局看。"),
    "minor": N_("机器觉得“%(passage)s”可能招用未满十六周岁的人，规则没有读出来，请市局看。"),
    "deposit": N_("机器觉得“%(passage)s”可能收押金或扣押工资，规则没有读出来，请市局看。"),
    "papers": N_("机器觉得“%(passage)s”可能扣押证件，规则没有读出来，请市局看。"),
    "fee": N_("机器觉得“%(passage)s”可能向求职者收费，规则没有读出来，请市局看。"),
    "wage": N_("机器觉得“%(passage)s”可能少付或不付工资，规则没有读出来，请市局看。"),
    "contract": N_("机器觉得“%(passage)s”可能罚款或免除单位的责任，规则没有读出来，请市局看。"),
    "insurance": N_("机器觉得“%(passage)s”可能不参加社会保险，规则没有读出来，请市局看。"),
}


def machine_doubts(posting: Posting, findings: Sequence[Finding]) -> list[Finding]:
    """What looks unlawful in ``posting`` outside ``findings``; the first call trains the classifier."""
    case = open_case(posting, lambda city, day: None)
    silent = [
        (reading, span)
        for reading in case.readings
        for span in islice(_pieces(reading), _MOST)
        if not _spoken_of(reading, span, findings) and not any_of(reading, *span, _UNDERSTOOD)
    ]
    texts = [reading.words(*span) for reading, span in silent]
    guesses = classifier().guess(texts) if texts else []
    return [
        _doubt(reading, span, kind)
        for (reading, span), (kind, chance) in zip(silent, guesses, strict=True)
        if chance >= SURE and any_of(reading, *span, _TOPICS[kind])
    ]


def _pieces(reading: Reading) -> Iterator[tuple[int, int]]:
    """Token ranges of sentences, long ones cut at their commas."""
    start = comma = 0
    for place in range(len(reading.tags) + 1):
        at_end = place == len(reading.tags)
        if at_end or any_of(reading, place, place + 1, "stop|item"):
            yield from _worth_reading(reading, start, place)
            start = comma = place + 1
        elif any_of(reading, place, place + 1, "comma"):
            if comma > start and reading.spans[place][0] - reading.spans[start][0] > _LONGEST:
                yield from _worth_reading(reading, start, comma - 1)
                start = comma
            comma = place + 1


def _worth_reading(reading: Reading, first: int, last: int) -> Iterator[tuple[int, int]]:
    if first < last and len(reading.words(first, last)) >= _SHORTEST:
        yield first, last


def _spoken_of(reading: Reading, span: tuple[int, int], findings: Sequence[Finding]) -> bool:
    start, end = reading.raw_span(*span)
    return any(
        finding.field == reading.field and (finding.start or 0) < end and start < (finding.end or 0)
        for finding in findings
    )


def _doubt(reading: Reading, span: tuple[int, int], kind: str) -> Finding:
    start, end = reading.raw_span(*span)
    passage = reading.plain.raw[start:end]
    sentence = Sentence(_SUSPICIONS[kind], {"passage": passage})
    return Finding(Level.DOUBT, RULE, passage, sentence, _SOURCE, reading.field, start, end)
