"""Days on which something happened: none lies ahead, none lies before what it follows.

Every column that holds a day is declared here (tests/models/test_fact_dates.py). The order within a row is
held at every flush, whoever writes; that a day has come is asked where the day comes in, since only the edge
knows what day it is.
"""

from datetime import date
from functools import cache, reduce
from typing import Any, NamedTuple

from sqlalchemy import event, inspect
from sqlalchemy.orm import Mapper, Session, object_session

from models.i18n import N_, Sentence
from models.workflow import TransitionRefused


class OrderedDay(NamedTuple):
    """What a day is called, and the days that it cannot lie before: of the same row, or of one it belongs to.

    ``training_class.starts_on`` is a day of the row at that relationship.
    """

    word: str
    follows: tuple[str, ...] = ()


# What has happened, by ``table.attribute``, or by the attribute alone where all tables mean the same by it.
FACT_DATES = {
    "worker.birth_date": OrderedDay(N_("出生日期")),
    "worker.monitored_on": OrderedDay(N_("监测对象识别时间")),
    "worker.risk_cleared_on": OrderedDay(N_("风险消除时间"), ("monitored_on",)),
    "person_category.held_from": OrderedDay(N_("从哪天起算这一类")),
    "person_category.held_to": OrderedDay(N_("到哪天为止算这一类"), ("held_from",)),
    "person_category.seen_on": OrderedDay(N_("登记日期")),
    "person_category.over_seen_on": OrderedDay(N_("登记为结束的日期")),
    "return_answer.came_back_on": OrderedDay(N_("回到岗位的日期")),
    "household.identified_on": OrderedDay(N_("识别日期")),
    "placement.hired_on": OrderedDay(N_("录用日期")),
    "placement.on_site_on": OrderedDay(N_("到岗日期"), ("hired_on",)),
    "hand_over.received_on": OrderedDay(N_("交接日期")),
    "departure.arrived_on": OrderedDay(N_("到达日期")),
    "placement.left_on": OrderedDay(N_("离职日期"), ("hired_on", "on_site_on")),
    "contact_visit.visited_on": OrderedDay(N_("走访日期"), ("contact.valid_from",)),
    "early_warning.computed_on": OrderedDay(N_("算的日期")),
    "staying_summary.computed_on": OrderedDay(N_("算的日期")),
    "staying_sum.computed_on": OrderedDay(N_("算的日期")),
    "summary.counted_on": OrderedDay(N_("算的日期")),
    "monthly_roster.month": OrderedDay(N_("花名册的月份")),
    "roster_batch.month": OrderedDay(N_("花名册的月份")),
    "roster_line.month": OrderedDay(N_("花名册的月份")),
    "roster_line.left_on": OrderedDay(N_("离开的日期")),
    "difference.month": OrderedDay(N_("花名册的月份")),
    "difference.opened_on": OrderedDay(N_("差异出现的日期")),
    "difference.closed_on": OrderedDay(N_("差异处理完的日期"), ("opened_on",)),
    "duty.since_on": OrderedDay(N_("情况变化的日期")),
    "register_entry.done_on": OrderedDay(N_("办结日期")),
    "work_subsidy_list.listed_on": OrderedDay(N_("列名单的日期")),
    "work_subsidy_list.paid_on": OrderedDay(N_("支付日期"), ("listed_on",)),
    "work_subsidy_recovery.returned_on": OrderedDay(N_("收回的日期")),
    "entry_person.joined_on": OrderedDay(N_("加进名单的日期")),
    "entry_person.left_on": OrderedDay(N_("离开的日期"), ("joined_on",)),
    "employment_spell.began_on": OrderedDay(N_("开始上班的日期")),
    "employment_spell.ended_on": OrderedDay(N_("离开的日期"), ("began_on",)),
    "employment_spell.shown_until": OrderedDay(N_("凭据到哪天")),
    "spell_evidence.shown_on": OrderedDay(N_("凭据的日期")),
    "spell_evidence.month": OrderedDay(N_("凭据的月份")),
    "newcomer.began_on": OrderedDay(N_("开始上班的日期")),
    "person_fact.as_of": OrderedDay(N_("情况的日期")),
    "family_member.birth_date": OrderedDay(N_("出生日期")),
    "settlement_case.applied_on": OrderedDay(N_("申请日期")),
    "settlement_case.decided_on": OrderedDay(N_("决定日期"), ("applied_on",)),
    "settlement_case.permitted_on": OrderedDay(N_("准迁证日期"), ("applied_on", "decided_on")),
    "settlement_case.moved_out_on": OrderedDay(N_("迁出日期"), ("decided_on", "permitted_on")),
    "settlement_case.registered_on": OrderedDay(
        N_("落户日期"), ("decided_on", "permitted_on", "moved_out_on")
    ),
    "points_list.published_on": OrderedDay(N_("公示开始")),
    "settlement_rule.verified_on": OrderedDay(N_("对照日期")),
    "checked_on": OrderedDay(N_("核对日期")),
    "certificate.issued_on": OrderedDay(
        N_("发证日期"), ("enrolment.exam_on", "enrolment.training_class.starts_on")
    ),
    "result_batch.held_on": OrderedDay(N_("考核日期"), ("training_class.starts_on",)),
    "enrolment.exam_on": OrderedDay(N_("考核日期"), ("training_class.starts_on", "joined_on")),
    "enrolment.joined_on": OrderedDay(N_("进班日期"), ("training_class.starts_on",)),
    "cohort.site_checked_on": OrderedDay(N_("现场核查日期")),
    "cohort.graded_on": OrderedDay(N_("评分日期"), ("starts_on",)),
    "cohort.stopped_on": OrderedDay(N_("停办日期"), ("starts_on",)),
    "claim_line.paid_on": OrderedDay(N_("拨付日期")),
    "ledger_entry.paid_on": OrderedDay(N_("拨付日期")),
    "told_figure.withdrawn_on": OrderedDay(N_("撤回的日期")),
    "report.first_on": OrderedDay(N_("开始日期")),
    "report.on": OrderedDay(N_("截至日期"), ("first_on",)),
    "kept_figure.on": OrderedDay(N_("截至日期")),
    "kept_figure.month": OrderedDay(N_("月份")),
    "fund_posting.posted_on": OrderedDay(N_("记账日期")),
    "fund_payment.paid_on": OrderedDay(N_("支付日期")),
    "fund_finding.found_on": OrderedDay(N_("发现日期")),
    "treasury_line.paid_on": OrderedDay(N_("支付日期")),
}
# What is planned, promised or in force until: may lie ahead, but not before its beginning.
PLANNED = {
    "register_entry.held_on": OrderedDay(N_("这件事的日期")),
    "register_entry.due_on": OrderedDay(N_("期限")),
    "valid_from": OrderedDay(N_("开始日期")),
    "fund_finding.due_on": OrderedDay(N_("整改期限"), ("found_on",)),
    "valid_to": OrderedDay(N_("到期日期"), ("valid_from",)),
    "training_order.ready_by": OrderedDay(N_("学完期限")),
    "training_bid.starts_on": OrderedDay(N_("开班日期")),
    "cohort.starts_on": OrderedDay(N_("开班日期")),
    "cohort.ends_on": OrderedDay(N_("结束日期"), ("starts_on",)),
    "cohort.notice_ends_on": OrderedDay(N_("公示结束")),
    "lesson.held_on": OrderedDay(N_("上课日期"), ("training_class.starts_on",)),
    "agreement_supplement.ready_by": OrderedDay(N_("学完期限")),
    "agreement_supplement.ready_by_before": OrderedDay(N_("原来的学完期限")),
    "agreement_supplement.starts_on": OrderedDay(N_("开班日期")),
    "agreement_supplement.ends_on": OrderedDay(N_("结束日期"), ("starts_on",)),
    "agreement_supplement.starts_on_before": OrderedDay(N_("原来的开班日期")),
    "agreement_supplement.ends_on_before": OrderedDay(N_("原来的结束日期")),
    "retained_identity.keep_until": OrderedDay(N_("保存到")),
    "public_notice.starts_on": OrderedDay(N_("公示开始")),
    "public_notice.ends_on": OrderedDay(N_("公示结束"), ("starts_on",)),
    "told_figure.on": OrderedDay(N_("截至日期")),
    "job_order.posted_on": OrderedDay(N_("发布日期")),
    "job_order.start_on": OrderedDay(N_("报到日期")),
    "job_order.valid_until": OrderedDay(N_("招聘截止")),
    "placement.respond_by": OrderedDay(N_("答复期限")),
    "message.until_on": OrderedDay(N_("知道了还有用的最后一天")),
    "account_request.due_on": OrderedDay(N_("办理期限")),
    "follow_up.remind_on": OrderedDay(N_("提醒日期")),
    "return_round.home_from": OrderedDay(N_("最早返乡日期")),
    "return_round.back_by": OrderedDay(N_("最晚返岗日期"), ("home_from",)),
    "return_answer.leaves_on": OrderedDay(N_("返乡日期")),
    "return_answer.back_on": OrderedDay(N_("返岗日期"), ("leaves_on",)),
    "employment_spell.stays_three_on": OrderedDay(N_("满三个月的日期")),
    "employment_spell.stays_six_on": OrderedDay(N_("满六个月的日期")),
    "follow_up.due_on": OrderedDay(N_("回访日期")),
    "problem.due_on": OrderedDay(N_("办理期限")),
    "problem.remind_on": OrderedDay(N_("提醒日期")),
    "care.remind_on": OrderedDay(N_("提醒日期")),
    "first_call.due_on": OrderedDay(N_("打电话的日期")),
    "difference.due_on": OrderedDay(N_("处理期限"), ("opened_on",)),
    "duty.due_on": OrderedDay(N_("核实期限")),
    "worker.available_on": OrderedDay(N_("可出发时间")),
    "person_fact.expires_on": OrderedDay(N_("有效到"), ("as_of",)),
    "certificate.expires_on": OrderedDay(N_("有效到"), ("issued_on",)),
    "settlement_case.due_on": OrderedDay(N_("办理期限")),
    "settlement_case.notice_ends_on": OrderedDay(N_("公示结束"), ("applied_on",)),
    "points_list.ends_on": OrderedDay(N_("公示结束"), ("published_on",)),
    "settlement_document.valid_until": OrderedDay(N_("有效到")),
    "settlement_follow_up.due_on": OrderedDay(N_("回访日期")),
    "settlement_outlook.meets_on": OrderedDay(N_("预计符合的日期")),
    "settlement_outlook.became_on": OrderedDay(N_("符合的日期")),
    "settlement_outlook.evaluated_on": OrderedDay(N_("评估日期")),
}


