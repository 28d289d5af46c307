"""Job orders as a list that can be taken along."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import case
from sqlalchemy.orm import Session

from app.kit.bulk.acts import cases_of
from app.kit.files.cells.amounts import Misread, exact_number
from app.kit.files.cells.measures import WAGE
from app.kit.web.fields import tidy
from app.kit.web.formatters import say, whole_yuan, yes_no
from app.kit.web.grouping import Grouping, enterprise_names
from app.kit.web.labels import label
from app.kit.web.listing import Asked, Listing, Said, listed
from app.kit.web.ordering import Sort
from app.kit.web.request_limits import row_numbers
from app.kit.web.whole_list import Whole
from app.orders import description
from app.orders.queries import lists, orders
from models.access import Actor, Permission
from models.care import CareKind
from models.i18n import N_
from models.jobs.order import Order, OrderState
from models.reference.area import area_names

COLUMNS = (
    Said("title", N_("岗位"), 24),
    Said("occupation", N_("工种"), 18),
    Said("enterprise", N_("企业"), 28),
    Said("city", N_("城市")),
    Said("headcount", N_("要招人数"), 10),
    Said("taken", N_("已有人数"), 10),
    Said("wage", N_("工资"), 22),
    Said("take_home", N_("到手约（元）"), 12),
    Said("take_home_most", N_("到手最多约（元）"), 12),
    Said("couple", N_("夫妻房"), 8),
    Said("night", N_("上夜班"), 8),
    Said("certificates", N_("要什么证"), 20),
    Said("state", N_("状态"), 12),
    Said("valid_until", N_("截止"), 12),
)
NAMES = ("state", "city", "q", "wage", "couple", "day_only", "no_certificate", "doubt", "enterprise", "mine")


def filters_of(args: Asked) -> lists.Filters:
    """What an address narrows the list to."""
    return lists.Filters(
        state=args.get("state", "")[:20],
        city=args.get("city", "")[:9],
        text=tidy(args.get("q", ""))[:60],
        wage_fen=_wage_in_fen(args.get("wage", "")[:20]),
        couple="couple" in args,
        day_only="day_only" in args,
        no_certificate="no_certificate" in args,
        doubt="doubt" in args,
        enterprise=next(iter(row_numbers(args.get("enterprise", ""))), None),
        mine=args.get("mine") == "1",
    )


def _wage_in_fen(typed: str) -> int | None:
    """The wage asked for, a month; what is none asks for nothing."""
    try:
        yuan = exact_number(typed, WAGE, ("", "month"))
    except Misread:
        return None
    return None if yuan is None else int(yuan * 100)


def _page(
    session: Session, actor: Actor, asked: Asked, today: date, place: str, size: int
) -> tuple[Sequence[Order], str]:
    return lists.orders_after(session, actor, filters_of(asked), place, today, size)


def _cells(session: Session, actor: Actor, rows: Sequence[Order], today: date) -> Iterator[Mapping[str, Any]]:
    cities = area_names(session, {row.city_code for row in rows})
    lines = orders.take_homes(session, rows, orders.county_of(actor), today)
    for row in rows:
        line = lines[row.id]
        yield {
            "title": row.title,
            "occupation": row.occupation_name,
            "enterprise": row.enterprise.name,
            "city": cities.get(row.city_code, row.city_code),
            "headcount": row.headcount,
            "taken": row.taken,
            "wage": say(description.wage_range(row)),
            "take_home": whole_yuan(line.low_fen),
            "take_home_most": whole_yuan(line.high_fen),
            "couple": yes_no(row.couple_rooms),
            "night": yes_no(row.night_shift),
            "certificates": row.certificates,
            "state": label(row.state),
            "valid_until": row.valid_until,
        }


def _whole(session: Session, actor: Actor, asked: Asked, today: date) -> Whole:
    return lists.whole(session, actor, filters_of(asked), today)


GROUPINGS = (
    Grouping("enterprise", N_("企业"), Order.enterprise_id, "enterprise", enterprise_names),
    Grouping("city", N_("城市"), Order.city_code, "city", area_names),
)
STATES = case({state: n for n, state in enumerate(OrderState)}, value=Order.state)
# 20,000 orders at most are put in order as they are; what is left in the hand is worked out, not kept.
SORTS = (
    Sort("headcount", (Order.headcount, Order.id)),
    Sort("state", (STATES, Order.id)),
    Sort("valid_until", (Order.valid_until, Order.id)),
)
ORDERS = listed(
    Listing(
        "orders.index",
        N_("岗位"),
        Permission.ORDER_READ,
        COLUMNS,
        NAMES,
        _page,
        _cells,
        of_persons=False,
        whole=_whole,
        groupings=GROUPINGS,
        many=cases_of(CareKind.ORDER),
        kinds={"state": OrderState},
        sorts=SORTS,
        options=lists.WITH_AN_ORDER,
    )
)
