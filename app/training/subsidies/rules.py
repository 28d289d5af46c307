"""Who of a class gets which subsidy, and what the checker has to ask about before anything is paid.

Each line has its sum, or the sentence that names the rule against it. A figure that is not verified (待核)
refuses no line: what it would say goes to the checker as a warning. A warning is never a verdict.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.attendance.queries.anomalies import anomalies
from app.training.certification.queries import outcomes
from app.training.classes.queries.people import learners
from app.training.subsidies import facts
from app.training.subsidies.amounts import Due, Rates, living_due, training_due
from app.training.subsidies.facts import Facts
from models.clock import day_of
from models.i18n import Sentence
from models.numbers import percent
from models.people.worker import WorkerState
from models.training.enrolment import Enrolment, trained_key
from models.training.standards import Figure, class_figure
from models.training.subsidy import Claim, ClaimWarning, LineBasis, Scheme, StandardName
from models.training.training_class import TrainingClass

ERASED = Sentence("本人的资料已经清除，不能再申报。")
MERGED = Sentence("这条记录已并入另一条，请先在台账里核对是谁。")
UNCERTIFIED = Sentence("没有有效的证书，培训补贴凭证书申领。")
TRAINED = Sentence("以前参加过同一工种、同一等级的培训并已结业，不重复补贴。")
SAME_ACCOUNT = Sentence("收款账号和另一家学校申报时填的一样，请核对户名。")
ONE_PHONE, LAST_MONTH = 3, 6

Rule = Callable[[Enrolment, Scheme, Facts], Sentence | None]


@dataclass(frozen=True)
class Assessed:
    """One line before it is claimed: who, which subsidy, fen, what it rests on, and why not."""

    enrolment: Enrolment
    scheme: Scheme
    amount_fen: int
    basis: LineBasis = field(default_factory=LineBasis)
    refusal: Sentence | None = None


@dataclass(frozen=True)
class Assessment:
    """All lines of a class, and the facts they follow from."""

    facts: Facts
    lines: list[Assessed]

    @property
    def payable(self) -> list[Assessed]:
        """The lines nothing stands against."""
        return [line for line in self.lines if not line.refusal]


def assess(session: Session, training_class: TrainingClass, today: date) -> Assessment:
    """What ``training_class`` may claim on ``today``: a line for each graduate and subsidy, by seat."""
    known, rates = facts.read(session, training_class, today), Rates(session, training_class)
    lines = [_line(one, scheme, known, rates) for one in known.graduates for scheme in Scheme]
    return Assessment(known, lines)


def _line(enrolment: Enrolment, scheme: Scheme, known: Facts, rates: Rates) -> Assessed:
    due = _due(enrolment, scheme, known, rates)
    refusals = (rule(enrolment, scheme, known) for rule in RULES)
    refusal = next((sentence for sentence in refusals if sentence), due.refusal)
    return Assessed(enrolment, scheme, due.amount_fen, due.basis, refusal)


def _due(enrolment: Enrolment, scheme: Scheme, known: Facts, rates: Rates) -> Due:
    if scheme is Scheme.TRAINING:
        return training_due(rates, enrolment)
    return living_due(rates, known.days.get(enrolment.id, set()))


# --- the rules, the first that speaks is told -----------------------------------------------------------


def _in_register(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Sentence | None:
    worker = enrolment.worker
    if worker.erased_at:
        return ERASED
    if worker.merged_into_id:
        return MERGED
    if worker.state is not WorkerState.CLOSED or worker.state_since is None:
        return None
    gone = day_of(worker.state_since)
    if gone > known.training_class.ends_on:
        return None
    return Sentence("台账从 %(day)s 起不再服务这个人，那时课还没有上完。", {"day": gone})


def _attended(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Sentence | None:
    least = known.least
    if least is None or not least.verified or enrolment.id not in known.below:
        return None
    share = percent(known.shares.get(enrolment.id))
    return Sentence(
        "出勤 %(share)s，不到 %(least)s%%，不予补贴。依据：%(source)s", {"share": share} | _needs(least)
    )


def _certified(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Sentence | None:
    is_missing = scheme is Scheme.TRAINING and enrolment.id not in known.certified
    return UNCERTIFIED if is_missing else None


def _not_paid(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Sentence | None:
    return taken(known.year) if known.key(enrolment, scheme) in known.taken else None


def taken(year: int) -> Sentence:
    """The sentence for a person whose subsidy of ``year`` another class claims or was paid."""
    return Sentence("%(year)s 年已经在另一个班申报或领过这项补贴，每人每年只能领一次。", {"year": year})


def _not_trained(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Sentence | None:
    training_class = known.training_class
    key = trained_key(enrolment.worker.id_digest, training_class.occupation_code, training_class.level)
    return TRAINED if key in known.trained else None


def _in_one_class(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Sentence | None:
    days = known.days.get(enrolment.id, set()) & known.elsewhere.get(enrolment.worker_id, set())
    if not days:
        return None
    return Sentence(
        "%(day)s同一天在另一个班也记了到课，共 %(n)s 天。一个人同一时间只能在一个班。",
        {"day": min(days), "n": len(days)},
    )


def _not_at_work(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Sentence | None:
    spans = known.at_work.get(enrolment.worker_id, [])
    days = [day for day in known.days.get(enrolment.id, ()) if any(a <= day < b for a, b in spans)]
    if not days:
        return None
    return Sentence(
        "%(day)s上课那天已经在企业上班，共 %(n)s 天。订单培训是岗前培训。",
        {"day": min(days), "n": len(days)},
    )


RULES: tuple[Rule, ...] = (
    _in_register,
    _attended,
    _certified,
    _not_paid,
    _not_trained,
    _in_one_class,
    _not_at_work,
)


# --- warnings: each needs a word of answer before the list goes up --------------------------------------


def warnings_of(
    session: Session, known: Facts, account_digest: str | None, today: date
) -> list[ClaimWarning]:
    """What is to be asked about a class and the account it wants its money on, the gravest first."""
    training_class = known.training_class
    return [
        *_from_attendance(session, training_class),
        *_one_account(session, training_class, account_digest),
        *_one_phone(learners(session, training_class)),
        *_below(known),
        *_rates(session, training_class, today),
    ]


def _from_attendance(session: Session, training_class: TrainingClass) -> Iterator[ClaimWarning]:
    for anomaly in anomalies(session, training_class.id):
        params = {key: value for key, value in anomaly.sentence.params.items() if key != "name"}
        sentence = Sentence(anomaly.sentence.text, params)
        yield ClaimWarning(anomaly.rule, sentence, anomaly.enrolment_ids)


def _one_account(
    session: Session, training_class: TrainingClass, digest: str | None
) -> Iterator[ClaimWarning]:
    others = select(Claim.id).where(
        Claim.account_digest == digest, Claim.school_id != training_class.school_id
    )
    if digest and session.scalar(others.limit(1)):
        yield ClaimWarning("account", SAME_ACCOUNT)


def _one_phone(people: list[Enrolment]) -> Iterator[ClaimWarning]:
    phones: dict[str, list[int]] = defaultdict(list)
    for one in people:
        if one.worker.phone_digest:
            phones[one.worker.phone_digest].append(one.id)
    for ids in phones.values():
        if len(ids) >= ONE_PHONE:
            sentence = Sentence("有 %(n)s 名学员留的是同一个电话，请打过去问一问。", {"n": len(ids)})
            yield ClaimWarning("phone", sentence, tuple(ids))


def _below(known: Facts) -> Iterator[ClaimWarning]:
    least = known.least
    if least is None or least.verified:
        return
    for one in known.graduates:
        if one.id in known.below:
            sentence = Sentence(
                "%(name)s出勤不到 %(least)s%%；这个标准还是待核，请县里认定。依据：%(source)s", _needs(least)
            )
            yield ClaimWarning("below", sentence, (one.id,))


def _rates(session: Session, training_class: TrainingClass, today: date) -> Iterator[ClaimWarning]:
    """Employment and certificates of the whole class under the standard."""
    whole = outcomes(session, training_class, today)
    bounds, needed = whole.rate(LAST_MONTH), whole.required_rate
    if bounds and needed and bounds[0] * 100 < needed.value:
        low, high = (percent(bound) for bound in bounds)
        sentence = Sentence(
            "满 %(months)s 个月就业率查明的是 %(low)s，最多 %(high)s，要求 %(least)s%%。依据：%(source)s",
            {"months": LAST_MONTH, "low": low, "high": high} | _needs(needed),
        )
        yield ClaimWarning("employment", sentence)
    taught = whole.finished + whole.failed
    wanted = class_figure(session, training_class, StandardName.CERTIFICATE_RATE, today)
    if taught and wanted and Fraction(whole.certified * 100, taught) < wanted.value:
        sentence = Sentence(
            "取证率 %(share)s，要求 %(least)s%%。依据：%(source)s",
            {"share": percent(Fraction(whole.certified, taught))} | _needs(wanted),
        )
        yield ClaimWarning("certificates", sentence)


def _needs(figure: Figure) -> dict[str, Any]:
    return {"least": figure.value, "source": figure.source}
