"""Jinja filters: dates, money, masks, and the words for states and codes."""

import enum
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from flask import Flask
from flask_babel import format_date
from flask_babel import gettext as _

from models import access, background_job, match_run, numbers, scorecard
from models.clock import CHINA, today
from models.event_tags import EVENT_LABELS, EventTag
from models.hukou import case as hukou_case
from models.hukou import catalogue, evaluation
from models.hukou import rule as hukou_rule
from models.i18n import Sentence
from models.jobs import order
from models.people import intake, worker
from models.people.masks import masked_name
from models.placement import leaving, placement
from models.reference import area, dated_fact, organisation
from models.training import (
    agreement,
    certificate,
    enrolment,
    lesson,
    standards,
    subsidy,
    training_class,
    training_order,
)

LABELS: dict[type[enum.Enum], dict[Any, str]] = {
    access.Role: access.ROLE_LABELS,
    access.Permission: access.PERMISSION_LABELS,
    area.AreaLevel: area.AREA_LEVEL_LABELS,
    dated_fact.Feast: dated_fact.FEAST_LABELS,
    EventTag: EVENT_LABELS,
    scorecard.ScorecardState: scorecard.SCORECARD_STATE_LABELS,
    scorecard.Verdict: scorecard.VERDICT_LABELS,
    intake.BatchState: intake.BATCH_STATE_LABELS,
    intake.DuplicateState: intake.DUPLICATE_STATE_LABELS,
    intake.RowOutcome: intake.ROW_OUTCOME_LABELS,
    background_job.JobState: background_job.JOB_STATE_LABELS,
    leaving.Channel: leaving.CHANNEL_LABELS,
    leaving.DeclineReason: leaving.DECLINE_REASON_LABELS,
    leaving.LeaveReason: leaving.LEAVE_REASON_LABELS,
    match_run.LeftOutReason: match_run.LEFT_OUT_LABELS,
    match_run.RunKind: match_run.RUN_KIND_LABELS,
    order.ContractWith: order.CONTRACT_LABELS,
    order.ForbiddenWork: order.FORBIDDEN_WORK_LABELS,
    order.OrderState: order.ORDER_STATE_LABELS,
    order.Shift: order.SHIFT_LABELS,
    organisation.OrganisationKind: organisation.ORGANISATION_KIND_LABELS,
    placement.Evidence: placement.EVIDENCE_LABELS,
    placement.Outcome: placement.OUTCOME_LABELS,
    placement.PlacementState: placement.PLACEMENT_STATE_LABELS,
    certificate.CertificateStanding: certificate.CERTIFICATE_STANDING_LABELS,
    certificate.ResultKind: certificate.RESULT_KIND_LABELS,
    training_class.ClassState: training_class.CLASS_STATE_LABELS,
    enrolment.EnrolmentState: enrolment.ENROLMENT_STATE_LABELS,
    agreement.AgreementState: agreement.AGREEMENT_STATE_LABELS,
    agreement.Party: agreement.PARTY_LABELS,
    training_order.SkillLevel: training_order.SKILL_LEVEL_LABELS,
    training_order.TrainingOrderState: training_order.TRAINING_ORDER_STATE_LABELS,
    lesson.InspectionKind: lesson.INSPECTION_KIND_LABELS,
    lesson.LessonKind: lesson.LESSON_KIND_LABELS,
    lesson.MarkedBy: lesson.MARKED_BY_LABELS,
    lesson.Presence: lesson.PRESENCE_LABELS,
    hukou_case.CaseState: hukou_case.CASE_STATE_LABELS,
    hukou_case.DocumentState: hukou_case.DOCUMENT_STATE_LABELS,
    evaluation.Verdict: evaluation.VERDICT_LABELS,
    hukou_rule.RouteKind: hukou_rule.ROUTE_KIND_LABELS,
    hukou_rule.RuleState: hukou_rule.RULE_STATE_LABELS,
    subsidy.Scheme: subsidy.SCHEME_LABELS,
    subsidy.StandardName: subsidy.STANDARD_LABELS,
    worker.Education: worker.EDUCATION_LABELS,
    worker.Health: worker.HEALTH_LABELS,
    worker.Mandarin: worker.MANDARIN_LABELS,
    worker.WorkerState: worker.WORKER_STATE_LABELS,
}

GOOD = {
    "open",
    "accepted",
    "hired",
    "departed",
    "on_site",
    "stayed",
    "working",
    "confirmed",
    "done",
    "approved",
    "active",
    "may_switch",
    "meets",
    "live",
    "permitted",
    "settled",
    "agreed",
    "in_force",
    "fulfilled",
    "teaching",
    "enrolled",
    "finished",
    "certified",
    "placed",
    "paid",
}
BAD = {
    "rejected",
    "failed",
    "not_arrived",
    "left",
    "not_hired",
    "declined",
    "group_worse",
    "broken",
    "refused",
    "dropped",
}
WARN = {
    "submitted",
    "returned",
    "offered",
    "invited",
    "interview",
    "reading",
    "mapping",
    "previewed",
    "running",
    "queued",
    "learning",
    "too_few",
    "proposed",
    "supplement",
    "unknown",
    "chosen",
    "signing",
    "applied",
    "endorsed",
    "claimed",
    "published",
}