def refuse_ahead(name: str, day: date, today: date) -> None:
    """Raises TransitionRefused where ``day`` of the fact ``name`` has not come."""
    if day > today:
        raise TransitionRefused(Sentence("%(what)s不能晚于今天。", {"what": Sentence(FACT_DATES[name].word)}))


def refuse_before(row: Any, attribute: str, day: date) -> None:
    """Raises TransitionRefused where ``day`` would lie before a day of ``row`` that it follows."""
    table = row.__tablename__
    for earlier in _known(table, attribute).follows:
        *path, name = earlier.split(".")
        owner = reduce(_related, path, row)
        known = getattr(owner, name) if owner is not None else None
        if known is not None and day < known:
            before = _known(owner.__tablename__, name).word
            raise TransitionRefused(_too_early(_known(table, attribute).word, before, known))


def _related(row: Any, relationship: str) -> Any:
    """The row at a relationship, also of a row that is not in a session yet; None where there is none."""
    if row is None:
        return None
    if (known := getattr(row, relationship)) is not None:
        return known
    link = inspect(type(row)).relationships[relationship]
    ((local, _remote),) = link.local_remote_pairs
    number = getattr(row, inspect(type(row)).get_property_by_column(local).key)
    session = object_session(row)
    return session.get(link.mapper.class_, number) if session and number else None


