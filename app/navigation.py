"""The menu: which places a person finds in it, from the permissions held."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.extensions import db
from app.formatters import label
from app.guards import current_actor
from models.access import Actor, Permission
from models.area import Area
from models.organisation import Organisation
from models.words import N_


@dataclass(frozen=True)
class Task:
    """One line of today's work: how many, what (a sentence), why or which, and the button that leads there.

    ``endpoint`` is the menu entry whose badge counts it.
    """

    count: int
    text: str
    reason: str
    url: str
    button: str
    endpoint: str


def counted(count: int, words: str, **values: object) -> str:
    """Translate words that stand behind a number: one and many differ in English, in Chinese they do not."""
    return ngettext(words, words, count, **values)


@dataclass(frozen=True)
class Place:
    """One entry: where it leads, its word, its icon, who finds it. ``bottom``: kept on a phone's bottom bar."""

    endpoint: str
    word: str
    icon: str
    permission: Permission | None = None
    bottom: bool = True


PLACES = (
    Place("home.today", N_("今日工作"), "sun"),
    Place("portal.offers", N_("给我的岗位"), "briefcase", Permission.PORTAL),
    Place("portal.profile", N_("我的资料"), "person", Permission.PORTAL),
    Place("portal.settling", N_("我要落户"), "house-door", Permission.PORTAL),
    Place("portal.messages", N_("收到的通知"), "chat-left-text", Permission.PORTAL),
    Place("lessons.today", N_("今天的课"), "clipboard-check", Permission.ATTENDANCE_TAKE),
    Place("workers.index", N_("劳动力台账"), "people", Permission.WORKER_READ),
    Place("orders.index", N_("岗位"), "clipboard-check", Permission.ORDER_READ),
    Place("match_runs.index", N_("匹配与推荐"), "shuffle", Permission.MATCH_READ),
    Place("placements.index", N_("输出与跟踪"), "geo-alt", Permission.PLACEMENT_READ),
    Place("training_orders.index", N_("培训订单"), "briefcase", Permission.TRAINING_READ, bottom=False),
    Place("cohorts.index", N_("培训班"), "mortarboard", Permission.TRAINING_READ),
    Place("cohorts.asking", N_("培训报名"), "telephone", Permission.ENROLMENT_ENDORSE, bottom=False),
    Place("certificates.index", N_("培训证书"), "award", Permission.CERTIFICATE_ISSUE, bottom=False),
    Place("claims.index", N_("培训补贴"), "cash-coin", Permission.CLAIM_READ, bottom=False),
    Place("lessons.inspections", N_("巡查"), "geo-alt", Permission.COHORT_INSPECT, bottom=False),
    Place("imports.index", N_("导入与导出"), "arrow-down-up", Permission.WORKER_IMPORT, bottom=False),
    Place("placements.figures", N_("补贴与生活成本"), "cash-coin", Permission.FIGURE_WRITE, bottom=False),
    Place("admin.users", N_("账号与授权"), "key", Permission.USER_ADMIN),
    Place("admin.reference", N_("基础数据"), "table", Permission.REFERENCE_READ, bottom=False),
    Place("settlement.index", N_("落户"), "house-door", Permission.SETTLEMENT_READ, bottom=False),
    Place("settlement.proofs", N_("落户证明"), "house-door", Permission.SETTLEMENT_PROVE, bottom=False),
    Place("settlement_rules.index", N_("落户规则"), "journal-check", Permission.RULE_WRITE, bottom=False),
    Place("cards.index", N_("积分卡"), "sliders", Permission.CARD_READ, bottom=False),
    Place("admin.audit", N_("审计记录"), "journal-check", Permission.AUDIT_READ, bottom=False),
)


def has_own_pages_only(actor: Actor) -> bool:
    """Tell whether ``actor`` is a worker and nothing else."""
    return actor.can(Permission.PORTAL) and len(actor.rights) == 1


def places_for(actor: Actor) -> list[Place]:
    """Return the entries ``actor`` finds in the menu."""
    mine = [place for place in PLACES if place.permission is None or actor.can(place.permission)]
    return mine[1:] if has_own_pages_only(actor) else mine  # a worker's offers are the day's work


def place_of(path: str, endpoint: str) -> Place | None:
    """Return the entry a page belongs to: the one whose address begins the page's, else the first of its area."""
    above = [place for place in PLACES if _is_below(path, url_for(place.endpoint))]
    if above:
        return max(above, key=lambda place: len(url_for(place.endpoint)))
    return next((p for p in PLACES if p.endpoint.split(".")[0] == endpoint.split(".")[0]), None)


def _is_below(path: str, address: str) -> bool:
    return path == address or (address != "/" and path.startswith(f"{address}/"))


def is_here(place: Place) -> bool:
    """Tell whether the present page belongs to ``place``."""
    return place is place_of(request.path, request.endpoint or "")


def init_app(app: Flask) -> None:
    """Give the menu and what stands around every page to the templates."""

    @app.context_processor
    def menu() -> dict[str, Any]:
        if not current_user.is_authenticated:
            return {"places": [], "actor": None}
        actor = current_actor()
        return {
            "places": places_for(actor),
            "is_here": is_here,
            "actor": actor,
            "badges": {},
            "unit_name": unit_name(actor),
            "role_names": _("、").join(dict.fromkeys(label(right.role) for right in actor.rights)),
            **search_box(actor),
        }


def unit_name(actor: Actor) -> str:
    """Return the name of the office, enterprise or place that ``actor`` works for."""
    for right in actor.rights:
        if right.organisation_id:
            return db.session.get_one(Organisation, right.organisation_id).name
        if right.area_code:
            return db.session.get_one(Area, right.area_code).name
    return ""


def search_box(actor: Actor) -> dict[str, str]:
    """Return where the search box leads and what it hints at, for those who have something to search."""
    if actor.can(Permission.WORKER_READ):
        return {
            "search_url": url_for("workers.index"),
            "search_hint": _("姓名、拼音首字母、身份证后四位…　Ctrl K"),
        }
    if actor.can(Permission.ORDER_READ):
        return {"search_url": url_for("orders.index"), "search_hint": _("岗位、工种、企业…　Ctrl K")}
    return {}
