"""What waits today: for the county, the city, the enterprise, the worker."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import url_for
from sqlalchemy import ColumnElement, case, func
from sqlalchemy.orm import Session

from app.kit.web.lately import is_many, lately
from app.kit.web.navigation import Task
from app.placements.queries.interviews import untold_count, untold_page
from app.placements.queries.lists import bare_follow_ups, due_at_work, follow_ups, waits_for_check
from app.placements.queries.people import faces
from app.placements.queries.rounds import is_to_remember
from app.placements.queries.spring_return import overdue
from models.access import Actor, Permission, Role, count_and_first, count_of
from models.clock import day_of
from models.i18n import N_, Sentence, counted
from models.placement.placement import FollowUp, Placement, PlacementState
from models.reference.county_office import office_of
from models.waiting import wait_of

S = PlacementState
HERE, OFFERS = "placements.index", "portal.offers"
Source = Callable[[Session, Actor, date], list[Task]]


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    return [task for source in _sources(actor) for task in source(session, actor, today)]


def check_tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Findings to verify: they have no last day, and by hundreds they are nobody's work of one day."""
    if not actor.can(Permission.FOLLOWUP_VERIFY):
        return []
    figures = func.count(FollowUp.id), func.min(FollowUp.recorded_at)
    rows = bare_follow_ups(actor, Permission.FOLLOWUP_VERIFY, *figures).where(waits_for_check(session, actor))
    count, first = session.execute(rows).one()
    if not count:
        return []
    reason = Sentence("登记人不能核实自己的，要换一双眼睛；最早的登记于%(day)s", {"day": day_of(first)})
    text = counted(count, "条回访等你核实")
    return [Task(count, text, reason, url_for("placements.verification_list"), N_("去核实"), HERE)]


def _sources(actor: Actor) -> list[Source]:
    by_permission: dict[Permission, list[Source]] = {
        Permission.PLACEMENT_ANSWER: [_untold_interviews, _asked, _unanswered],
        Permission.PLACEMENT_OFFER: [_invited],
        Permission.PLACEMENT_DEPART: [_to_depart],
        Permission.PLACEMENT_HIRE: [_to_hire],
        Permission.PLACEMENT_ARRIVE: [_to_arrive],
        Permission.FOLLOWUP_RECORD: [_to_remember, _due, _not_back],
        Permission.PORTAL: [_own_interviews, _own_offers],
        Permission.FIGURE_WRITE: [_no_office],
    }
    return [source for permission, some in by_permission.items() if actor.can(permission) for source in some]


def _unanswered(session: Session, actor: Actor, today: date) -> list[Task]:
    is_offered = Placement.state == S.OFFERED
    count, first = count_and_first(session, actor, Placement, Permission.PLACEMENT_ANSWER, is_offered)
    if first is None:
        return []
    wait = wait_of(first, today)
    known = {
        "name": faces(session, actor, [first])[first.id].name,
        "title": first.order.title,
        "waited": wait.sentence,
    }
    reason = Sentence("最急的一位：%(name)s，%(title)s，%(waited)s", known)
    if actor.can(Permission.WORKER_REVEAL):
        url, button = url_for("placements.call_list"), N_("打电话清单")
    else:
        url, button = url_for(HERE, stage="offered"), N_("去登记答复")
    return [Task(count, counted(count, "人还没答复岗位推荐"), reason, url, button, HERE, wait.due)]


def _waiting(session: Session, actor: Actor, permission: Permission, *where: ColumnElement[bool]) -> int:
    return count_of(session, actor, Placement, permission, *where)


def _task(count: int, text: Sentence, reason: Sentence, button: str, stage: str) -> list[Task]:
    return [Task(count, text, reason, url_for(HERE, stage=stage), button, HERE)]


def _asked(session: Session, actor: Actor, today: date) -> list[Task]:
    has_asked = Placement.asked_at.is_not(None)
    count = _waiting(session, actor, Permission.PLACEMENT_ANSWER, Placement.state == S.OFFERED, has_asked)
    reason = Sentence("他们在手机上点了“先问问”，等你回电话")
    return _task(count, counted(count, "人想先问清楚再决定"), reason, N_("去看看"), "offered")


def _untold_interviews(session: Session, actor: Actor, today: date) -> list[Task]:
    count = untold_count(session, actor)
    if not count:
        return []
    first = untold_page(session, actor)[0]
    name = faces(session, actor, [first.placement])[first.placement_id].name
    reason = Sentence("最近的一场：%(name)s，%(what)s", {"name": name, "what": first.sentence})
    url = url_for("placements.interview_list")
    return [Task(count, counted(count, "场面试等你转告本人"), reason, url, N_("转告面试"), HERE)]


