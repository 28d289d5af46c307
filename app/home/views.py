"""HTTP of the first page and of long work."""

from typing import Any

from flask import abort, current_app, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import queries as accounts
from app.home import bp, nightly, queries
from app.kit.web import queue
from app.kit.web.addresses import page_before
from app.kit.web.extensions import db
from app.kit.web.formatters import moment
from app.kit.web.guards import current_actor, signed_in
from app.kit.web.idempotency import finish
from app.kit.web.labels import label
from app.kit.web.navigation import has_own_pages_only
from app.reference.audit import queries as audit
from app.reports import queries as reports
from models.access import Actor, Permission
from models.audit import record
from models.clock import today, utc_now
from models.event_tags import EventTag

MOST_EVENTS = 6


@bp.route("/", endpoint="today")
@signed_in
def today_page() -> str | Response:
    """Today's work."""
    actor = current_actor()
    if has_own_pages_only(actor):
        return redirect(url_for("portal.today"))
    groups = queries.task_groups(db.session, actor, today())
    tasks = [task for group in groups for task in group.tasks]
    badges: dict[str, int] = {}
    for task in tasks:
        badges[task.endpoint] = badges.get(task.endpoint, 0) + task.count
    return render_template(
        "home/today.html",
        groups=groups,
        tasks=tasks,
        badges=badges,
        today=today(),
        month=reports.month(db.session, actor, today()),
        overview=queries.overview(db.session, actor, today()),
        standing=_standing() if actor.can(Permission.USER_ADMIN) else [],
        lately=_lately(actor) if actor.can(Permission.AUDIT_READ) else [],
    )


def _standing() -> list[tuple[str, str]]:
    """What an administrator wants to know besides: word and value."""
    check, (active, closed) = audit.last_check(db.session), accounts.account_counts(db.session)
    words = {"whole": _("全部对得上"), "broken": _("有一处对不上")}
    checked = f"{moment(check.at)} · {words[check.details['outcome']]}" if check else _("还没有核对过")
    return [
        (_("可用的账号"), _("%(n)s 个，另有 %(closed)s 个已停用", n=active, closed=closed)),
        (_("审计记录上次核对"), checked),
        (_("下次核对"), _("每天凌晨 1:30，自动")),
        (_("夜间任务"), _nights()),
    ]


def _nights() -> str:
    lines = nightly.nightly_lines(db.session, utc_now())
    wrong = sum(line.state in (nightly.FAILED, nightly.MISSED) for line in lines)
    waiting = sum(line.state == nightly.NEVER for line in lines)
    if wrong:
        return _("%(n)s 件没有做成", n=wrong)
    return _("%(n)s 件还没有做过", n=waiting) if waiting else _("都正常")


def _lately(actor: Actor) -> list[audit.Line]:
    return audit.lines(audit.audit_page(db.session)[:MOST_EVENTS], actor)


@bp.route("/jobs/<int:number>")
@signed_in
def job(number: int) -> Response:
    """How far a piece of long work is."""
    row = queries.own_job(db.session, current_actor(), number) or abort(404)
    seen = queue.read_progress(current_app._get_current_object(), number)  # type: ignore[attr-defined]
    done, total = seen.get("done", 0), seen.get("total", 0)
    words: dict[str, Any] = {
        "text": f"{label(row.state)} · {_(seen['stage'])}" if seen.get("stage") else label(row.state),
        "count": _("%(done)s / %(total)s", done=f"{done:,}", total=f"{total:,}") if total else "",
        "done": done,
        "total": total,
        "finished": queue.is_finished(row),
    }
    return jsonify(words)


@bp.route("/jobs/<int:number>/cancel", methods=["POST"])
@signed_in
def cancel_job(number: int) -> Response:
    """Ask a piece of long work to stop."""
    row = queries.own_job(db.session, current_actor(), number) or abort(404)
    queue.ask_to_cancel(current_app._get_current_object(), number)  # type: ignore[attr-defined]
    record(db.session, current_actor(), EventTag.JOB_CANCEL, row)
    return finish(page_before() or url_for("home.today"))
