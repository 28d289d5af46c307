"""Reports of the demo's year: plans with their paper, the last month and the year before of every pair,
drafted at one end, checked at the other and frozen; the last month of the demo's own city waits."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.commands.demo.hukou_facts import picture
from app.cooperation.operations import entries
from app.cooperation.register import registers
from app.kit.files.document_sanitizer import Paper, take
from app.kit.web.queue import Silence
from app.reports import operations, told
from app.reports.pairs import Pair, pairs_on
from models.access import Actor, Right, Role
from models.cooperation.entry import Owes
from models.reference.area import area_names
from models.reference.calendar import months_after
from models.reports.indicator import indicators_on
from models.reports.report import PeriodKind, Report
from models.reports.told_figure import FigurePurpose

DOCUMENT = "《东西部协作协议书》（演示）"
PLANS = {
    "year_province": 400,
    "trained_people": 120,
    "workshops": 6,
    "workshop_people": 90,
    "lifted_in_year": 200,
}
PLANS |= dict.fromkeys(("officials_posted", "specialists_posted", "enterprises_brought"), 5)
LINES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("postings", {"title": "赵处长（挂职）", "kind": "official", "partner": "乡村振兴局"}),
    ("postings", {"title": "林老师", "kind": "teacher", "partner": "民族中学"}),
    ("postings", {"title": "郑医生", "kind": "doctor", "partner": "人民医院"}),
    ("enterprises", {"title": "服装加工厂", "kind": "manufacturing", "amount_fen": 350_000_000}),
)


def tell_reports(session: Session, today: date) -> None:
    """Write all of it, through the operations, by officers of both ends who have no accounts of their own."""
    last = months_after(today.replace(day=1), -1)
    paper = take(picture())
    for pair in pairs_on(session, today):
        helper, recipient = officers(session, pair)
        _tell(session, helper, pair, today, paper)
        for kind, day in (
            (PeriodKind.YEAR, date(today.year - 1, 12, 31)),
            (PeriodKind.MONTH, last),
        ):
            if pair in pairs_on(session, operations.period_of(kind, day)[1]):
                _report(session, (helper, recipient), pair, kind, day, today)


def officers(session: Session, pair: Pair) -> tuple[Actor, Actor]:
    """One of each end."""
    names = area_names(session, [pair.helper_code, pair.recipient_code])
    role = Role.PROVINCE if pair.helper_code.endswith("0000") else Role.CITY
    level = "province" if role is Role.PROVINCE else "prefecture"
    helper = Right(role, pair.helper_code, level)
    recipient = Right(Role.PREFECTURE, pair.recipient_code, "prefecture")
    return (
        Actor(None, str(names.get(pair.helper_code, pair.helper_code)), (helper,)),
        Actor(None, str(names.get(pair.recipient_code, pair.recipient_code)), (recipient,)),
    )


def _tell(session: Session, actor: Actor, pair: Pair, today: date, paper: Paper) -> None:
    known = {one.key: one for one in indicators_on(session, today)}
    for year in (today.year - 1, today.year):
        on = date(year, 12, 31)
        for key, amount in PLANS.items():
            target = told.Told(pair, known[key], FigurePurpose.TARGET, on, amount, DOCUMENT)
            told.tell(session, actor, target, paper)
    ends = {"place_code": pair.recipient_code, "city_code": pair.helper_code, "owner": "陈科长"}
    began = date(today.year - 1, 3, 1)
    _organise(session, actor, pair, today)
    for key, line in LINES:
        term = {"held_on": began, "due_on": months_after(began, 24)}
        entries.write(session, actor, registers()[key], ends | term | line, today)


def _organise(session: Session, actor: Actor, pair: Pair, today: date) -> None:
    """What a leader asks before a visit: whom to call, when both met last and meet next, the year's plan."""
    first = date(today.year, 1, 1)
    caller = {"held_on": first, "partner": "对口帮扶办（演示电话）"}
    plan = {"kind": "people_at_work", "target": PLANS["year_province"], "owed_by": Owes.HELPER}
    lines: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("contacts", "陈科长", {"kind": "helper"} | caller),
        ("contacts", "吴主任", {"kind": "recipient"} | caller),
        (
            "teams",
            "驻当地工作组",
            {"owner": "何组长", "partner": "政务中心（演示）", "held_on": first},
        ),
        ("meetings", "结对双方联席会议", {"kind": "pair", "people": 24, "held_on": months_after(today, -2)}),
        (
            "visits",
            "年底看望务工人员",
            {"kind": "in", "owner": "吴副州长", "held_on": months_after(today, 2)},
        ),
        ("plans", "年度计划：帮助就业", {"held_on": first, "due_on": date(today.year, 12, 31)} | plan),
    )
    ends = {"place_code": pair.recipient_code, "city_code": pair.helper_code}
    for key, title, line in lines:
        entries.write(session, actor, registers()[key], ends | {"title": title} | line, today)


def _report(
    session: Session, ends: tuple[Actor, Actor], pair: Pair, kind: PeriodKind, day: date, today: date
) -> Report:
    """As the pages and the jobs do it, in this process."""
    helper, recipient = ends
    report = operations.begin(session, helper, pair, kind, day, today)
    counted = operations.count_with_progress(session, report, Silence(), operations.COUNTING)
    operations.keep_counted(session, helper, report, counted)
    if operations.disputes(session, report) is None:
        operations.advance(session, helper, report, "submit")
        operations.advance(session, recipient, report, "check")
        operations.freeze(session, helper, report, counted)
    return report