def _own_interviews(session: Session, actor: Actor, today: date) -> list[Task]:
    is_invited = Placement.state == S.INTERVIEW
    count, first = count_and_first(session, actor, Placement, Permission.PORTAL, is_invited)
    if first is None or first.interview is None:
        return []
    url = url_for("portal.offer", number=first.id)
    return [Task(count, counted(count, "场面试等你去"), first.interview.sentence, url, N_("去看看"), OFFERS)]


def _invited(session: Session, actor: Actor, today: date) -> list[Task]:
    is_invited = Placement.state == S.INVITED
    count, first = count_and_first(session, actor, Placement, Permission.PLACEMENT_OFFER, is_invited)
    reason, due = Sentence("企业还看不到姓名和电话"), first.due_on if first else None
    text, url = counted(count, "份企业邀请等你转告本人"), url_for(HERE, stage="invited")
    return [Task(count, text, reason, url, N_("去转告"), HERE, due)]


def _to_depart(session: Session, actor: Actor, today: date) -> list[Task]:
    is_alone = Placement.departure_id.is_(None)
    count = _waiting(session, actor, Permission.PLACEMENT_DEPART, Placement.state == S.HIRED, is_alone)
    reason = Sentence("可以编成一队，一起走")
    return _task(count, counted(count, "人已录用，还没有安排出发"), reason, N_("去编队"), "hired")


def _to_hire(session: Session, actor: Actor, today: date) -> list[Task]:
    has_accepted = Placement.state.in_((S.ACCEPTED, S.INTERVIEW))
    count = _waiting(session, actor, Permission.PLACEMENT_HIRE, has_accepted)
    reason = Sentence("回得越快，人越不会走掉")
    return _task(count, counted(count, "人愿意来，等你面试或录用"), reason, N_("去看人"), "accepted")


def _to_arrive(session: Session, actor: Actor, today: date) -> list[Task]:
    count = _waiting(session, actor, Permission.PLACEMENT_ARRIVE, Placement.state == S.DEPARTED)
    reason = Sentence("到了就确认，回访从到岗那天算起")
    return _task(count, counted(count, "人在路上，等确认到岗"), reason, N_("去确认"), "departed")


def _follow_up_count(
    session: Session, actor: Actor, permission: Permission, condition: ColumnElement[bool]
) -> int:
    inner = follow_ups(actor, permission).where(condition)
    return session.scalar(inner.with_only_columns(func.count(FollowUp.id), maintain_column_froms=True)) or 0


def _due(session: Session, actor: Actor, today: date) -> list[Task]:
    is_late = case((FollowUp.due_on <= today - timedelta(days=8), 1))
    # Not the row's own number: PostgreSQL has all the others in one index.
    figures = func.count(FollowUp.placement_id), func.count(is_late), func.min(FollowUp.due_on)
    due = due_at_work(actor, today, *figures)
    count, late, first = lately(session, due, lambda: tuple(session.execute(due).one()), is_many)
    reason = Sentence("到岗满 1、3、6 个月各打一次电话")
    if late:
        reason = Sentence("其中 %(late)s 人已过期一周以上", {"late": late})
    text, url = counted(count, "人到了回访的日子"), url_for("placements.follow_ups")
    return [Task(count, text, reason, url, N_("开始回访"), HERE, first)]


def _to_remember(session: Session, actor: Actor, today: date) -> list[Task]:
    count = _follow_up_count(session, actor, Permission.FOLLOWUP_RECORD, is_to_remember(actor, today))
    text, reason = counted(count, "条回访今天要再打"), Sentence("上次打电话时记下要再打的")
    return [Task(count, text, reason, url_for("placements.follow_ups", view="remember"), N_("去打"), HERE)]


def _not_back(session: Session, actor: Actor, today: date) -> list[Task]:
    count, first = overdue(session, actor, today)
    if not first:
        return []
    text = counted(count, "人过了说好的日子还没有返岗")
    reason = Sentence("打电话问一问：还回不回来，哪天回")
    url = url_for("placements.spring_return", number=first[0].round_id, view="late")
    return [Task(count, text, reason, url, N_("去问"), HERE)]


def _no_office(session: Session, actor: Actor, today: date) -> list[Task]:
    counties = [code for code in actor.areas(Role.COUNTY) if office_of(session, code) is None]
    text = counted(len(counties), "个县就业局的电话没有登记")
    reason = Sentence("请人“问县就业局”的页面和通知上，现在没有电话")
    return [Task(len(counties), text, reason, url_for("placements.figures"), N_("去登记"), HERE)]


def _own_offers(session: Session, actor: Actor, today: date) -> list[Task]:
    is_offered = Placement.state == S.OFFERED
    count, first = count_and_first(session, actor, Placement, Permission.PORTAL, is_offered)
    text, reason = counted(count, "个岗位等你答复"), Sentence("看清楚再答复，可以先问问")
    return [Task(count, text, reason, url_for(OFFERS), N_("去看看"), OFFERS, first.due_on if first else None)]
