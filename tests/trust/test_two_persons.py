"""T22: no act that needs two persons succeeds with accounts made, granted or edited by one.

Generated from the table of such acts (models/second_person.py): every act, by every trace of a hand that the
table names, with every way in which two accounts can be one. Each is really tried; an account that has
nothing to do with it is the counter-proof.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import oversight, requests
from app.employment.rosters import checks
from app.employment.spells.operations import spells
from app.hukou.cases.operations import steps
from app.hukou.rules.operations import versions
from app.placements.operations import follow_ups
from app.training.agreements import operations as agreements
from app.training.agreements import supplements
from models.access import Actor, Grant, Role
from models.account_request import NOT_ANOTHER, AccountRequest, RequestKind
from models.audit import record
from models.base import Base
from models.clock import today, utc_now
from models.cooperation.entry import ENTRY_WORKFLOW, EntryState, RegisterEntry
from models.cooperation.fund_finding import FINDING_WORKFLOW, FindingState, FundFinding
from models.cooperation.fund_payment import PAYMENT_WORKFLOW, FundPayment, PaymentState
from models.cooperation.subsidy_recovery import SUBSIDY_RECOVERY_WORKFLOW, SubsidyRecovery
from models.cooperation.work_subsidy import (
    SUBSIDY_LIST_WORKFLOW,
    SUBSIDY_RULE_WORKFLOW,
    SubsidyList,
    SubsidyRule,
)
from models.employment.roster import MonthlyRoster, Presence, RosterLine, RosterSource, open_months
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellEvidence, SpellKind, Teller
from models.event_tags import EventTag
from models.hukou.rule import HukouRule, RuleState
from models.i18n import Refusal
from models.jobs.order import ORDER_WORKFLOW, OrderState
from models.messages.kind import MessageKind
from models.messages.wording import WORDING_WORKFLOW, MessageWording
from models.people.intake import BATCH_WORKFLOW, BatchState, ImportBatch
from models.placement.placement import Evidence, FollowUp, Outcome
from models.reference.organisation import Organisation, OrganisationKind
from models.reports.indicator import INDICATOR_WORKFLOW, Indicator
from models.reports.report import REPORT_WORKFLOW, Report, ReportState
from models.scorecard import SCORECARD_WORKFLOW, Scorecard, ScorecardState, Verdict
from models.second_person import not_by
from models.training.agreement import AgreementState, Party
from models.training.class_workflow import CLASS_WORKFLOW
from models.training.recovery import RECOVERY_WORKFLOW, Recovery
from models.training.standard import STANDARD_WORKFLOW, StandardName, TrainingStandard
from models.training.supplement import Supplement, SupplementSignature
from models.training.training_class import ClassState
from models.training.training_order import TrainingOrderState
from models.two_person_acts import CHECKS, Check
from models.user import User
from models.watched_act import TIES, WatchedAct, WatchedKind
from models.workflow import Workflow
from tests.factories.any_row import fill
from tests.factories.fund_world import make_fund_rows
from tests.factories.hukou import live_rule, make_case
from tests.factories.people import (
    FOSHAN,
    ZHAOJUE,
    actor_of,
    make_enterprise,
    make_order,
    make_placement,
    make_user,
    make_worker,
)
from tests.factories.report_world import make_report_rows
from tests.factories.training import make_agreement, make_class, make_training_order


@dataclass
class Try:
    """A row on which the act could be done now, by somebody with ``role``, and the act."""

    row: Any
    role: Role
    act: Callable[[Actor], object]
    where: dict[str, str]


def _step(session: Session, flow: Workflow, row: Any, event: str, role: Role, reason: str = "") -> Try:
    where = {Role.COUNTY: {"area_code": ZHAOJUE}, Role.CITY: {"area_code": FOSHAN}}.get(role, {})
    return Try(row, role, lambda actor: flow.advance(session, row, event, actor, reason=reason), where)


def _rule(session: Session) -> HukouRule:
    rule = versions.new_version(session, Actor(None, "platform"), live_rule(session))
    rule.effect, rule.state = {"people": 0, "moves": {}}, RuleState.PROPOSED
    return rule


def _release(session: Session) -> Try:
    rule = _rule(session)
    return Try(rule, Role.ADMIN, lambda actor: versions.advance(session, actor, rule, "release", ""), {})


def _compare(session: Session) -> Try:
    rule = _rule(session)
    return Try(rule, Role.ADMIN, lambda actor: versions.mark_checked(session, actor, rule, "X", today()), {})


def _standard(session: Session) -> Try:
    row = TrainingStandard(name=StandardName.TRAINING_FEE, value=1, valid_from=today(), source="县发文")
    row.state = RuleState.PROPOSED
    session.add(row)
    return _step(session, STANDARD_WORKFLOW, row, "release", Role.ADMIN)


def _definition(session: Session) -> Try:
    row = session.scalars(select(Indicator).where(Indicator.key == "meetings")).one()
    row.state, row.effect = RuleState.PROPOSED, {"rows": []}
    return _step(session, INDICATOR_WORKFLOW, row, "release", Role.PROVINCE)


def _wording(session: Session) -> Try:
    row = MessageWording(kind=MessageKind.HIRED, language="en", text="x", effect={"preview": "x"})
    row.state = RuleState.PROPOSED
    session.add(row)
    return _step(session, WORDING_WORKFLOW, row, "release", Role.ADMIN)


def _card(session: Session) -> Try:
    row = Scorecard(name="x", months=6, champion_name="", points={"version": "x"}, verdict=Verdict.MAY_SWITCH)
    row.state = ScorecardState.JUDGED
    session.add(row)
    return _step(session, SCORECARD_WORKFLOW, row, "switch_on", Role.ADMIN, "看过报告")


def _class(state: ClassState, event: str) -> Callable[[Session], Try]:
    def build(session: Session) -> Try:
        row = make_class(session, state=state, notice_over=True)
        return _step(session, CLASS_WORKFLOW, row, event, Role.COUNTY)

    return build


def _order(session: Session) -> Try:
    row = make_order(session, state=OrderState.SUBMITTED)
    return _step(session, ORDER_WORKFLOW, row, "approve", Role.CITY)


def _roster(session: Session) -> Try:
    row = ImportBatch(county_code=ZHAOJUE, filename="x", file_digest="x", township_code="513431100")
    row.state = BatchState.SUBMITTED
    session.add(row)
    return _step(session, BATCH_WORKFLOW, row, "confirm", Role.COUNTY)


def _recovery(session: Session) -> Try:
    made = make_class(session)
    given = {"cohort_id": made.id, "school_id": made.school_id} | GIVEN["claim"]
    claim = fill(session, Base.metadata.tables["claim"], given)
    key = fill(session, Base.metadata.tables["recovery"], {"claim_id": claim})
    return _step(session, RECOVERY_WORKFLOW, session.get_one(Recovery, key), "waive", Role.COUNTY, "已去世")


def _finding(session: Session) -> Try:
    placement = make_placement(session, make_order(session), make_worker(session))
    row = FollowUp(
        placement_id=placement.id,
        months=1,
        due_on=today(),
        outcome=Outcome.EMPLOYED,
        evidence=Evidence.SELF_REPORT,
        recorded_at=utc_now(),
    )
    session.add(row)
    place = {"area_code": FOSHAN}
    return Try(row, Role.CITY, lambda actor: follow_ups.verify(session, actor, row, utc_now()), place)


def _spell_evidence(session: Session) -> Try:
    spell = EmploymentSpell(
        worker_id=make_worker(session).id,
        county_code=ZHAOJUE,
        place_code=FOSHAN,
        kind=SpellKind.ENTERPRISE,
        teller=Teller.HOME,
    )
    spell.set_began(today())
    row = SpellEvidence(spell=spell, kind=EvidenceKind.WORD, level=1, teller=Teller.HOME, shown_on=today())
    session.add(row)
    place = {"area_code": FOSHAN}
    return Try(row, Role.CITY, lambda actor: spells.verify(session, actor, row, None, utc_now()), place)


def _month(session: Session) -> Try:
    month, worker = open_months(today())[0], make_worker(session)
    row = MonthlyRoster(
        source=RosterSource.ENTERPRISE,
        owner="enterprise:0",
        month=month,
        enterprise_id=make_enterprise(session).id,
        city_code=FOSHAN,
        confirmed_at=utc_now(),
    )
    session.add(row)
    session.flush()
    told = {"source": row.source, "month": month, "county_code": ZHAOJUE, "presence": Presence.WORKING}
    line = RosterLine(roster_id=row.id, worker_id=worker.id, **told)
    session.add(line)
    session.flush()
    act: Callable[[Actor], object] = lambda actor: checks.confirm_one(  # noqa: E731
        session, actor, line, "到厂看过", utc_now()
    )
    return Try(row, Role.CITY, act, {"area_code": FOSHAN})


def _case(session: Session) -> Try:
    case, place = make_case(session), {"area_code": FOSHAN}
    act: Callable[[Actor], object] = lambda actor: steps.reject(session, actor, case, today(), "不符合")  # noqa: E731
    return Try(case, Role.REGISTRATION, act, place)


def _agreement(session: Session) -> Try:
    order = make_training_order(session, state=TrainingOrderState.CHOSEN)
    row = make_agreement(session, order, state=AgreementState.SIGNING)
    for one in row.signatures:
        one.signed_at = None if one.party is Party.COUNTY else utc_now()
    place = {"area_code": ZHAOJUE}
    return Try(row, Role.COUNTY, lambda actor: agreements.sign(session, actor, row, "王", utc_now()), place)


def _supplement(session: Session) -> Try:
    agreement = make_agreement(session)
    row = Supplement(
        agreement=agreement,
        number="x",
        reason="汛期",
        ready_by=agreement.order.ready_by,
        ready_by_before=agreement.order.ready_by,
        signatures=[
            SupplementSignature(party=party, signed_at=None if party is Party.COUNTY else utc_now())
            for party in (Party.COUNTY, Party.SCHOOL)
        ],
    )
    session.add(row)
    act: Callable[[Actor], object] = lambda actor: supplements.sign(  # noqa: E731
        session, actor, row, "王", utc_now(), today()
    )
    return Try(row, Role.COUNTY, act, {"area_code": ZHAOJUE})


def _request(session: Session) -> Try:
    asker, lost = make_user(session, Role.ADMIN), make_user(session)
    row = AccountRequest(
        kind=RequestKind.SECOND_FACTOR, user_id=lost.id, asked_by_id=asker.id, due_on=today()
    )
    session.add(row)
    act: Callable[[Actor], object] = lambda actor: requests.decide(  # noqa: E731
        session, actor, row, "confirm", "", utc_now()
    )
    return Try(row, Role.ADMIN, act, {})


def _look(session: Session) -> Try:
    doer, target = make_user(session, Role.ADMIN), make_user(session)
    row = WatchedAct(
        event_id=10**6, kind=WatchedKind.ACCOUNT, tag="grant:give", doer_id=doer.id, target_id=target.id
    )
    session.add(row)
    session.flush()
    return Try(row, Role.ADMIN, lambda actor: oversight.look(session, actor, [row.id], utc_now()), {})


def _wording(session: Session) -> Try:
    row = MessageWording(kind=next(iter(MessageKind)), language="ii", text="x", state=RuleState.PROPOSED)
    session.add(row)
    return _step(session, WORDING_WORKFLOW, row, "release", Role.ADMIN)


def _entry(session: Session) -> Try:
    row = RegisterEntry(register="projects", place_code=ZHAOJUE, city_code=FOSHAN, title="危房改造")
    row.state = EntryState.DONE
    session.add(row)
    return _step(session, ENTRY_WORKFLOW, row, "accept_entry", Role.CITY)


def _report(session: Session) -> Try:
    ids = make_report_rows(session, ZHAOJUE, FOSHAN)
    row = session.get_one(Report, ids["report"])
    row.state = ReportState.SUBMITTED
    return _step(session, REPORT_WORKFLOW, row, "check", Role.CITY)


def _fund(state: PaymentState, event: str) -> Callable[[Session], Try]:
    def build(session: Session) -> Try:
        ids = make_fund_rows(session, ZHAOJUE, make_user(session).id)
        row = session.get_one(FundPayment, ids["fund_payment"])
        row.state = state
        return _step(session, PAYMENT_WORKFLOW, row, event, Role.COUNTY)

    return build


def _subsidy_rule(session: Session) -> Try:
    ids = make_fund_rows(session, ZHAOJUE, make_user(session).id)
    row = session.get_one(SubsidyRule, ids["work_subsidy_rule"])
    return _step(session, SUBSIDY_RULE_WORKFLOW, row, "compare", Role.COUNTY)


def _subsidy_list(session: Session) -> Try:
    ids = make_fund_rows(session, ZHAOJUE, make_user(session).id)
    row = session.get_one(SubsidyList, ids["work_subsidy_list"])
    return _step(session, SUBSIDY_LIST_WORKFLOW, row, "pay_list", Role.COUNTY)


def _subsidy_recovery(session: Session) -> Try:
    key = fill(session, Base.metadata.tables["work_subsidy_recovery"], {})
    row = session.get_one(SubsidyRecovery, key)
    return _step(session, SUBSIDY_RECOVERY_WORKFLOW, row, "waive", Role.COUNTY, "已去世")


def _rectified(session: Session) -> Try:
    ids = make_fund_rows(session, ZHAOJUE, make_user(session).id)
    row = session.get_one(FundFinding, ids["fund_finding"])
    row.state = FindingState.RECTIFIED
    return _step(session, FINDING_WORKFLOW, row, "close", Role.AUDITOR)


TRIES: dict[str, Callable[[Session], Try]] = {
    "order.review": _order,
    "rule.release": _release,
    "rule.compare": _compare,
    "standard.release": _standard,
    "indicator.release": _definition,
    "wording.release": _wording,
    "card.switch": _card,
    "class.approve": _class(ClassState.APPLIED, "approve"),
    "claim.check": _class(ClassState.CLAIMED, "publish"),
    "claim.pay": _class(ClassState.PUBLISHED, "pay"),
    "roster.confirm": _roster,
    "recovery.waive": _recovery,
    "finding.verify": _finding,
    "evidence.verify": _spell_evidence,
    "case.decide": _case,
    "agreement.sign": _agreement,
    "supplement.sign": _supplement,
    "request.confirm": _request,
    "act.look": _look,
    "month.verify": _month,
    "entry.accept": _entry,
    "report.check": _report,
    "subsidy_rule.compare": _subsidy_rule,
    "subsidy_list.pay": _subsidy_list,
    "subsidy_recovery.waive": _subsidy_recovery,
    "fund.pay": _fund(PaymentState.PROPOSED, "pay"),
    "fund.accept": _fund(PaymentState.PAID, "accept"),
    "rectification.accept": _rectified,
}
# Under which row of those that belong to the one in question an act is noted.
NOTED_WITH = {
    EventTag.CLAIM_MAKE: "claim",
    EventTag.CLAIM_PAPER_ADD: "claim_paper",
    EventTag.CLAIM_PAPER_WITHDRAW: "claim_paper",
    EventTag.CLAIM_LINE_REFUSE: "claim",
    EventTag.CLAIM_ANSWER: "claim",
    EventTag.NOTICE_PUBLISH: "public_notice",
    EventTag.NOTICE_OBJECT: "public_notice",
    EventTag.HUKOU_DOCUMENT_ADD: "settlement_document",
    EventTag.HUKOU_DOCUMENT_JUDGE: "settlement_document",
    EventTag.EVIDENCE_ADD: "evidence_paper",
    EventTag.ENTRY_PAPER_ADD: "entry_paper",
}
# What a row of these needs besides (tests/factories/any_row.py draws the rest).
GIVEN: dict[str, dict[str, Any]] = {"claim": {"made_at": utc_now()}, "evidence_paper": {"content": b"%PDF"}}
Trace = Callable[[Session, Any, Actor], None]


def _noted(check: Check, tag: EventTag, event: str) -> Trace:
    """The audit has that the maker did ``tag`` to the row, or to one that belongs to it."""

    def leave(session: Session, row: Any, maker: Actor) -> None:
        keys = {row.__tablename__: row.id, check.table: getattr(row, check.key)}
        for one in check.related:
            given = {one.key: keys[one.of]} | GIVEN.get(one.table, {})
            keys[one.table] = fill(session, Base.metadata.tables[one.table], given)
        told = {name: getattr(row, name) for name in check.alike} | ({"event": event} if event else {})
        table = NOTED_WITH.get(tag, check.table)
        record(session, maker, tag, f"{table}:{keys[table]}", **told)

    return leave


def _column(name: str) -> Trace:
    return lambda session, row, maker: setattr(row, name, maker.user_id)


def _signed(session: Session, row: Any, maker: Actor) -> None:
    next(one for one in row.signatures if one.signed_at).signed_by_id = maker.user_id


def traces(check: Check) -> list[tuple[str, Trace]]:
    """How a maker's hand shows: each column and each event that the table names."""
    known: list[tuple[str, Trace]] = [(column, _column(column)) for column in check.columns]
    for tag, events in check.makes.items():
        known += [(f"{tag.value} {one}", _noted(check, tag, one)) for one in sorted(events or {""})]
    return known or [("signature", _signed)]


