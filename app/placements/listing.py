"""Placements by stage and follow-ups as lists that can be taken along; names as the reader sees them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Session

from app.kit.bulk.acts import cases_of
from app.kit.web.formatters import phone_tails
from app.kit.web.grouping import Grouping, enterprise_names, is_home, narrowed_by
from app.kit.web.labels import label, level_label
from app.kit.web.listing import Asked, Listing, Said, listed
from app.kit.web.names_in_order import by_name
from app.kit.web.ordering import Sort
from app.kit.web.request_limits import row_number
from app.kit.web.whole_list import Whole
from app.placements.bulk_calls import MANY as CALLS_MANY
from app.placements.queries import lists, rounds
from app.placements.queries.lists import REACHED, REACHED_WORDS, STAGE_BY_NAME, Among, Stage
from app.placements.queries.people import faces
from models.access import Actor, Permission
from models.care import CareKind, assigned_to
from models.clock import day_of
from models.i18n import N_
from models.placement.leaving import LeaveReason
from models.placement.placement import FollowUp, Placement
from models.reference.area import area_names

PEOPLE = (
    Said("name", N_("姓名"), 16),
    Said("home", N_("乡镇和村"), 24),
    Said("phone", N_("电话尾号"), 16),
    Said("county", N_("从哪里")),
    Said("city", N_("到哪里")),
    Said("enterprise", N_("企业"), 28),
    Said("job", N_("岗位"), 20),
)
STAGES = (
    *PEOPLE,
    Said("state", N_("状态"), 12),
    Said("reason", N_("原因"), 20),
    Said("since", N_("从什么时候起"), 12),
    Said("due", N_("到期"), 12),
)
CALLS = (
    *PEOPLE,
    Said("months", N_("第几个月"), 8),
    Said("due", N_("到期"), 12),
    Said("outcome", N_("查到的情况"), 14),
    Said("evidence", N_("凭据"), 14),
    Said("wage", N_("到手工资（元）"), 12),
    Said("note", N_("备注"), 28),
)


SINCE = func.coalesce(Placement.state_since, Placement.created_at)
GROUPINGS = (
    Grouping("enterprise", N_("企业"), Placement.enterprise_id, "enterprise", enterprise_names),
    Grouping("township", N_("乡镇"), Placement.township_code, "township", area_names, is_offered=is_home),
    Grouping(
        "county",
        N_("县"),
        Placement.county_code,
        "county",
        area_names,
        is_offered=lambda actor, asked: not is_home(actor, asked),
    ),
    Grouping("month", N_("从哪个月起"), SINCE, "month", of_months=True),
)

CALL_GROUPINGS = (
    *(one for one in GROUPINGS if one.name not in ("county", "month")),
    Grouping("month", N_("到期的月份"), FollowUp.due_on, "month", of_months=True, rises=True),
)

VIEWS = {
    "due": N_("该打的电话"),
    "coming": N_("两周内到期"),
    "unknown": N_("没联系上"),
    "remember": N_("今天要再打"),
}


def _reads_names(actor: Actor, asked: Asked) -> bool:
    return is_home(actor, asked) and actor.can(Permission.WORKER_READ)


# All within one stage of a county, city or enterprise.
SORTS = (
    by_name(Placement.county_code, Placement.worker_id, _reads_names),
    Sort("county", (Placement.county_code, Placement.city_code, Placement.id)),
    Sort("since", (SINCE, Placement.id)),
)
CALL_SORTS = (
    by_name(Placement.county_code, Placement.worker_id, _reads_names),
    Sort("months", (FollowUp.months, FollowUp.id)),
    Sort("due", (FollowUp.due_on, FollowUp.id)),
)


def first_stage(actor: Actor) -> Stage:
    """The tab that opens first: what waits for this reader."""
    if actor.can(Permission.PLACEMENT_HIRE):
        return STAGE_BY_NAME["accepted"]
    return STAGE_BY_NAME["offered" if actor.can(Permission.PLACEMENT_ANSWER) else "on_site"]


def stage_of(actor: Actor, asked: Asked) -> Stage:
    """The stage of an address."""
    return STAGE_BY_NAME.get(asked.get("stage", ""), first_stage(actor))


def among_of(actor: Actor, asked: Asked, today: date) -> Among:
    """What an address narrows a list to; codes that are none are left out."""
    told = (asked.get(name, "")[:9] for name in ("home", "city"))
    home, city = (code if code.isdecimal() else "" for code in told)
    reached, why = asked.get("reached", ""), asked.get("why", "")
    also = narrowed_by(GROUPINGS, actor, asked)
    if asked.get("mine") == "1":
        also.append(Placement.id.in_(assigned_to(actor, CareKind.PLACEMENT)))
    return Among(
        order_of(asked),
        home,
        city,
        reached if reached in REACHED else "",
        LeaveReason(why) if why in set(LeaveReason) else None,
        today,
        tuple(also),
    )


def order_of(asked: Asked) -> int | None:
    """The order of an address."""
    try:
        return row_number(asked.get("order", ""))
    except ValueError:
        return None


def _page(
    session: Session, actor: Actor, asked: Asked, today: date, place: str, size: int
) -> tuple[Sequence[Placement], str]:
    among = among_of(actor, asked, today)
    return lists.page_of(session, actor, stage_of(actor, asked), place, among, size)


def _whole(session: Session, actor: Actor, asked: Asked, today: date) -> Whole:
    return lists.whole(actor, stage_of(actor, asked), among_of(actor, asked, today))


def _people(session: Session, actor: Actor, rows: Sequence[Placement]) -> Iterator[dict[str, Any]]:
    shown = faces(session, actor, rows)
    names = area_names(session, {code for row in rows for code in (row.county_code, row.city_code)})
    for row in rows:
        face = shown[row.id]
        yield {
            "name": face.name,
            "home": face.home,
            "phone": phone_tails(face.telephones),
            "county": names.get(row.county_code, row.county_code),
            "city": names.get(row.city_code, row.city_code),
            "enterprise": row.order.enterprise.name,
            "job": row.order.title,
        }


def _cells(
    session: Session, actor: Actor, rows: Sequence[Placement], today: date
) -> Iterator[Mapping[str, Any]]:
    shown = faces(session, actor, rows)
    for row, told in zip(rows, _people(session, actor, rows), strict=True):
        declined = row.decline_reason if shown[row.id].in_register else None
        reasons = [label(one) for one in (row.leave_reason, declined) if one]
        yield told | {
            "state": label(row.state),
            "reason": reasons,
            "since": day_of(row.state_since or row.created_at),
            "due": row.due_on,
        }


def _calls(
    session: Session, actor: Actor, asked: Asked, today: date, place: str, size: int
) -> tuple[Sequence[FollowUp], str]:
    passed = int(place) if place.isdecimal() else 0
    calls, also = rounds.calls_of(actor, asked.get("view", ""), today), _also_calls(actor, asked)
    return rounds.calls_page(session, actor, calls, passed, size, also)


def _also_calls(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    mine = [FollowUp.assigned_to_id == actor.user_id] if asked.get("mine") == "1" else []
    return [*narrowed_by(CALL_GROUPINGS, actor, asked), *mine]


def _all_calls(session: Session, actor: Actor, asked: Asked, today: date) -> Whole:
    calls = rounds.calls_of(actor, asked.get("view", ""), today)
    return rounds.calls_whole(actor, calls, _also_calls(actor, asked))


def _call_cells(
    session: Session, actor: Actor, rows: Sequence[FollowUp], today: date
) -> Iterator[Mapping[str, Any]]:
    people = _people(session, actor, [row.placement for row in rows])
    for row, told in zip(rows, people, strict=True):
        made = row.recorded_at is not None
        yield told | {
            "months": row.months,
            "due": row.due_on,
            "outcome": label(row.outcome) if made else "",
            "evidence": level_label(row.evidence, "evidence") if made else "",
            "wage": None if row.wage_fen is None else row.wage_fen / 100,
            "note": row.call_note,
        }


PLACEMENTS = listed(
    Listing(
        "placements.index",
        N_("输出与跟踪"),
        Permission.PLACEMENT_READ,
        STAGES,
        (
            "stage",
            "order",
            "home",
            "city",
            "reached",
            "why",
            "enterprise",
            "township",
            "county",
            "month",
            "mine",
        ),
        _page,
        _cells,
        whole=_whole,
        groupings=GROUPINGS,
        many=cases_of(CareKind.PLACEMENT),
        kinds={
            "stage": {name: one.word for name, one in STAGE_BY_NAME.items()},
            "why": LeaveReason,
            "reached": REACHED_WORDS,
        },
        has_days=True,
        sorts=SORTS,
        options=lists.WITH_A_PLACEMENT,
    )
)
FOLLOW_UPS = listed(
    Listing(
        "placements.follow_ups",
        N_("回访"),
        Permission.FOLLOWUP_RECORD,
        CALLS,
        ("view", "enterprise", "township", "month", "mine"),
        _calls,
        _call_cells,
        whole=_all_calls,
        groupings=CALL_GROUPINGS,
        many=CALLS_MANY,
        kinds={"view": VIEWS},
        sorts=CALL_SORTS,
        options=lists.WITH_A_FOLLOW_UP,
    )
)
