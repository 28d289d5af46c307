"""Who of a class gets which subsidy and how much: each line has its sum, or the sentence that is against it.

Each sum follows the standard that was in force on its own day; what no standard says is not guessed. The
training fee (职业培训补贴) follows the day of the examination and never passes the price agreed with the
school; the living allowance (生活费补贴) follows each attended day. A figure that is not verified (待核)
refuses no line: what it would say goes to the checker as a warning.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Protocol

from sqlalchemy.orm import Session

from app.training.subsidies import facts
from app.training.subsidies.facts import Facts
from models.clock import day_of
from models.i18n import Sentence
from models.numbers import percent, yuan
from models.people.worker import WorkerState
from models.training.enrolment import Enrolment, EnrolmentState, trained_key
from models.training.standard import StandardName
from models.training.standards import Figure, StandardChange, figure_on, first_share
from models.training.subsidy import TO_SCHOOL, LineBasis, RatePart, Scheme
from models.training.training_class import TrainingClass

NO_DAYS = Sentence("没有一天出勤，没有生活费补贴。")
ERASED = Sentence("本人的资料已经清除，不能再申报。")
MERGED = Sentence("这条记录已并入另一条，请先在台账里核对是谁。")
NO_FIRST = Sentence("取证后的第一次补贴没有拨过，就业后的一次不能单独申报。")
UNEMPLOYED = Sentence("没有到岗的记录，就业后的一次凭就业申领。")
UNCERTIFIED = Sentence("没有有效的证书，培训补贴凭证书申领。")
TRAINED = Sentence("以前参加过同一工种、同一等级的培训并已结业，不重复补贴。")


# --- how much -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """What one line comes to in fen, what it rests on, and why it cannot be computed."""

    amount_fen: int = 0
    basis: LineBasis = field(default_factory=LineBasis)
    refusal: Sentence | None = None


@dataclass(frozen=True)
class Rates:
    """The figures in force for one class on any day, each day read once; with ``change`` as if released."""

    session: Session
    training_class: TrainingClass
    first_share: Figure | None = None
    change: StandardChange | None = None
    known: dict[tuple[StandardName, date], Figure | None] = field(default_factory=dict)

    def on(self, name: StandardName, day: date) -> Figure | None:
        """The figure in force on ``day``."""
        key, training_class = (name, day), self.training_class
        if key not in self.known:
            self.known[key] = figure_on(
                self.session,
                name,
                training_class.county_code,
                day,
                training_class.level,
                training_class.occupation_code,
                self.change,
            )
        return self.known[key]


def training_due(rates: Rates, enrolment: Enrolment) -> Due:
    """The training fee for one graduate, paid to the school, by the rules of the examination's day."""
    day = enrolment.exam_on or rates.training_class.ends_on
    figure = rates.on(StandardName.TRAINING_FEE, day)
    if figure is None:
        no_fee = Sentence(
            "没有标准：%(day)s这里没有登记培训补贴标准，金额算不出来。请管理员先登记。", {"day": day}
        )
        return Due(refusal=no_fee)
    price = rates.training_class.agreement.terms.price_fen
    amount = min(figure.value, price)
    return Due(amount, LineBasis((_part(1, figure),), on=day, price_fen=price))


def first_due(whole: Due, share: Figure) -> Due:
    """The first part of a fee: ``share`` percent of the whole, in whole yuan, after the certificate."""
    amount = whole.amount_fen * share.value // 100 // 100 * 100
    part = RatePart(1, whole.basis.parts[0].rate_fen, share.source, share.verified, share.standard_id)
    basis = replace(whole.basis, share=share.value, parts=(whole.basis.parts[0], part))
    return replace(whole, amount_fen=amount, basis=basis)


def second_due(whole: Due, paid_fen: int) -> Due:
    """The rest of a fee, after employment: the whole less what was paid."""
    basis = replace(whole.basis, before_fen=paid_fen)
    return replace(whole, amount_fen=max(0, whole.amount_fen - paid_fen), basis=basis)


def living_due(rates: Rates, attended: Iterable[date]) -> Due:
    """The living allowance for days of attendance, paid to the learner.

    Days on which no standard was in force count nothing and are told in ``basis.without``.
    """
    days = sorted(attended)
    if not days:
        return Due(refusal=NO_DAYS)
    known = [figure for day in days if (figure := rates.on(StandardName.LIVING_ALLOWANCE, day))]
    if not known:
        no_allowance = Sentence(
            "没有标准：%(day)s这里没有登记生活费补贴标准，金额算不出来。请管理员先登记。", {"day": days[0]}
        )
        return Due(refusal=no_allowance)
    runs = [list(run) for _id, run in groupby(known, key=lambda figure: figure.standard_id)]
    parts = tuple(_part(len(run), run[0]) for run in runs)
    amount = sum(part.days * part.rate_fen for part in parts)
    return Due(amount, LineBasis(parts, days=len(days), without=len(days) - len(known)))


def _part(days: int, figure: Figure) -> RatePart:
    return RatePart(days, figure.value, figure.source, figure.verified, figure.standard_id)


# --- the lines of a class -------------------------------------------------------------------------------

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


# By instalment: all at once, the first part after the certificates (days attended are over), the rest.
SCHEMES = {
    0: (Scheme.TRAINING, Scheme.LIVING),
    1: (Scheme.TRAINING, Scheme.LIVING),
    2: (Scheme.SECOND,),
}


