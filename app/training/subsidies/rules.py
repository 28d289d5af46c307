"""Who of a class gets which subsidy: each line with its sum, or with the sentence that names the rule against
it.

A figure that nobody has checked (待核) refuses nobody: what it would say goes to the checker as a question.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.training.certification.rules import percent
from app.training.subsidies import facts
from app.training.subsidies.amounts import Due, Rates, living_due, training_due
from app.training.subsidies.facts import Facts
from models.clock import CHINA
from models.i18n import N_
from models.people.worker import WorkerState
from models.training.enrolment import Enrolment, trained_key
from models.training.subsidy import Scheme
from models.training.training_class import TrainingClass

TAKEN = N_("%(year)s 年已经在另一个班申报或领过这项补贴，每人每年只能领一次。")
ERASED = N_("本人的资料已经清除，不能再申报。")
MERGED = N_("这条记录已并入另一条，请先在台账里核对是谁。")
CLOSED = N_("台账从 %(day)s 起不再服务这个人，那时课还没有上完。")
BELOW = N_("出勤 %(share)s，不到 %(least)s%%，不予补贴。依据：%(source)s")
UNCERTIFIED = N_("没有有效的证书，培训补贴凭证书申领。")
TRAINED = N_("以前参加过同一工种、同一等级的培训并已结业，不重复补贴。")
OVERLAP = N_("%(day)s同一天在另一个班也记了到课，共 %(n)s 天。一个人同一时间只能在一个班。")
WORKING = N_("%(day)s上课那天已经在企业上班，共 %(n)s 天。订单培训是岗前培训。")

Refusal = tuple[str, dict[str, Any]]
Rule = Callable[[Enrolment, Scheme, Facts], Refusal | None]


@dataclass(frozen=True)
class Assessed:
    """One line before it is claimed: who, which subsidy, fen, what it rests on, and why not ("" if
    nothing)."""

    enrolment: Enrolment
    scheme: Scheme
    amount_fen: int
    basis: dict[str, Any] = field(default_factory=dict)
    refused: str = ""
    refused_params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Assessment:
    """All lines of a class, and the facts they follow from."""

    facts: Facts
    lines: list[Assessed]

    @property
    def payable(self) -> list[Assessed]:
        """The lines nothing stands against."""
        return [line for line in self.lines if not line.refused]


def assess(session: Session, training_class: TrainingClass, day: date) -> Assessment:
    """Compute what ``training_class`` may claim on ``day``: a line for each graduate and subsidy, by seat."""
    known, rates = facts.read(session, training_class, day), Rates(session, training_class)
    lines = [_line(one, scheme, known, rates) for one in known.graduates for scheme in Scheme]
    return Assessment(known, lines)


def _line(enrolment: Enrolment, scheme: Scheme, known: Facts, rates: Rates) -> Assessed:
    due = _due(enrolment, scheme, known, rates)
    against = [found for rule in RULES if (found := rule(enrolment, scheme, known))]
    against += [(due.problem, due.params)] if due.problem else []
    sentence, params = against[0] if against else ("", {})
    return Assessed(enrolment, scheme, due.amount_fen, due.basis, sentence, params)


def _due(enrolment: Enrolment, scheme: Scheme, known: Facts, rates: Rates) -> Due:
    if scheme is Scheme.TRAINING:
        return training_due(rates, enrolment)
    return living_due(rates, known.days.get(enrolment.id, set()))


# --- the rules, the first that speaks is told -----------------------------------------------------------


def _in_register(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Refusal | None:
    worker = enrolment.worker
    if worker.erased_at:
        return ERASED, {}
    if worker.merged_into_id:
        return MERGED, {}
    if worker.state is WorkerState.CLOSED and worker.state_since:
        gone = worker.state_since.astimezone(CHINA).date()
        return (CLOSED, {"day": gone.isoformat()}) if gone <= known.training_class.ends_on else None
    return None


def _attended(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Refusal | None:
    least = known.least
    if least is None or not least.verified or enrolment.id not in known.below:
        return None
    share = percent(known.shares.get(enrolment.id))
    return BELOW, {"share": share, "least": least.value, "source": least.source}


def _certified(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Refusal | None:
    missing = scheme is Scheme.TRAINING and enrolment.id not in known.certified
    return (UNCERTIFIED, {}) if missing else None


def _not_paid(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Refusal | None:
    return (TAKEN, {"year": known.year}) if known.key(enrolment, scheme) in known.taken else None


def _not_trained(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Refusal | None:
    training_class = known.training_class
    key = trained_key(enrolment.worker.id_digest, training_class.occupation_code, training_class.level)
    return (TRAINED, {}) if key in known.trained else None


def _in_one_class(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Refusal | None:
    days = known.days.get(enrolment.id, set()) & known.elsewhere.get(enrolment.worker_id, set())
    return (OVERLAP, {"day": min(days).isoformat(), "n": len(days)}) if days else None


def _not_at_work(enrolment: Enrolment, scheme: Scheme, known: Facts) -> Refusal | None:
    spans = known.at_work.get(enrolment.worker_id, [])
    days = [day for day in known.days.get(enrolment.id, ()) if any(a <= day < b for a, b in spans)]
    return (WORKING, {"day": min(days).isoformat(), "n": len(days)}) if days else None


RULES: tuple[Rule, ...] = (
    _in_register,
    _attended,
    _certified,
    _not_paid,
    _not_trained,
    _in_one_class,
    _not_at_work,
)
