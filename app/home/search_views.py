"""HTTP of the search over everything, and of the pages and actions it finds by their words."""

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.home import bp, search
from app.home.search import Group, Hit
from app.kit.web.extensions import db
from app.kit.web.guards import LOCALES, SIGNED_IN, current_actor, policy_of, signed_in
from app.kit.web.navigation import has_own_pages_only, places_for
from app.kit.web.person_searches import WHILE_TYPING
from models.access import Actor, Permission, Role
from models.clock import today
from models.i18n import N_

# What is done most: the page where it begins. Who may, the page's own policy says.
ACTIONS = (
    ("workers.create", N_("登记一个人")),
    ("intake.index", N_("导入花名册")),
    ("intake.duplicates", N_("判定重复登记的人")),
    ("workers.asking", N_("打电话问去不去")),
    ("match_runs.start_county", N_("给全县的人找岗位")),
    ("near_misses.index", N_("找差一项技能的人")),
    ("orders.new", N_("发布岗位")),
    ("placements.call_list", N_("打电话清单")),
    ("placements.follow_ups", N_("开始回访")),
    ("rosters.index", N_("报这个月的花名册")),
    ("problems.first_calls", N_("给刚到岗的人打电话")),
    ("training_orders.new", N_("写一个培训订单")),
    ("reports.charts", N_("会议图表")),
    ("accounts.password", N_("改密码")),
)
OF_ONE_COUNTY = {"match_runs.start_county"}  # its policy lets enterprises in, who match for their own jobs


@bp.route("/search", endpoint="search")
@signed_in
def search_page() -> str | Response:
    """Everything that a text finds; where only people are meant, their list itself."""
    actor, text = current_actor(), " ".join(request.args.get("q", "").split())[: search.LONGEST]
    if has_own_pages_only(actor):
        return redirect(url_for("portal.today"))
    places = _places(actor, text)
    is_typing = WHILE_TYPING in request.args
    with_people = not is_typing or actor.opened_until is None  # each search of theirs is noted: no guesses
    groups = search.find(db.session, actor, text, today(), with_people) if text else []
    if is_typing:  # what a list under the box shows while somebody types
        return render_template("home/search_hits.html", groups=[*groups, *places], text=text)
    if groups and not places and {group.word for group in groups} == {search.PEOPLE}:
        return redirect(url_for("workers.index", q=text))
    return render_template("home/search.html", text=text, groups=[*groups, *places])


def _places(actor: Actor, text: str) -> list[Group]:
    """Pages and groups of the menu and actions whose word, in either language, has ``text`` in it; all
    without one."""
    doing = [(endpoint, said, "") for endpoint, said in ACTIONS if _may_open(actor, endpoint)]
    groups = [
        Group(word, [Hit(_(said), note, url_for(one)) for one, said, note in some if _is_called(said, text)])
        for word, some in ((N_("要做的事"), doing), (N_("页面"), _in_menu(actor)))
    ]
    return [group for group in groups if group.hits]


def _in_menu(actor: Actor) -> list[tuple[str, str, str]]:
    """Endpoint and word of each page, and of each closed group, which leads to its first page and says what
    is in it."""
    found: list[tuple[str, str, str]] = []
    for place in places_for(actor):
        pages = [(page.endpoint, page.word, "") for page in place.pages]
        own = (place.endpoint, place.word, _("、").join(_(word) for _endpoint, word, _note in pages))
        found += [own, *(page for page in pages if page[:2] != own[:2])]
    return found


def _may_open(actor: Actor, endpoint: str) -> bool:
    policy = policy_of(current_app, endpoint)
    if endpoint in OF_ONE_COUNTY and not actor.areas(Role.COUNTY):
        return False
    return policy == SIGNED_IN or (isinstance(policy, Permission) and actor.can(policy))


def _is_called(word: str, text: str) -> bool:
    """Whether a label is meant, whichever language the reader types."""
    said = []
    for locale in LOCALES:
        with force_locale(locale):
            said.append(_(word).lower())
    return any(text.lower() in one for one in said)
