"""Scoped reads of this area: the searched list, one person's household and placements, what waits today."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, load_only, selectinload

from app.kit.web.grouping import Grouping
from app.kit.web.navigation import Task
from app.kit.web.whole_list import Whole
from app.workers.operations import town_spellings
from app.workers.own_words import queries as own_words
from app.workers.search import NOBODY, Reach, Wanted, understand
from app.workers.working_at import works_at
from models.access import Actor, Permission, Role, visible_to
from models.care import CareKind, assigned_to
from models.i18n import N_, Sentence, counted
from models.jobs.order import Order
from models.people.category import counts_for, in_category
from models.people.name_index import is_anybody_waiting
from models.people.worker import Education, Worker, WorkerState, candidate_condition
from models.placement.placement import Placement
from models.reference.area import Area, AreaLevel
from models.reference.area_latin import AreaName
from models.reference.dated_fact import Pairing, ProgrammeCounty, holds_on
from models.reference.target_category import CategoryUse
from models.user import User
from models.waiting import values_at

PAGE = 50
REGISTER_LIST = "workers.index"
MOST_COUNTED = 1000
LIST_COLUMNS = (
    Worker.name,
    Worker.id_last4,
    Worker.phone_last4,
    Worker.phone,
    Worker.phones,
    Worker.birth_date,
    Worker.sex,
    Worker.ethnicity,
    Worker.township,
    Worker.village,
    Worker.county_code,
    Worker.education,
    Worker.willing,
    Worker.wishes,
    Worker.state,
    Worker.health,
    Worker.labour_capacity,
    Worker.school_status,
    Worker.merged_into_id,
    Worker.erased_at,
)
ENTERED = Grouping("month", N_("登记的月份"), Worker.created_at, "month", of_months=True)
LEVELS = frozenset(str(level.value) for level in Education)


@dataclass(frozen=True)
class Search:
    """What the list is narrowed to; every value is text as it stands in the address, "" for "all"."""

    q: str = ""
    county: str = ""
    township: str = ""
    village: str = ""
    state: str = ""
    education: str = ""
    willing: str = ""
    candidate: str = ""
    wish: str = ""
    phone: str = ""
    category: str = ""
    counts: str = ""
    account: str = ""
    mine: str = ""
    employer: str = ""
    month: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "Search":
        """Take the known names from a query string; anything too long is cut."""
        return cls(**{f.name: values.get(f.name, "").strip()[:60] for f in fields(cls)})

    def filled(self) -> dict[str, Any]:
        """What is set."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name))}


# --- the list -------------------------------------------------------------------------------------------


def matching_workers(
    session: Session, actor: Actor, search: Search, today: date, permission: Permission
) -> Select[Worker]:
    """The statement for the workers that ``search`` finds within the actor's scope, in no order."""
    return _matching(actor, search, today, permission, _asked(session, actor, search))


@dataclass(frozen=True)
class Asked:
    """A search as it is put to the database: the counties to look in, and what the text is taken to mean."""

    counties: list[str]
    reach: Reach | None = None
    wanted: Wanted = NOBODY

    @property
    def order(self) -> tuple[InstrumentedAttribute[Any], ...]:
        """A search by name is in the order of what was found in it, everything else in that of entry."""
        by_entry = (Worker.county_code, Worker.id) if len(self.counties) > 1 else (Worker.id,)
        return (self.reach.order(self.wanted) if self.reach else ()) or by_entry


def _asked(session: Session, actor: Actor, search: Search) -> Asked:
    counties = counties_in_reach(session, actor, search)
    if not search.q:
        return Asked(counties)
    reach = Reach(counties or _counties_around(session, actor), is_anybody_waiting(session))
    return Asked(counties, reach, reach.settled(session, understand(search.q)))


