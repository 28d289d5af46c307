"""Which acts take two persons, and whose hands count in each: what :mod:`models.second_person` reads.

An act that is missing here is done by one person; tests/house/test_two_persons.py holds that none that judges
is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.access import Permission
from models.event_tags import EventTag
from models.i18n import Sentence

ANY: frozenset[str] = frozenset()
_P = Permission
# Who holds one of these judges what others did: never one of the enterprise or school that it is about.
JUDGING = frozenset(
    {
        _P.ORDER_REVIEW,
        _P.COOPERATION_ACCEPT,
        _P.FOLLOWUP_VERIFY,
        _P.CLASS_APPROVE,
        _P.CLASS_INSPECT,
        _P.ENROLMENT_CONFIRM,
        _P.CERTIFICATE_ISSUE,
        _P.CLAIM_CHECK,
        _P.CLAIM_PAY,
        _P.FUND_PAY,
        _P.FUND_AUDIT,
        _P.HUKOU_REVIEW,
        _P.HUKOU_APPROVE,
        _P.RULE_RELEASE,
        _P.REPORT_CHECK,
        _P.CARD_SWITCH,
        _P.USER_ADMIN,
    }
)
# Where a row says whose interest it is; the first that is there counts with the others.
INTERESTS = (
    "enterprise_id",
    "school_id",
    "order.enterprise_id",
    "placement.order.enterprise_id",
    "spell.employer_id",
    "claim.school_id",
    "training_class.school_id",
    "training_class.enterprise_id",
    "agreement.school_id",
    "agreement.enterprise_id",
)


@dataclass(frozen=True)
class Related:
    """Rows whose events count too: those of ``table`` whose ``key`` names a row of ``of``."""

    table: str
    key: str
    of: str


@dataclass(frozen=True)
class Check:
    """One act that takes a second person, and whose hands count.

    ``makes``: by tag of the audit, the events (all where none is named) that make somebody a hand in the row
    ``table``:``key``. ``columns`` of the row name such accounts too. ``alike``: keys of the payload that have
    to be the row's own (the audit of a follow-up stands with its placement). ``since``: events that begin a
    new round; what was done in an earlier one does not count. ``said`` is the refusal.
    """

    name: str
    table: str
    said: Sentence
    makes: Mapping[EventTag, frozenset[str]] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    key: str = "id"
    alike: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    since: frozenset[str] = ANY


_T = EventTag
_CLAIM_ROWS = (
    Related("claim", "cohort_id", "cohort"),
    Related("claim_paper", "claim_id", "claim"),
    Related("public_notice", "claim_id", "claim"),
)
_CLAIMING = {
    _T.CLASS_ADVANCE: frozenset({"claim", "claim_first"}),
    _T.CLAIM_MAKE: ANY,
    _T.CLAIM_PAPER_ADD: ANY,
    _T.CLAIM_PAPER_WITHDRAW: ANY,
}
_CHECKING = {
    _T.CLASS_ADVANCE: frozenset({"claim", "claim_first", "publish", "pull"}),
    _T.CLAIM_LINE_REFUSE: frozenset({"", "restore"}),  # not what the rules struck by themselves
    _T.CLAIM_ANSWER: ANY,
    _T.NOTICE_PUBLISH: ANY,
    _T.NOTICE_OBJECT: frozenset({"answer"}),
}
_RULE = {_T.RULE_DRAFT: frozenset({"", "edit"}), _T.RULE_ADVANCE: frozenset({"propose"})}
_WROTE_IT = ("created_by_id", "proposed_by_id")

ORDER_REVIEWED = Check(
    "order.review",
    "job_order",
    Sentence("写岗位、交岗位的人不能审核它，请换一位同事。"),
    {_T.ORDER_CREATE: ANY, _T.ORDER_UPDATE: ANY, _T.ORDER_ADVANCE: frozenset({"submit", "recall"})},
    ("submitted_by_id", "created_by_id"),
)
RULE_RELEASED = Check(
    "rule.release",
    "settlement_rule",
    Sentence("写规则的人不能批准它，请换一位同事。"),
    _RULE,
    _WROTE_IT,
)
RULE_COMPARED = Check(
    "rule.compare",
    "settlement_rule",
    Sentence("写规则的人不能核对它，请换一位同事。"),
    _RULE,
    _WROTE_IT,
)
STANDARD_RELEASED = Check(
    "standard.release",
    "training_standard",
    Sentence("写规则的人不能批准它，请换一位同事。"),
    {_T.REFERENCE_UPDATE: ANY, _T.STANDARD_ADVANCE: frozenset({"propose"})},
    _WROTE_IT,
)
INDICATOR_RELEASED = Check(
    "indicator.release",
    "indicator",
    Sentence("写指标口径的人不能批准它，请换一位同事。"),
    {_T.INDICATOR_WRITE: ANY, _T.INDICATOR_ADVANCE: frozenset({"propose"})},
    _WROTE_IT,
)
WORDING_RELEASED = Check(
    "wording.release",
    "message_wording",
    Sentence("写这段话的人不能批准它，请换一位同事。"),
    {_T.WORDING_WRITE: ANY, _T.WORDING_ADVANCE: frozenset({"propose"})},
    _WROTE_IT,
)
REPORT_CHECKED = Check(
    "report.check",
    "report",
    Sentence("起草的人不能核对自己的报表，请对方一头的另一个人来核对。"),
    {_T.REPORT_DRAFT: ANY, _T.REPORT_ADVANCE: frozenset({"submit"})},
    ("drafted_by_id",),
)
CARD_SWITCHED = Check(
    "card.switch",
    "score_card",
    Sentence("让它学习的人不能自己启用，请另一位管理员看过报告再启用。"),
    {_T.CARD_LEARN: ANY},
    ("created_by_id",),
)
CLASS_APPROVED = Check(
    "class.approve",
    "cohort",
    Sentence("申请开班的人不能审核，请换一位同事。"),
    {
        _T.CLASS_CREATE: ANY,
        _T.CLASS_UPDATE: ANY,
        _T.CLASS_ADVANCE: frozenset({"apply"}),
        _T.TIMETABLE_IMPORT: ANY,
        _T.TIMETABLE_CHANGE: ANY,
    },
    ("applied_by_id", "created_by_id"),
)
CLAIM_CHECKED = Check(
    "claim.check",
    "cohort",
    Sentence("申报的人不能审核自己的申报，请换一位同事。"),
    _CLAIMING,
    ("claimed_by_id",),
    related=_CLAIM_ROWS,
)
CLAIM_PAID = Check(
    "claim.pay",
    "cohort",
    Sentence("申报的人和审核的人不能拨付，请换一位同事。"),
    _CLAIMING | _CHECKING,
    ("claimed_by_id", "checked_by_id"),
    related=_CLAIM_ROWS,
    since=frozenset({"claim", "claim_first"}),
)
RECOVERY_WAIVED = Check(
    "recovery.waive",
    "recovery",
    Sentence("要求追回的人不能自己决定不追回，请换一位同事。"),
    {_T.RECOVERY_DEMAND: ANY},
)
FUND_PAID = Check(
    "fund.pay",
    "fund_payment",
    Sentence("提出支付的人不能自己支付，请换一位同事。"),
    {_T.FUND_PAYMENT_CREATE: ANY},
    ("proposed_by_id",),
)
SUBSIDY_RULE_COMPARED = Check(
    "subsidy_rule.compare",
    "work_subsidy_rule",
    Sentence("写标准的人不能自己核对，请换一位同事。"),
    {_T.SUBSIDY_RULE_WRITE: ANY},
    ("entered_by_id",),
)
SUBSIDY_LIST_PAID = Check(
    "subsidy_list.pay",
    "work_subsidy_list",
    Sentence("列名单的人不能自己支付，请换一位同事。"),
    {_T.SUBSIDY_LIST_CREATE: ANY},
    ("proposed_by_id",),
)
SUBSIDY_RECOVERY_WAIVED = Check(
    "subsidy_recovery.waive",
    "work_subsidy_recovery",
    Sentence("要求追回的人不能自己决定不追回，请换一位同事。"),
    {_T.SUBSIDY_RECOVERY_DEMAND: ANY},
)
FUND_ACCEPTED = Check(
    "fund.accept",
    "fund_payment",
    Sentence("提出支付和办理支付的人不能自己验收，请换一位同事。"),
    {_T.FUND_PAYMENT_CREATE: ANY, _T.FUND_PAYMENT_ADVANCE: frozenset({"pay"})},
    ("proposed_by_id", "paid_by_id"),
)
RECTIFICATION_ACCEPTED = Check(
    "rectification.accept",
    "fund_finding",
    Sentence("做整改的人不能自己认定整改到位，请审计人员来办。"),
    {_T.FUND_FINDING_ADVANCE: frozenset({"rectify"})},
)
FINDING_VERIFIED = Check(
    "finding.verify",
    "placement",
    Sentence("登记人不能核实自己登记的回访，请换一位同事核实。"),
    {_T.FOLLOWUP_RECORD: ANY, _T.EVIDENCE_ADD: ANY},
    ("recorded_by_id",),
    key="placement_id",
    related=(Related("evidence_paper", "follow_up_id", "follow_up"),),
    alike=("months",),
)
MONTH_VERIFIED = Check(
    "month.verify",
    "monthly_roster",
    Sentence("报花名册的人不能自己核实，请换一位同事。"),
    {_T.MONTH_CONFIRM: ANY},
    ("confirmed_by_id",),
)
EVIDENCE_VERIFIED = Check(
    "evidence.verify",
    "employment_spell",
    Sentence("登记凭据的人不能核实它，请换一位同事核实。"),
    {_T.SPELL_EVIDENCE: ANY, _T.EVIDENCE_ADD: ANY},
    ("recorded_by_id",),
    key="spell_id",
    related=(Related("evidence_paper", "spell_evidence_id", "spell_evidence"),),
)
CASE_DECIDED = Check(
    "case.decide",
    "settlement_case",
    Sentence("审核的人不能自己决定，请换一位同事。"),
    {
        _T.HUKOU_CASE_CREATE: ANY,
        _T.HUKOU_CASE_ADVANCE: frozenset({"apply", "accept", "review", "ask_more", "supply", "list"}),
        _T.HUKOU_DOCUMENT_ADD: ANY,
        _T.HUKOU_DOCUMENT_JUDGE: ANY,
        _T.HUKOU_PRIORITY: ANY,
    },
    ("reviewed_by_id",),
    related=(Related("settlement_document", "case_id", "settlement_case"),),
)
ROSTER_CONFIRMED = Check(
    "roster.confirm",
    "import_batch",
    Sentence("上传的人不能自己确认，请县里另一位经办确认。"),
    {_T.IMPORT_UPLOAD: ANY, _T.IMPORT_ADVANCE: frozenset({"submit"})},
    ("user_id",),
)
AGREEMENT_SIGNED = Check(
    "agreement.sign",
    "training_agreement",
    Sentence("你已经替一方签过字。一个账号只能替一方签，请另一方用自己的账号签。"),
)
REQUEST_CONFIRMED = Check(
    "request.confirm",
    "account_request",
    Sentence("提出的人不能自己同意，请另一位管理员来办。"),
    {_T.REQUEST_MAKE: ANY},
    ("asked_by_id", "user_id"),
)
ACT_SEEN = Check(
    "act.look",
    "watched_act",
    Sentence("办的人和被办的账号不能自己看过，请另一位管理员来看。"),
    columns=("doer_id", "target_id"),
)
ENTRY_ACCEPTED = Check(
    "entry.accept",
    "register_entry",
    Sentence("登记、修改和办这件事的人不能自己验收，请换一位同事。"),
    {
        _T.ENTRY_WRITE: ANY,
        _T.ENTRY_ADVANCE: frozenset({"begin_entry", "finish_entry"}),
        _T.ENTRY_PAPER_ADD: ANY,
    },
    ("entered_by_id",),
    related=(Related("entry_paper", "entry_id", "register_entry"),),
)
SUPPLEMENT_SIGNED = Check("supplement.sign", "agreement_supplement", AGREEMENT_SIGNED.said)

CHECKS: dict[str, Check] = {
    check.name: check
    for check in (
        ORDER_REVIEWED,
        RULE_RELEASED,
        RULE_COMPARED,
        STANDARD_RELEASED,
        INDICATOR_RELEASED,
        WORDING_RELEASED,
        REPORT_CHECKED,
        CARD_SWITCHED,
        CLASS_APPROVED,
        CLAIM_CHECKED,
        CLAIM_PAID,
        RECOVERY_WAIVED,
        FUND_PAID,
        SUBSIDY_RULE_COMPARED,
        SUBSIDY_LIST_PAID,
        SUBSIDY_RECOVERY_WAIVED,
        FUND_ACCEPTED,
        RECTIFICATION_ACCEPTED,
        FINDING_VERIFIED,
        MONTH_VERIFIED,
        EVIDENCE_VERIFIED,
        CASE_DECIDED,
        ROSTER_CONFIRMED,
        AGREEMENT_SIGNED,
        SUPPLEMENT_SIGNED,
        REQUEST_CONFIRMED,
        ACT_SEEN,
        ENTRY_ACCEPTED,
    )
}
