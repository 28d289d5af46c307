"""The menu: its places, from the permissions held; and the lines of today's work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from flask import Flask, get_template_attribute, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor
from app.kit.web.kept_pages import page_owner
from app.kit.web.labels import label
from models.access import Actor, Permission
from models.i18n import N_, Sentence
from models.reference.area import Area
from models.reference.area_latin import AreaName
from models.reference.organisation import Organisation


@dataclass(frozen=True)
class Task:
    """One line of today's work: how many, what, why or which, and the button (a label) that leads there.

    ``endpoint`` is the menu entry whose badge counts it. ``due_on``: the day of the most urgent of them,
    where the line has one.
    """

    count: int
    text: Sentence
    reason: Sentence | None
    url: str
    button: str
    endpoint: str
    due_on: date | None = None


@dataclass(frozen=True)
class Place:
    """One entry: where it leads, its word, its icon, the permission it takes.

    ``rank``: a phone's bottom bar shows the four lowest. ``also``: areas whose other pages belong here too.
    ``pages``: a group, which stands in a long menu for what is in it. ``brief``: its word on a phone's bar,
    where the whole would not fit in every language.
    """

    endpoint: str
    word: str
    icon: str
    permission: Permission | None = None
    rank: int = 9
    also: tuple[str, ...] = ()
    pages: tuple["Place", ...] = ()
    brief: str = ""


MOST_ENTRIES, ON_THE_BAR = 10, 4
COOPERATION = (
    Place("reports.index", N_("报表和考核"), "table", Permission.REPORT_READ, 3),
    Place("cooperation.index", N_("协作台账"), "journal-check", Permission.COOPERATION_READ),
    Place("funds.index", N_("协作资金"), "cash-coin", Permission.FUND_READ),
)
TRAINING = (
    Place("training_orders.index", N_("培训订单"), "briefcase", Permission.TRAINING_READ),
    Place(
        "training_classes.index",
        N_("培训班"),
        "mortarboard",
        Permission.TRAINING_READ,
        3,
        also=("timetable", "attendance", "inspections", "certification", "subsidies"),
    ),
    Place(
        "training_classes.asking",
        N_("培训报名"),
        "telephone",
        Permission.ENROLMENT_ENDORSE,
        2,
        brief=N_("报名"),
    ),
    Place("certification.index", N_("培训证书"), "award", Permission.CERTIFICATE_ISSUE),
    Place("inspections.index", N_("巡查"), "geo-alt", Permission.CLASS_INSPECT),
    Place("subsidies.index", N_("培训补贴"), "cash-coin", Permission.CLAIM_READ),
)
AT_WORK = (
    Place("placements.index", N_("输出与跟踪"), "geo-alt", Permission.PLACEMENT_READ, 3),
    Place("messages.index", N_("通知"), "chat-left-text", Permission.WORKER_READ),
    Place("problems.index", N_("反映的问题"), "telephone", Permission.PROBLEM_READ),
    Place("problems.staying_figures", N_("谁留下、谁走了"), "people", Permission.STATISTICS_READ),
    Place(
        "rosters.index",
        N_("月度花名册"),
        "clipboard-check",
        Permission.MONTH_TELL,
        also=("differences", "duties"),
    ),
    Place("spells.index", N_("用工经历"), "briefcase", Permission.PLACEMENT_READ, brief=N_("经历")),
    Place("home.calendar", N_("日历"), "clipboard-check", Permission.PLACEMENT_READ),
    Place("placements.figures", N_("补贴与生活成本"), "cash-coin", Permission.FIGURE_WRITE),
)
HUKOU = (
    Place("hukou.index", N_("落户"), "house-door", Permission.HUKOU_READ, brief=N_("户口")),
    Place("hukou.proofs", N_("落户证明"), "house-door", Permission.HUKOU_PROVE),
    Place("hukou_rules.index", N_("落户规则"), "journal-check", Permission.RULE_WRITE),
)
FACTS = (
    Place("reference.reference", N_("基础数据"), "table", Permission.REFERENCE_READ),
    Place("scorecards.index", N_("积分卡"), "sliders", Permission.CARD_READ),
    Place("reference.audit", N_("审计记录"), "journal-check", Permission.AUDIT_READ),
)
PLACES = (
    Place("home.today", N_("今日工作"), "sun", rank=1),
    Place("portal.today", N_("今天"), "sun", Permission.PORTAL, 2),
    Place("portal.offers", N_("我的活"), "briefcase", Permission.PORTAL, 2),
    Place("portal.tell", N_("有话要说"), "chat-left-text", Permission.PORTAL, 2),
    Place("portal.profile", N_("我"), "person", Permission.PORTAL, 2),
    Place("portal.problems", N_("我反映的事"), "chat-left-text", Permission.PORTAL),
    Place(
        "attendance.today",
        N_("今天的课"),
        "clipboard-check",
        Permission.ATTENDANCE_TAKE,
        2,
        brief=N_("今日课"),
    ),
    Place("workers.index", N_("劳动力台账"), "people", Permission.WORKER_READ, 3),
    Place("accounts.open_people", N_("个人名单"), "people", Permission.PERSON_OPEN),
    Place("orders.index", N_("岗位"), "clipboard-check", Permission.ORDER_READ, 4),
    Place("match_runs.index", N_("匹配与推荐"), "shuffle", Permission.MATCH_READ, 4, also=("near_misses",)),
    Place("placements.index", N_("输出与跟踪"), "geo-alt", rank=3, pages=AT_WORK),
    Place("training_orders.index", N_("订单培训"), "mortarboard", pages=TRAINING),
    Place("hukou.index", N_("落户"), "house-door", pages=HUKOU, brief=N_("户口")),
    Place("reports.index", N_("协作与考核"), "table", rank=3, pages=COOPERATION, brief=N_("报表")),
    Place("intake.index", N_("导入与导出"), "arrow-down-up", Permission.ROSTER_SEND),
    Place("accounts.users", N_("账号与授权"), "key", Permission.USER_ADMIN, 4),
    Place("reference.reference", N_("数据与记录"), "table", pages=FACTS),
)


def has_own_pages_only(actor: Actor) -> bool:
    """Whether ``actor`` is a worker and nothing else."""
    return actor.can(Permission.PORTAL) and len(actor.rights) == 1


def flat(places: Iterable[Place]) -> list[Place]:
    """The entries with every group opened up."""
    return [page for place in places for page in place.pages or (place,)]


def places_for(actor: Actor) -> list[Place]:
    """The entries in the menu of ``actor``; where they would be too many, groups stay closed."""
    mine = [entry for place in PLACES if (entry := _entry_for(actor, place))]
    if has_own_pages_only(actor):
        return mine[1:]  # a worker has a first page of his own
    opened = flat(mine)
    return opened if len(opened) <= MOST_ENTRIES else mine


def _entry_for(actor: Actor, place: Place) -> Place | None:
    """Of a group only the actor's own pages, and a single page by itself."""
    if not place.pages:
        return place if place.permission is None or actor.can(place.permission) else None
    pages = tuple(page for page in place.pages if _entry_for(actor, page))
    if len(pages) <= 1:
        return pages[0] if pages else None
    return replace(place, endpoint=pages[0].endpoint, pages=pages)