def _counties_around(session: Session, actor: Actor) -> list[str]:
    """Where to look for a name if the scope says it all: the county of a township, or all counties."""
    towns = actor.areas(Role.TOWNSHIP)
    of_towns = select(Area.parent_code).where(Area.code.in_(towns)).distinct()
    known = select(Area.code).where(Area.level == AreaLevel.COUNTY).order_by(Area.code)
    return [code for code in session.scalars(of_towns if towns else known) if code]


def _matching(
    actor: Actor, search: Search, today: date, permission: Permission, asked: Asked
) -> Select[Worker]:
    conditions = [one for one in _conditions(search, today) if one is not None]
    statement = select(Worker).where(Worker.merged_into_id.is_(None), Worker.erased_at.is_(None), *conditions)
    if search.mine == "1":
        statement = statement.where(Worker.id.in_(assigned_to(actor, CareKind.WORKER)))
    statement = visible_to(actor, statement, Worker, permission)
    if asked.reach:
        return asked.reach.narrow(statement, asked.wanted)
    return statement.where(Worker.county_code.in_(asked.counties)) if asked.counties else statement


def counties_in_reach(session: Session, actor: Actor, search: Search) -> list[str]:
    """The county codes to look in, because the indexes begin with one; [] for "the scope says it all"."""
    if search.county:
        return [search.county]
    if actor.has_role(Role.PREFECTURE, Role.PROVINCE, Role.AUDITOR):
        codes = session.scalars(select(ProgrammeCounty.area_code).order_by(ProgrammeCounty.area_code))
        areas = [right.area_code or "" for right in actor.rights_for(Permission.WORKER_READ)]
        return [
            code for code in dict.fromkeys(codes) if any(code.startswith(area.rstrip("0")) for area in areas)
        ]
    return [] if actor.has_role(Role.TOWNSHIP) else list(actor.areas(Role.COUNTY))


def _conditions(search: Search, today: date) -> list[ColumnElement[bool] | None]:
    return [
        _township(search.township) if search.township else None,
        Worker.village == ("" if search.village == "none" else search.village) if search.village else None,
        Worker.state == search.state if search.state in list(WorkerState) else None,
        _education(search.education),
        _yes_no_unknown(Worker.willing, search.willing),
        _candidate(search.candidate, today),
        _wish(search.wish) if search.wish else None,
        and_(Worker.phone_last4 == "", Worker.phones.is_(None)) if search.phone == "none" else None,
        in_category(search.category, today) if search.category else None,
        _counts(search.counts, today),
        _account(search.account),
        works_at(search.employer, today) if search.employer else None,
        ENTERED.within(search.month) if search.month else None,
    ]


def _township(value: str) -> ColumnElement[bool]:
    """Where people live, by code, or as somebody wrote it; "none": nobody has said, "unknown": no township of
    the county is called so; "nowhere": either."""
    if value == "nowhere":
        return Worker.township_code.is_(None)
    if value == "none":
        return Worker.township == ""
    if value == "unknown":
        return and_(Worker.township_code.is_(None), Worker.township != "")
    if value.isdecimal():
        return Worker.township_code == value
    return Worker.township.in_(town_spellings(value))


def _education(value: str) -> ColumnElement[bool] | None:
    if value == "none":
        return Worker.education.is_(None)
    return Worker.education == int(value) if value in LEVELS else None


def _yes_no_unknown(column: InstrumentedAttribute[bool | None], value: str) -> ColumnElement[bool] | None:
    return {"1": column.is_(True), "0": column.is_(False), "none": column.is_(None)}.get(value)


def _candidate(value: str, today: date) -> ColumnElement[bool] | None:
    if value == "1":
        return candidate_condition(today)
    return ~candidate_condition(today) if value == "0" else None


def _counts(value: str, today: date) -> ColumnElement[bool] | None:
    """Whom the register is for today, and whom it cannot tell."""
    if value == "1":
        return counts_for(CategoryUse.SUPPORT, today)
    return ~counts_for(CategoryUse.SUPPORT, today) if value == "0" else None


