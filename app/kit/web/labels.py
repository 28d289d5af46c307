"""The words of states, codes and levels, and the colour of a state's tag."""

import enum
from typing import Any

from flask import g, has_app_context

from app.kit.web.catalogue import gettext as _
from models import access, account_request, audit_alarms, background_job, match_run, scorecard, watched_act
from models.cooperation import entry as cooperation_entry
from models.cooperation import fund, fund_finding, fund_payment, subsidy_recovery, treasury, work_subsidy
from models.employment import destination, difference, duty, newcomer, roster, spell
from models.event_tags import EVENT_LABELS, EventTag
from models.hukou import case as hukou_case
from models.hukou import catalogue, evaluation
from models.hukou import rule as hukou_rule
from models.i18n import N_
from models.jobs import order
from models.messages import kind as message_kind
from models.messages import reach, text_message
from models.people import (
    calling,
    category,
    consent,
    intake,
    own_word,
    purpose,
    retention,
    worker,
    worker_account,
)
from models.placement import acknowledgement, departure, leaving, placement
from models.problems import first_call, problem_file, warning
from models.problems import flow as problem_flow
from models.problems import kind as problem_kind
from models.problems import problem as problems
from models.reference import (
    area,
    deadline,
    feasts,
    local_day,
    organisation,
    release,
    sourced,
    target_category,
    wish_word,
)
from models.reports import indicator, report, told_figure
from models.training import (
    agreement,
    certificate,
    claim_paper,
    enrolment,
    lesson,
    recovery,
    standard,
    standard_effect,
    subsidy,
    supplement,
    training_class,
    training_order,
)

LABELS: dict[type[enum.Enum], dict[Any, str]] = {
    access.Role: access.ROLE_LABELS,
    access.Permission: access.PERMISSION_LABELS,
    area.AreaLevel: area.AREA_LEVEL_LABELS,
    feasts.Feast: feasts.FEAST_LABELS,
    sourced.Confidence: sourced.CONFIDENCE_LABELS,
    sourced.Basis: sourced.BASIS_LABELS,
    EventTag: EVENT_LABELS,
    account_request.RequestKind: account_request.REQUEST_KIND_LABELS,
    account_request.RequestState: account_request.REQUEST_STATE_LABELS,
    watched_act.WatchedKind: watched_act.WATCHED_KIND_LABELS,
    scorecard.ScorecardState: scorecard.SCORECARD_STATE_LABELS,
    scorecard.Verdict: scorecard.VERDICT_LABELS,
    intake.BatchState: intake.BATCH_STATE_LABELS,
    intake.DuplicateState: intake.DUPLICATE_STATE_LABELS,
    intake.RowOutcome: intake.ROW_OUTCOME_LABELS,
    background_job.JobState: background_job.JOB_STATE_LABELS,
    audit_alarms.Alarm: audit_alarms.ALARM_LABELS,
    consent.ConsentKind: consent.CONSENT_KIND_LABELS,
    retention.Kept: retention.RETENTION_LABELS,
    worker_account.SlipEnd: worker_account.SLIP_END_LABELS,
    purpose.Purpose: purpose.PURPOSE_LABELS,
    cooperation_entry.EntryState: cooperation_entry.ENTRY_STATE_LABELS,
    cooperation_entry.Owes: cooperation_entry.OWES_LABELS,
    spell.SpellKind: spell.SPELL_KIND_LABELS,
    spell.EvidenceKind: spell.EVIDENCE_KIND_LABELS,
    spell.Teller: spell.TELLER_LABELS,
    destination.Destination: destination.DESTINATION_LABELS,
    newcomer.NewcomerState: newcomer.NEWCOMER_STATE_LABELS,
    departure.Way: departure.WAY_LABELS,
    category.CategoryEvidence: category.CATEGORY_EVIDENCE_LABELS,
    deadline.DeadlineName: deadline.DEADLINE_LABELS,
    target_category.CategoryUse: target_category.CATEGORY_USE_LABELS,
    local_day.DayKind: local_day.DAY_KIND_LABELS,
    local_day.DayCalendar: local_day.DAY_CALENDAR_LABELS,
    acknowledgement.Card: acknowledgement.CARD_LABELS,
    acknowledgement.CardPoint: acknowledgement.CARD_POINT_LABELS,
    acknowledgement.Grasp: acknowledgement.GRASP_LABELS,
    own_word.OwnWordState: own_word.OWN_WORD_STATE_LABELS,
    own_word.Fact: own_word.FACT_LABELS,
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
    difference.DifferenceKind: difference.DIFFERENCE_KIND_LABELS,
    difference.Resolution: difference.RESOLUTION_LABELS,
    difference.Side: difference.SIDE_LABELS,
    duty.DutyState: duty.DUTY_STATE_LABELS,
    roster.Presence: roster.PRESENCE_LABELS,
    roster.RosterSource: roster.ROSTER_SOURCE_LABELS,
    placement.Outcome: placement.OUTCOME_LABELS,
    placement.PlacementState: placement.PLACEMENT_STATE_LABELS,
    problem_kind.ProblemKind: problem_kind.PROBLEM_KIND_LABELS,
    problem_file.FileKind: problem_file.FILE_KIND_LABELS,
    problem_kind.ProblemLevel: problem_kind.PROBLEM_LEVEL_LABELS,
    problem_flow.ProblemState: problem_flow.PROBLEM_STATE_LABELS,
    problems.NoteKind: problems.NOTE_KIND_LABELS,
    first_call.FirstCallResult: first_call.FIRST_CALL_RESULT_LABELS,
    warning.Signal: warning.SIGNAL_LABELS,
    certificate.CertificateStanding: certificate.CERTIFICATE_STANDING_LABELS,
    certificate.ResultKind: certificate.RESULT_KIND_LABELS,
    training_class.ClassState: training_class.CLASS_STATE_LABELS,
    enrolment.EnrolmentState: enrolment.ENROLMENT_STATE_LABELS,
    enrolment.Grade: enrolment.GRADE_LABELS,
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
    release.RuleState: release.RULE_STATE_LABELS,
    indicator.Scheme: indicator.SCHEME_LABELS,
    indicator.Aspect: indicator.ASPECT_LABELS,
    indicator.FigureUnit: indicator.FIGURE_UNIT_LABELS,
    indicator.Reporter: indicator.REPORTER_LABELS,
    report.PeriodKind: report.PERIOD_KIND_LABELS,
    report.ReportState: report.REPORT_STATE_LABELS,
    report.ReportEnd: report.REPORT_END_LABELS,
    told_figure.FigurePurpose: told_figure.FIGURE_PURPOSE_LABELS,
    certificate.RevocationGround: certificate.REVOCATION_GROUND_LABELS,
    claim_paper.ClaimPaperKind: claim_paper.CLAIM_PAPER_LABELS,
    fund.FundSource: fund.FUND_SOURCE_LABELS,
    fund.FundStage: fund.FUND_STAGE_LABELS,
    fund.FundPurpose: fund.FUND_PURPOSE_LABELS,
    fund.FundItemKind: fund.FUND_ITEM_KIND_LABELS,
    fund.FundStep: fund.FUND_STEP_LABELS,
    work_subsidy.SubsidyRuleState: work_subsidy.SUBSIDY_RULE_STATE_LABELS,
    work_subsidy.SubsidyListState: work_subsidy.SUBSIDY_LIST_STATE_LABELS,
    subsidy_recovery.SubsidyRecoveryState: subsidy_recovery.SUBSIDY_RECOVERY_STATE_LABELS,
    subsidy_recovery.SubsidyRecoveryGround: subsidy_recovery.SUBSIDY_RECOVERY_GROUND_LABELS,
    fund_payment.PaymentState: fund_payment.PAYMENT_STATE_LABELS,
    fund_finding.FindingState: fund_finding.FINDING_STATE_LABELS,
    treasury.TreasuryMatch: treasury.TREASURY_MATCH_LABELS,
    recovery.RecoveryGround: recovery.RECOVERY_GROUND_LABELS,
    recovery.RecoveryState: recovery.RECOVERY_STATE_LABELS,
    subsidy.Scheme: subsidy.SCHEME_LABELS,
    supplement.SupplementState: supplement.SUPPLEMENT_STATE_LABELS,
    standard.StandardName: standard.STANDARD_LABELS,
    standard_effect.Touch: standard_effect.TOUCH_LABELS,
    calling.Round: calling.ROUND_LABELS,
    message_kind.MessageKind: message_kind.MESSAGE_KIND_LABELS,
    reach.Reach: reach.REACH_LABELS,
    text_message.TextStage: text_message.TEXT_STAGE_LABELS,
    reach.Why: reach.WHY_LABELS,
    wish_word.WishMeaning: wish_word.WISH_MEANING_LABELS,
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
    "frozen",
    "placed",
    "paid",
    "entry_accepted",
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
    "entry_done",
}


