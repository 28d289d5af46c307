"""What the checker has to ask about before a claim may be published; each needs a word of answer. Never a
verdict.

Stored without names: a person may be forgotten later, a claim may not. The page fills them in from the
register.
"""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.attendance.queries.anomalies import Anomaly, anomalies
from app.training.certification.queries import outcomes
from app.training.certification.rules import classmates, percent
from app.training.subsidies.facts import Facts
from models.clock import today
from models.i18n import N_
from models.training.enrolment import Enrolment
from models.training.standards import Figure, class_figure
from models.training.subsidy import Claim, StandardName
from models.training.training_class import TrainingClass

ONE_PHONE, LAST_MONTH = 3, 6
PHONE = N_("有 %(n)s 名学员留的是同一个电话，请打过去问一问。")
ACCOUNT = N_("收款账号和另一家学校申报时填的一样，请核对户名。")
BELOW = N_("%(name)s出勤不到 %(least)s%%；这个标准还是待核，请县里认定。依据：%(source)s")
JOBS = N_("满 %(months)s 个月就业率查明的是 %(low)s，最多 %(high)s，要求 %(least)s%%。依据：%(source)s")
PAPERS = N_("取证率 %(share)s，要求 %(least)s%%。依据：%(source)s")


def find(session: Session, known: Facts, account_digest: str | None) -> list[dict[str, Any]]:
    """Return what is to be asked about a class and the account it wants its money on, the gravest first."""
    training_class = known.training_class
    found = [
        *anomalies(session, training_class.id),
        *_one_account(session, training_class, account_digest),
        *_one_phone(classmates(session, training_class)),
        *_below(known),
        *_rates(session, training_class),
    ]
    return [as_json(one) for one in found]


def as_json(one: Anomaly) -> dict[str, Any]:
    """Return a question the way a claim keeps it."""
    params = {key: value for key, value in one.params.items() if key != "name"}
    return {
        "rule": one.rule,
        "sentence": one.sentence,
        "params": params,
        "enrolments": list(one.enrolment_ids),
    }


def _one_account(session: Session, training_class: TrainingClass, digest: str | None) -> Iterator[Anomaly]:
    others = (
        select(Claim.id)
        .where(Claim.account_digest == digest, Claim.school_id != training_class.school_id)
        .limit(1)
    )
    if digest and session.scalar(others):
        yield Anomaly("account", ACCOUNT)


def _one_phone(learners: list[Enrolment]) -> Iterator[Anomaly]:
    phones: dict[str, list[int]] = defaultdict(list)
    for one in learners:
        if one.worker.phone_digest:
            phones[one.worker.phone_digest].append(one.id)
    for ids in phones.values():
        if len(ids) >= ONE_PHONE:
            yield Anomaly("phone", PHONE, {"n": len(ids)}, tuple(ids))


def _below(known: Facts) -> Iterator[Anomaly]:
    least = known.least
    if least is None or least.verified:
        return
    for one in known.graduates:
        if one.id in known.below:
            yield Anomaly("below", BELOW, {"least": least.value, "source": least.source}, (one.id,))


def _rates(session: Session, training_class: TrainingClass) -> Iterator[Anomaly]:
    """Employment and certificates of the whole class under the standard: a warning, no refusal."""
    found = outcomes(session, training_class)
    bounds, needed = found.rate(LAST_MONTH), found.required_rate
    if bounds and needed and bounds[0] * 100 < needed.value:
        low, high = (percent(one) for one in bounds)
        yield Anomaly("employment", JOBS, {"months": LAST_MONTH, "low": low, "high": high, **_needs(needed)})
    taught, wanted = (
        found.finished + found.failed,
        class_figure(session, training_class, StandardName.CERTIFICATE_RATE, today()),
    )
    if taught and wanted and Fraction(found.certified * 100, taught) < wanted.value:
        share = percent(Fraction(found.certified, taught))
        yield Anomaly("certificates", PAPERS, {"share": share, **_needs(wanted)})


def _needs(figure: Figure) -> dict[str, Any]:
    return {"least": figure.value, "source": figure.source}