def label(value: Any) -> str:
    """Return the word for an enumeration's member, in the reader's language; 未知 for None."""
    if value is None or value == "":
        return _("未知")
    return _(LABELS[type(value)][value])


def tone(value: Any) -> str:
    """Return good, warn, bad or plain: how a state's tag is coloured."""
    text = getattr(value, "value", value)
    return "good" if text in GOOD else "bad" if text in BAD else "warn" if text in WARN else "plain"


def level_label(value: int | None, kind: str) -> str:
    """Return the word for one of the engine's levels: kind is education, mandarin, health or evidence."""
    kinds = {
        "education": worker.Education,
        "mandarin": worker.Mandarin,
        "health": worker.Health,
        "evidence": placement.Evidence,
    }
    return _("未知") if value is None else label(kinds[kind](value))


def paper(kind: str) -> str:
    """Return the word for a kind of hukou paper."""
    return _(catalogue.PAPERS[kind].label)


def day(value: date | datetime | None) -> str:
    """Return a date in full: 2017 年 5 月 8 日, or 8 May 2017."""
    if value is None:
        return _("未定")
    if isinstance(value, datetime):
        value = value.astimezone(CHINA).date()
    return format_date(value, _("y 年 M 月 d 日"))


def moment(value: datetime | None) -> str:
    """Return a date with the time of day, in China's time."""
    if value is None:
        return _("未定")
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return f"{day(value)} {value.astimezone(CHINA):%H:%M}"


def clock(value: datetime) -> str:
    """Return the time of day in China: 16:30."""
    return f"{value.astimezone(CHINA):%H:%M}"


def weekday(value: date) -> str:
    """Return the name of the day of the week."""
    return format_date(value, "EEEE")


def yuan(fen: int | None) -> str:
    """Fen as yuan with thousands: 4,650 元; 未知 for None."""
    return say(numbers.yuan(fen))


def standard(value: int | None, name: subsidy.StandardName | str) -> str:
    """A training standard's figure with its unit: 50 人, 80%, 40 元; 未知 for None."""
    return say(standards.in_units(value, subsidy.StandardName(name)))


def percent(share: Fraction | None) -> str:
    """A share as percent, never rounded up over a threshold: 79.9%; 未知 for None."""
    return say(numbers.percent(share))


def yes_no(value: bool | None, yes: str | None = None, no: str | None = None) -> str:
    """Return 是, 否 or 未知 (or the words given)."""
    if value is None:
        return _("未知")
    return (yes or _("是")) if value else (no or _("否"))


def number(value: Any) -> str:
    """Return a number with thousands separators, without needless zeros."""
    return _("未知") if value is None else numbers.figure(value)


def few(people: int, masked: bool) -> str:
    """A number of people; a reader who may see numbers only is not told a small one."""
    return say(numbers.people(people, masked))


def age(birth: date, on: date | None = None) -> int:
    """Return full years of age."""
    on = on or today()
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def masked_tail(last4: str) -> str:
    """Return a number of which only the last four digits are kept."""
    return f"**************{last4}" if last4 else _("未填")


def say(sentence: Sentence) -> str:
    """Translate a sentence for its reader, each of its values in the reader's words."""
    if not sentence.params:
        return _(sentence.text) if sentence.text else ""
    return _(sentence.text, **{name: in_words(value) for name, value in sentence.params.items()})


def in_words(value: Any) -> Any:
    """A value of a sentence in its reader's words."""
    if isinstance(value, Sentence):
        return say(value)
    if isinstance(value, enum.Enum) and type(value) in LABELS:
        return label(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, list | tuple):
        return _("、").join(str(in_words(one)) for one in value)
    return value


def translated(text: str, params: dict[str, Any] | None = None) -> str:
    """Translate a sentence that came from the domain rules, and fill it."""
    return _(text, **(params or {})) if params else _(text)


def init_app(app: Flask) -> None:
    """Give the filters to the templates."""
    filters = [
        label,
        tone,
        level_label,
        day,
        moment,
        clock,
        weekday,
        yuan,
        standard,
        yes_no,
        number,
        percent,
        few,
        age,
        masked_name,
        paper,
        masked_tail,
        say,
        in_words,
    ]
    app.jinja_env.filters.update({function.__name__: function for function in filters})
    app.jinja_env.filters["tr"] = translated