def assess(
    session: Session, training_class: TrainingClass, today: date, instalment: int | None = None
) -> Assessment:
    """What ``training_class`` may claim on ``today``: a line for each graduate and subsidy, by seat.

    ``instalment`` as in TrainingClass; None: the one that is being claimed. Of a class stopped midway only
    the allowance for the days attended: nobody was trained.
    """
    part = training_class.instalment if instalment is None else instalment
    share = first_share(session, training_class, today) if part == 1 else None
    known, rates = facts.read(session, training_class, today), Rates(session, training_class, share)
    lines = [
        _line(one, scheme, known, rates)
        for one in known.graduates
        for scheme in SCHEMES[part]
        if scheme is Scheme.LIVING or one.state is not EnrolmentState.STOPPED
    ]
    return Assessment(known, lines)


def _line(enrolment: Enrolment, scheme: Scheme, known: Facts, rates: Rates) -> Assessed:
    due = _due(enrolment, scheme, known, rates)
    refusals = (rule(enrolment, scheme, known) for rule in RULES)
    refusal = next((sentence for sentence in refusals if sentence), due.refusal)
    return Assessed(enrolment, scheme, due.amount_fen, due.basis, refusal)


def _due(enrolment: Enrolment, scheme: Scheme, known: Facts, rates: Rates) -> Due:
    if scheme is Scheme.LIVING:
        return living_due(rates, known.days.get(enrolment.id, set()))
    whole = training_due(rates, enrolment)
    if whole.refusal:
        return whole
    if scheme is Scheme.SECOND:
        return second_due(whole, known.first_paid.get(enrolment.id, 0))
    return first_due(whole, rates.first_share) if rates.first_share else whole


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


def _counts(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Sentence | None:
    """Whom the money is for is asked of the day the class began; what nobody told bars no one."""
    standing = known.standings.get(enrolment.worker_id)
    if standing is None or standing.counts is not False or not standing.verified:
        return None
    return Sentence(
        "开班那天（%(day)s）%(standing)s，不在订单培训的范围，不予补贴。依据：%(source)s",
        {"day": known.training_class.starts_on, "standing": standing.sentence, "source": standing.source},
    )


def _attended(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Sentence | None:
    least = known.least
    if least is None or not least.verified or enrolment.id not in known.below:
        return None
    share = percent(known.shares.get(enrolment.id))
    return Sentence(
        "出勤 %(share)s，不到 %(least)s%%，不予补贴。依据：%(source)s", {"share": share} | facts.needs(least)
    )


def _certified(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Sentence | None:
    is_missing = scheme is not Scheme.LIVING and enrolment.id not in known.certified
    return UNCERTIFIED if is_missing else None


def _not_paid(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Sentence | None:
    return taken(known.year_of(enrolment)) if known.key(enrolment, scheme) in known.taken else None


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


def _after_employment(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Sentence | None:
    if scheme is not Scheme.SECOND:
        return None
    if enrolment.id not in known.first_paid:
        return NO_FIRST
    spans, over = known.at_work.get(enrolment.worker_id, []), known.training_class.ends_on
    return None if any(first >= over for first, _last in spans) else UNEMPLOYED


RULES: tuple[Rule, ...] = (
    _in_register,
    _counts,
    _attended,
    _certified,
    _not_paid,
    _not_trained,
    _in_one_class,
    _not_at_work,
    _after_employment,
)


# --- in words -------------------------------------------------------------------------------------------


class Computed(Protocol):
    """A line, claimed already or only assessed."""

    @property
    def scheme(self) -> Scheme: ...
    @property
    def amount_fen(self) -> int: ...
    @property
    def basis(self) -> LineBasis: ...


def calculation(line: Computed) -> Sentence:
    """How a line was computed: 20 天 × 50 元 + 3 天 × 30 元. A screen shows the sources beside it."""
    basis, fee = line.basis, line.scheme in TO_SCHOOL
    parts = [_part_words(line.scheme, part) for part in (basis.parts[:1] if fee else basis.parts)]
    words = _joined(" + ", parts)
    if fee and parts and (basis.price_fen or 0) < basis.parts[0].rate_fen:
        words = Sentence("标准 %(figure)s，按协议价", {"figure": words})
    if basis.share is not None:
        words = Sentence("%(whole)s 的 %(share)s%%，取证后先拨", {"whole": words, "share": basis.share})
    if basis.before_fen is not None:
        told = {"whole": words, "before": yuan(basis.before_fen)}
        words = Sentence("%(whole)s，减去取证后已拨 %(before)s", told)
    if basis.without:
        words = _joined("", [words, Sentence("；另有 %(n)s 天没有标准", {"n": basis.without})])
    return words


def calculation_on_paper(line: Computed) -> Sentence:
    """:func:`calculation` with the mark of an unverified figure: 20 天 × 50 元（待核）."""
    words = calculation(line)
    return words if line.basis.is_verified else Sentence("%(what)s（待核）", {"what": words})


def _part_words(scheme: Scheme, part: RatePart) -> Sentence:
    if scheme in TO_SCHOOL:
        return yuan(part.rate_fen)
    return Sentence("%(n)s 天 × %(rate)s", {"n": part.days, "rate": yuan(part.rate_fen)})


def _joined(glue: str, parts: list[Sentence]) -> Sentence:
    """Sentences side by side; the frame itself has no words to translate."""
    named = {f"part{n}": part for n, part in enumerate(parts)}
    return Sentence(glue.join(f"%({name})s" for name in named), named)