def _account(value: str) -> ColumnElement[bool] | None:
    """Who can open their own pages; an account that was closed opens nothing."""
    opens = Worker.id.in_(select(User.worker_id).where(User.worker_id.is_not(None), User.is_active))
    return {"1": opens, "0": ~opens}.get(value)


def _wish(wish: str) -> ColumnElement[bool]:
    written = json.dumps(wish)[1:-1]
    return cast(Worker.wishes, String).contains(written, autoescape=True)


def page(
    session: Session, actor: Actor, search: Search, today: date, after: int = 0, size: int = PAGE
) -> tuple[Sequence[Worker], bool]:
    """Up to ``size`` workers after the one numbered ``after``, and whether more follow."""
    statement = page_statement(session, actor, search, today, after, size)
    rows = session.scalars(statement.options(load_only(*LIST_COLUMNS, raiseload=True))).all()
    return rows[:size], len(rows) > size


def page_statement(
    session: Session, actor: Actor, search: Search, today: date, after: int = 0, size: int = PAGE
) -> Select[Worker]:
    """What :func:`page` asks the database (one row more than fits)."""
    asked = _asked(session, actor, search)
    statement = _matching(actor, search, today, Permission.WORKER_READ, asked)
    if after:
        here = values_at(session, statement, Worker, asked.order, after)
        statement = statement.where(tuple_(*asked.order) > tuple_(*here)) if here else statement
    return statement.order_by(*asked.order).limit(size + 1)


def whole(session: Session, actor: Actor, search: Search, today: date) -> Whole:
    """All that ``search`` finds, in the order of the list."""
    asked = _asked(session, actor, search)
    rows = _matching(actor, search, today, Permission.WORKER_READ, asked)
    seen = visible_to(actor, select(Worker), Worker, Permission.WORKER_READ)
    return Whole(rows, Worker, asked.order, (Worker.id,), lambda row: str(row[0]), seen)


def open_orders(session: Session, actor: Actor, today: date) -> Sequence[Order]:
    """The newest jobs that take people, to be offered to several at once."""
    statement = select(Order).where(Order.takes_people(today)).options(joinedload(Order.enterprise))
    seen = visible_to(actor, statement, Order, Permission.ORDER_READ)
    return session.scalars(seen.order_by(Order.id.desc()).limit(PAGE)).all()


# --- around the list ------------------------------------------------------------------------------------


def county_names(session: Session, actor: Actor) -> dict[str, str]:
    """The counties a reader may choose between, names by code."""
    codes = counties_in_reach(session, actor, Search())
    rows = session.execute(select(Area.code, Area.name).where(Area.code.in_(codes)).order_by(Area.code))
    return {code: AreaName(name) for code, name in rows}


def own_county(session: Session, actor: Actor) -> str | None:
    """The county in which ``actor`` enters people: their own, or that of their township."""
    if counties := actor.areas(Role.COUNTY):
        return counties[0]
    towns = actor.areas(Role.TOWNSHIP)
    return session.scalar(select(Area.parent_code).where(Area.code == towns[0])) if towns else None


def towns_by_code(session: Session, actor: Actor, county_code: str | None) -> dict[str, str]:
    """The townships of a county that ``actor`` may look at, names by code."""
    statement = select(Area.code, Area.name).where(
        Area.level == AreaLevel.TOWN, Area.parent_code == county_code
    )
    towns = actor.areas(Role.TOWNSHIP)
    if towns and county_code not in actor.areas(Role.COUNTY):
        statement = statement.where(Area.code.in_(towns))
    return dict(session.execute(statement.order_by(Area.code)).all())


def town_names(session: Session, actor: Actor, county_code: str | None) -> list[str]:
    """The townships of a county that ``actor`` may write into, or look at."""
    return list(towns_by_code(session, actor, county_code).values())