# How two accounts come into one hand: (doer, target) by name, with anybody between.
Pairs = list[tuple[str, str]]
WAYS: dict[str, tuple[str, Pairs]] = {
    "himself": ("maker", []),
    "made by the maker": ("checker", [("maker", "checker")]),
    "made the maker": ("checker", [("checker", "maker")]),
    "both made by one": ("checker", [("hand", "maker"), ("hand", "checker")]),
    "along a chain": ("checker", [("maker", "first"), ("first", "second"), ("second", "checker")]),
    "by two of one": (
        "checker",
        [("hand", "first"), ("hand", "second"), ("first", "maker"), ("second", "checker")],
    ),
}


SAID = {
    *(check.said.text for check in CHECKS.values()),
    NOT_ANOTHER.text,
    oversight.NOT_INDEPENDENT.text,
}


def is_refused(attempt: Try, actor: Actor) -> bool:
    """Whether the act says that ``actor`` is no second person, whatever else stands against it."""
    try:
        attempt.act(actor)
    except Refusal as refusal:
        texts = [one.text for one in refusal.sentences]
        return any(text in SAID or "现在算一个人办的" in text or "你所在的单位" in text for text in texts)
    return False


def tie(session: Session, pairs: Pairs, people: dict[str, User], tag: str) -> None:
    """Acts on accounts that nobody has looked at."""
    for n, (doer, target) in enumerate(pairs):
        ends = {"doer_id": people[doer].id, "target_id": people[target].id}
        session.add(WatchedAct(event_id=2 * 10**6 + n, kind=WatchedKind.ACCOUNT, tag=tag, **ends))
    session.flush()