def on_the_bar(places: list[Place]) -> list[Place]:
    """The entries of a phone's bottom bar: those most used, in the menu's order."""
    chosen = sorted(places, key=lambda place: place.rank)[:ON_THE_BAR]
    return [place for place in places if place in chosen]


def place_of(places: Iterable[Place], path: str, endpoint: str) -> Place | None:
    """The entry a page belongs to: the one whose address begins the page's, else one of its area."""
    pages, area = flat(places), endpoint.split(".")[0]
    above = [place for place in pages if _is_below(path, url_for(place.endpoint))]
    if above:
        return max(above, key=lambda place: len(url_for(place.endpoint)))
    own = [place for place in pages if place.endpoint.split(".")[0] == area]
    return next(iter([*own, *(place for place in pages if area in place.also)]), None)


def _is_below(path: str, address: str) -> bool:
    return path == address or (address != "/" and path.startswith(f"{address}/"))


def waiting_in(place: Place, badges: dict[str, int]) -> int:
    """How much waits in an entry; ``badges`` counts by endpoint."""
    return sum(badges.get(page.endpoint, 0) for page in flat([place]))


@dataclass(frozen=True)
class Menu:
    """What the menus of a page show: all entries, the page's own, and the group that is open."""

    places: tuple[Place, ...]
    here: frozenset[Place]
    group: Place | None

    @property
    def bar(self) -> list[Place]:
        return on_the_bar(list(self.places))

    @property
    def all_places(self) -> list[Place]:
        return flat(self.places)


def menu_of(actor: Actor) -> Menu:
    """The menu of ``actor`` on the page that is asked for."""
    places = places_for(actor)
    here = place_of(places, request.path, request.endpoint or "")
    group = next((place for place in places if here in place.pages), None)
    return Menu(tuple(places), frozenset(place for place in (here, group) if place), group)


@lru_cache(maxsize=2000)
def _drawn(part: str, menu: Menu, badges: tuple[tuple[str, int], ...], language: str, root: str) -> Markup:
    """A menu is the same for all who have its entries; drawing it took a third of an ordinary page.

    ``language`` and ``root`` (where the application hangs) are what the drawing reads besides.
    """
    drawn: Markup = get_template_attribute("components/menu.html", part)(menu, dict(badges))
    return drawn


def init_app(app: Flask) -> None:
    """Give the menu and what stands around every page to the templates."""
    app.jinja_env.globals["waiting_in"] = waiting_in

    @app.context_processor
    def menu() -> dict[str, Any]:
        if not current_user.is_authenticated:
            return {"frame": "", "menu_places": (), "actor": None}
        actor = current_actor()
        menu = menu_of(actor)

        def menu_part(part: str, badges: Mapping[str, int] | None = None) -> Markup:
            return _drawn(part, menu, tuple((badges or {}).items()), str(get_locale()), request.script_root)

        if has_own_pages_only(actor):
            return {
                "frame": "phone.html",
                "menu_places": menu.places,
                "menu": menu,
                "actor": actor,
                "page_owner": page_owner(),
            }
        return {
            "frame": "",
            "menu_places": menu.places,
            "menu_group": menu.group,
            "menu_part": menu_part,
            "actor": actor,
            "badges": {},
            "unit_name": unit_name(actor),
            "role_names": _("、").join(dict.fromkeys(label(right.role) for right in actor.rights)),
            **search_box(actor),
        }


def unit_name(actor: Actor) -> str:
    """The office, enterprise or place that ``actor`` works for; "" for nothing of the kind."""
    for right in actor.rights:
        if right.organisation_id:
            return db.session.get_one(Organisation, right.organisation_id).name
        if right.area_code:
            return AreaName(db.session.get_one(Area, right.area_code).name)
    return ""


def search_box(actor: Actor) -> dict[str, str]:
    """Where the search box leads and its hint."""
    hint = _("姓名、拼音、岗位、页面…") if actor.can(Permission.WORKER_READ) else _("岗位、企业、页面…")
    return {"search_url": url_for("home.search"), "search_hint": hint}