# On his own pages the worker is spoken to; these are what everybody else reads about him.
TO_YOU = {
    N_("等本人答复"): N_("等你答复"),
    N_("本人愿意"): N_("你愿意去"),
    N_("本人不去"): N_("你不去"),
    N_("本人不参加"): N_("你不参加"),
    N_("本人撤回"): N_("你撤回了"),
    N_("本人说的"): N_("你自己说的"),
    N_("本人答复"): N_("你答复"),
    N_("本人在手机上"): N_("你在手机上"),
    N_("本人要求注销"): N_("你要求注销"),
    N_("本人还没有读过“自愿落户、不以退出土地权益为条件”的说明，读过确认后再申请。"): N_(
        "你还没有读过“自愿落户、不以退出土地权益为条件”的说明，读过确认后再申请。"
    ),
}


def to_reader(text: str) -> str:
    """The sentence as this reader is told it: a worker on his own pages is 你."""
    is_own = has_app_context() and g.get("permission") is access.Permission.PORTAL
    return TO_YOU.get(text, text) if is_own else text


def label(value: Any) -> str:
    """The word for an enumeration's member, in the reader's language; 未知 for None."""
    if value is None or value == "":
        return _("未知")
    return _(to_reader(LABELS[type(value)][value]))


def tone(value: Any) -> str:
    """good, warn, bad or plain: how a state's tag is coloured."""
    text = getattr(value, "value", value)
    return "good" if text in GOOD else "bad" if text in BAD else "warn" if text in WARN else "plain"


def level_label(value: int | None, kind: str) -> str:
    """The word for one of the engine's levels; ``kind`` is education, mandarin, health or evidence."""
    kinds = {
        "education": worker.Education,
        "mandarin": worker.Mandarin,
        "health": worker.Health,
        "evidence": placement.Evidence,
    }
    return _("未知") if value is None else label(kinds[kind](value))


def paper(kind: str) -> str:
    """The word for a kind of hukou paper."""
    return _(to_reader(catalogue.PAPERS[kind].label))