def cast(session: Session, attempt: Try) -> dict[str, User]:
    """A maker, a checker with the right to the act, a stranger with the same, and three puppets."""
    named = {name: make_user(session) for name in ("hand", "first", "second")}
    able = {
        name: make_user(session, attempt.role, **attempt.where) for name in ("maker", "checker", "stranger")
    }
    return named | able


def test_every_act_of_the_table_is_tried() -> None:
    assert TRIES.keys() == CHECKS.keys()


@pytest.mark.parametrize("name", CHECKS)
def test_accounts_of_one_hand_are_no_two_persons(session: Session, name: str) -> None:
    attempt = TRIES[name](session)
    people = cast(session, attempt)
    went_through, tags = [], itertools.cycle(TIES)
    for word, trace in traces(CHECKS[name]):
        with session.begin_nested() as traced:
            trace(session, attempt.row, actor_of(session, people["maker"]))
            session.flush()
            for way, (who, pairs) in WAYS.items():
                with session.begin_nested() as tried:
                    tie(session, pairs, people, next(tags))
                    if not is_refused(attempt, actor_of(session, people[who])):
                        went_through.append((word, way))
                    tried.rollback()
            for who in ("checker", "stranger"):  # two who have nothing to do with each other may
                with session.begin_nested() as tried:
                    assert not is_refused(attempt, actor_of(session, people[who])), (word, who)
                    tried.rollback()
            traced.rollback()
    assert went_through == []