def refuse_day(row: Any, attribute: str, day: date, today: date) -> None:
    """Raises TransitionRefused for a day that has not come, or that lies before what it follows."""
    refuse_ahead(f"{row.__tablename__}.{attribute}", day, today)
    refuse_before(row, attribute, day)


def declared(table: str, attribute: str) -> OrderedDay | None:
    """What is declared of a column, of this table or of all."""
    names = (f"{table}.{attribute}", attribute)
    return next((day for days in (FACT_DATES, PLANNED) for name in names if (day := days.get(name))), None)


def _known(table: str, attribute: str) -> OrderedDay:
    day = declared(table, attribute)
    if day is None:
        raise KeyError(f"{table}.{attribute} is not declared in models.fact_dates")
    return day


def _too_early(what: str, before: str, known: date) -> Sentence:
    words = {"what": Sentence(what), "before": Sentence(before), "day": known}
    return Sentence("%(what)s不能早于%(before)s（%(day)s）。", words)


@cache
def _ordered(mapper: Mapper[Any]) -> dict[str, tuple[str, ...]]:
    """The days of a model's rows that follow others, with those."""
    table = mapper.class_.__tablename__
    days = {column.key: declared(table, column.key) for column in mapper.column_attrs}
    return {name: day.follows for name, day in days.items() if day and day.follows}


@event.listens_for(Session, "before_flush")
def _hold_order(session: Session, *_: Any) -> None:
    """Only days that change now: an old row with days out of order can still be corrected elsewhere."""
    for row in (*session.new, *session.dirty):
        for attribute, earlier in _ordered(inspect(row).mapper).items():
            day, history = getattr(row, attribute), inspect(row).attrs
            own = (attribute, *(name for name in earlier if "." not in name))
            if day is not None and any(history[name].history.has_changes() for name in own):
                with session.no_autoflush:
                    refuse_before(row, attribute, day)
