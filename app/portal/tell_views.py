"""HTTP of what a worker tells us: what is wrong, whom to ring by name, what became of the last one."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.formatters import day, say
from app.kit.web.guards import current_actor, reads_files, requires
from app.kit.web.idempotency import finish
from app.portal import bp, queries
from app.portal.contacts import numbers_to_ring
from app.portal.sent_files import SentFiles, names_sent, read_files
from models.access import Permission
from models.clock import today, utc_now
from models.i18n import N_
from models.people.worker import Worker
from models.placement.placement import HOLDING, Placement
from models.problems.kind import TO_CITY_AT_ONCE, ProblemKind, ProblemLevel
from models.problems.last_day import days_of
from models.problems.problem import LONGEST_WORDS, Problem, open_problem
from models.problems.problem_file import count_files, keep_file
from models.reference.deadline import Deadlines

K = ProblemKind
# The button's one or two words, and what they mean.
CHOICES: dict[ProblemKind, tuple[str, str]] = {
    K.WAGE: (N_("工资"), N_("没发、少发、乱扣")),
    K.NOT_AS_TOLD: (N_("活不一样"), N_("和说好的不一样")),
    K.HEALTH: (N_("病了伤了"), N_("要看病、要休息")),
    K.ASKED_FOR_MONEY: (N_("有人要钱"), N_("介绍费、押金、扣证件")),
    K.WANTS_TO_LEAVE: (N_("不想干了"), N_("想走、想回家、去不了")),
    K.SPOUSE: (N_("爱人也来"), N_("夫妻一起、夫妻房")),
    K.OTHER: (N_("别的"), N_("说不清也行")),
}


def _person() -> Worker:
    return queries.own_record(db.session, current_actor()) or abort(404)


@bp.route("/my/tell", methods=["GET", "POST"], endpoint="tell")
@requires(Permission.PORTAL)
@reads_files
def tell_page() -> str | Response | tuple[str, int]:
    """Say what is wrong; the answer says by when somebody rings. Form: kind, words, agrees, photo, voice."""
    kind = next((one for one in K if one.value == request.form.get("kind")), None)
    if request.method == "GET" or kind is None:
        page = _page(is_missing=request.method == "POST")
        return (page, 422) if request.method == "POST" else page
    sent = read_files()
    problem = _open(kind, sent)
    for refusal in sent.refused:
        flash(_("话收到了，%(why)s", why=say(refusal)), "warning")
    flash(_("收到了。最晚 %(day)s 有人回你电话。", day=day(problem.due_on)), "success")
    return finish(url_for("portal.tell"))


def _open(kind: ProblemKind, sent: SentFiles) -> Problem:
    actor, words, agrees = current_actor(), request.form.get("words", ""), request.form.get("agrees") == "1"
    problem = open_problem(
        db.session,
        _person().id,
        kind,
        words,
        actor=actor,
        now=utc_now(),
        agrees=agrees,
        has_file=bool(sent.taken),
    )
    for one in sent.taken:
        keep_file(db.session, actor, problem, one.kind, one.content, one.length, one.digest)
    return problem


def _page(is_missing: bool) -> str:
    person, actor = _person(), current_actor()
    offers = queries.own_offers(db.session, actor)
    jobs = [row for row in offers if row.state in HOLDING]
    last = queries.last_problem(db.session, actor)
    return render_template(
        "portal/tell.html",
        choices=CHOICES,
        days=_days(person, jobs),
        numbers=numbers_to_ring(db.session, person, offers, today()),
        jobs=jobs,
        last=last,
        most=LONGEST_WORDS,
        is_missing=is_missing,
        has_lost_files=any(names_sent()),
        files=count_files(db.session, last) if last else {},
        words=request.form.get("words", ""),
        asked=request.args.get("kind", ""),
    )


def _days(person: Worker, jobs: list[Placement]) -> dict[ProblemKind, int]:
    """Within how many days somebody rings, as it would be opened now."""
    deadlines, city = Deadlines(db.session, today()), jobs[0].city_code if jobs else None
    return {
        kind: days_of(deadlines, kind, ProblemLevel.CITY, city)
        if city and kind in TO_CITY_AT_ONCE
        else days_of(deadlines, kind, ProblemLevel.COUNTY, person.county_code)
        for kind in K
    }