def helper_city_names(session: Session, today: date) -> dict[str, str]:
    """The cities of Guangdong that help, names by code (粤办发〔2016〕32号 二、3-5)."""
    rows = session.execute(
        select(Pairing.helper_code, Area.name)
        .join(Area, Area.code == Pairing.helper_code)
        .where(holds_on(Pairing, today), Area.level == AreaLevel.PREFECTURE)
        .distinct()
        .order_by(Pairing.helper_code)
    )
    return {code: AreaName(name) for code, name in rows}


# --- one person -----------------------------------------------------------------------------------------


def members(session: Session, actor: Actor, worker: Worker) -> Sequence[Worker]:
    """Those of the household whom ``actor`` may see, the head first."""
    if worker.household_id is None:
        return []
    statement = (
        select(Worker)
        .where(Worker.household_id == worker.household_id, Worker.merged_into_id.is_(None))
        .where(Worker.erased_at.is_(None))
        .order_by(case((Worker.relation == "户主", 0), else_=1), Worker.birth_date)
        .options(load_only(*LIST_COLUMNS, Worker.relation, raiseload=True))
    )
    return session.scalars(visible_to(actor, statement, Worker, Permission.WORKER_READ)).all()


def placements_of(session: Session, actor: Actor, worker: Worker) -> Sequence[Placement]:
    """The offers and jobs of a worker that ``actor`` may see, the newest first."""
    statement = (
        select(Placement)
        .where(Placement.worker_id == worker.id)
        .order_by(Placement.id.desc())
        .options(joinedload(Placement.order).joinedload(Order.enterprise), selectinload(Placement.follow_ups))
    )
    return session.scalars(visible_to(actor, statement, Placement, Permission.PLACEMENT_READ)).all()


# --- what waits -----------------------------------------------------------------------------------------


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for ``actor`` in this area today; counting stops at 1,000."""
    if not actor.can(Permission.WORKER_WRITE):
        return []
    said = own_words.tasks(session, actor, today)
    return [*said, *_to_ask(session, actor, today), *homeless(session, actor, today)]


def homeless(session: Session, actor: Actor, today: date) -> list[Task]:
    """Those whom nobody finds by township, as tasks; counting stops at 1,000. A township has none of them."""
    if all(right.role is Role.TOWNSHIP for right in actor.rights_for(Permission.WORKER_WRITE)):
        return []
    nowhere, unknown = Search(township="none"), Search(township="unknown")
    missing, strange = (_count(session, actor, search, today) for search in (nowhere, unknown))
    reason = Sentence("按乡镇查不到，乡镇经办也看不到他们；可以一次勾选一批来填")
    return [
        Task(
            missing,
            counted(missing, "人没有乡镇"),
            reason,
            url_for("workers.index", **nowhere.filled()),
            N_("去填"),
            "workers.index",
        ),
        Task(
            strange,
            counted(strange, "人的乡镇不在本县的乡镇表里"),
            reason,
            url_for("workers.index", **unknown.filled()),
            N_("去改"),
            "workers.index",
        ),
    ]


def _to_ask(session: Session, actor: Actor, today: date) -> list[Task]:
    unasked = Search(candidate="1", willing="none")
    silent = Search(candidate="1", phone="none")
    asked, called = (_count(session, actor, search, today) for search in (unasked, silent))
    return [
        Task(
            asked,
            counted(asked, "人还没问去不去"),
            Sentence("问清愿不愿意外出、想做什么，才好推荐岗位"),
            url_for("workers.asking"),
            N_("去问"),
            "workers.index",
        ),
        Task(
            called,
            counted(called, "人没有联系电话"),
            Sentence("没有电话，推荐了岗位也通知不到本人"),
            url_for("workers.index", **silent.filled()),
            N_("去补"),
            "workers.index",
        ),
    ]


def _count(session: Session, actor: Actor, search: Search, today: date) -> int:
    rows = matching_workers(session, actor, search, today, Permission.WORKER_WRITE).with_only_columns(
        Worker.id
    )
    return session.scalar(select(func.count()).select_from(rows.limit(MOST_COUNTED).subquery())) or 0
