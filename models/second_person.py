"""The one check that a second person does what one alone must not: against hands, not against buttons.

Each act that takes two persons stands in :data:`CHECKS`. Whoever made, edited, proposed or judged the row in
question, as the audit has it, is no second person; nor is an account that may be in the same hand
(:mod:`models.one_hand`), nor anybody of an enterprise or school that the row is about. Two officers of one
county are two persons: the law asks for two, and a county has no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, object_session
from sqlalchemy.orm.exc import UnmappedInstanceError

from models.access import Actor, Grant, Permission
from models.audit import AuditEvent, noted
from models.base import Base
from models.event_tags import EventTag
from models.i18n import Sentence
from models.one_hand import one_hand
from models.reference.organisation import Organisation
from models.user import User

ANY: frozenset[str] = frozenset()
_P = Permission
# Who holds one of these judges what others did: never one of the enterprise or school that it is about.
JUDGING = frozenset(
    {
        _P.ORDER_REVIEW,
        _P.FOLLOWUP_VERIFY,
        _P.CLASS_APPROVE,
        _P.CLASS_INSPECT,
        _P.ENROLMENT_CONFIRM,
        _P.CERTIFICATE_ISSUE,
        _P.CLAIM_CHECK,
        _P.CLAIM_PAY,
        _P.HUKOU_REVIEW,
        _P.HUKOU_APPROVE,
        _P.RULE_RELEASE,
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
SUPPLEMENT_SIGNED = Check("supplement.sign", "agreement_supplement", AGREEMENT_SIGNED.said)

CHECKS: dict[str, Check] = {
    check.name: check
    for check in (
        ORDER_REVIEWED,
        RULE_RELEASED,
        RULE_COMPARED,
        STANDARD_RELEASED,
        CARD_SWITCHED,
        CLASS_APPROVED,
        CLAIM_CHECKED,
        CLAIM_PAID,
        RECOVERY_WAIVED,
        FINDING_VERIFIED,
        CASE_DECIDED,
        ROSTER_CONFIRMED,
        AGREEMENT_SIGNED,
        SUPPLEMENT_SIGNED,
        REQUEST_CONFIRMED,
        ACT_SEEN,
    )
}


def second_person(check: Check, row: Any, actor: Actor) -> list[Sentence]:
    """Why ``actor`` is no second person for ``row``; empty where nothing stands against."""
    session = _session_of(row)
    hands = {number for name in check.columns if (number := getattr(row, name, None)) is not None}
    if session is not None:
        hands |= hands_on(session, check, row)
    return not_by(session, actor, hands, check.said) + interest(row, actor)


def not_by(session: Session | None, actor: Actor, hands: set[int], said: Sentence) -> list[Sentence]:
    """Why ``actor`` is not another person than ``hands``: the same account, the same hand, the same
    organisation. The platform itself (no account) is another."""
    if actor.user_id is None:
        return []
    if actor.user_id in hands:
        return [said]
    if session is None:
        return []
    if tied := one_hand(session, actor.user_id) & hands:
        return [_same_hand(session, min(tied))]
    return _same_organisation(session, actor, hands)


def _same_hand(session: Session, user_id: int) -> Sentence:
    other = session.get(User, user_id)
    return Sentence(
        "你和%(name)s的账号，是同一位管理员建的、授权的或换过密码的，还没有另一位管理员看过，"
        "现在算一个人办的。请换一位同事，或请另一位管理员先在“账号与授权”里看过。",
        {"name": other.name if other else str(user_id)},
    )


def _same_organisation(session: Session, actor: Actor, hands: set[int]) -> list[Sentence]:
    own = _organisations(actor)
    if not own or not hands:
        return []
    shared = select(Grant.organisation_id).where(Grant.user_id.in_(hands), Grant.organisation_id.in_(own))
    number = session.scalar(shared.limit(1))
    return [_of_organisation(session, number)] if number is not None else []


def interest(row: Any, actor: Actor) -> list[Sentence]:
    """That the row is about an enterprise or school of the actor's own: nobody judges that, by whatever
    other right."""
    if not _organisations(actor):
        return []
    about = {number for path in INTERESTS if (number := _value(row, path)) is not None}
    return of_organisations(_session_of(row), actor, about)


def of_organisations(session: Session | None, actor: Actor, about: set[int]) -> list[Sentence]:
    """That ``actor`` is one of the people of one of these enterprises and schools."""
    own = about & _organisations(actor)
    return [_of_organisation(session, min(own))] if own else []


def _organisations(actor: Actor) -> frozenset[int]:
    return actor.belongs_to | frozenset(actor.organisations())


def _of_organisation(session: Session | None, number: int) -> Sentence:
    row = session.get(Organisation, number) if session is not None else None
    name = row.name if row else str(number)
    return Sentence("这件事关系到你所在的单位（%(name)s），不能由你来办，请换一位同事。", {"name": name})


def _value(row: Any, path: str) -> int | None:
    try:
        number: int | None = attrgetter(path)(row)
    except AttributeError:
        return None
    return number


def _session_of(row: Any) -> Session | None:
    try:
        return object_session(row)
    except UnmappedInstanceError:
        return None


# --- hands ----------------------------------------------------------------------------------------------


def hands_on(session: Session, check: Check, row: Any) -> set[int]:
    """The accounts whose acts on ``row`` and on what belongs to it the audit has, this transaction's too."""
    subjects = _subjects(session, check, row)
    tags = {tag.value for tag in check.makes}
    own = f"{check.table}:{getattr(row, check.key)}"
    kept = session.execute(
        select(AuditEvent.actor_id, AuditEvent.tag, AuditEvent.subject, AuditEvent.payload)
        .where(AuditEvent.subject.in_(subjects), AuditEvent.tag.in_(tags))
        .order_by(AuditEvent.id)
    )
    acts = [
        _Act(who, tag, subject, AuditEvent(payload=payload).details) for who, tag, subject, payload in kept
    ]
    acts += [_Act(*one) for one in noted(session) if one[1] in tags and one[2] in subjects]
    begins = max((n for n, act in enumerate(acts) if check.since and act.event in check.since), default=0)
    alike = {name: getattr(row, name) for name in check.alike}
    return {
        act.actor_id
        for act in acts[begins:]
        if act.actor_id is not None
        and _counts(check, act)
        and (act.subject != own or all(act.told.get(name) == value for name, value in alike.items()))
    }


@dataclass(frozen=True)
class _Act:
    actor_id: int | None
    tag: str
    subject: str
    told: Mapping[str, Any]

    @property
    def event(self) -> str:
        return str(self.told.get("event", ""))


def _counts(check: Check, act: _Act) -> bool:
    events = check.makes[EventTag(act.tag)]
    return not events or act.event in events


def _subjects(session: Session, check: Check, row: Any) -> list[str]:
    known: dict[str, list[int]] = {row.__tablename__: [row.id], check.table: [getattr(row, check.key)]}
    for one in check.related:
        table = Base.metadata.tables[one.table]
        belongs = table.c[one.key].in_(known[one.of])
        known[one.table] = list(session.scalars(select(table.c.id).where(belongs)))
    return [f"{table}:{number}" for table, numbers in known.items() for number in numbers]


def others(
    session: Session, actor: Actor, *columns: InstrumentedAttribute[int | None]
) -> ColumnElement[bool]:
    """For lists of what waits: rows in whose ``columns`` no hand of the actor's stands.

    The step itself compares with the whole audit (:func:`second_person`); a list of thousands does not.
    """
    own = one_hand(session, actor.user_id)
    return and_(*(or_(column.is_(None), column.not_in(own)) for column in columns))