INTERESTED = [
    "order.review",
    "class.approve",
    "claim.check",
    "claim.pay",
    "recovery.waive",
    "finding.verify",
    "month.verify",
    "agreement.sign",
    "supplement.sign",
]


@pytest.mark.parametrize("name", INTERESTED)
def test_nobody_judges_the_own_organisation_by_another_right(session: Session, name: str) -> None:
    attempt = TRIES[name](session)
    session.flush()
    row = getattr(attempt.row, "agreement", attempt.row)
    row = getattr(row, "claim", getattr(getattr(row, "placement", row), "order", row))
    units = {one for key in ("enterprise_id", "school_id") if (one := getattr(row, key, None))}
    assert units
    for unit in units:
        both = make_user(session, attempt.role, **attempt.where)
        role = (
            Role.SCHOOL
            if session.get_one(Organisation, unit).kind is OrganisationKind.SCHOOL
            else Role.ENTERPRISE
        )
        grant = Grant(
            user_id=both.id, role=role, organisation_id=unit, valid_from=today() - timedelta(days=400)
        )
        session.add(grant)
        session.flush()
        assert is_refused(attempt, actor_of(session, both)), role
        session.expire_all()
        grant.revoked_at = utc_now()  # a right given back this morning cleans nobody's hands
        session.flush()
        assert is_refused(attempt, actor_of(session, both)), f"{role}, given back"


def test_the_second_account_of_one_organisation_is_the_first_one_again(session: Session) -> None:
    enterprise = make_enterprise(session)
    maker, checker = (make_user(session, Role.ENTERPRISE, organisation_id=enterprise.id) for _ in range(2))
    said = not_by(session, actor_of(session, checker), {maker.id}, CHECKS["order.review"].said)
    assert "你所在的单位" in str(said[0])
