"""HTTP of printing account slips. The codes stand on the printed page alone: it is shown once."""

from datetime import datetime

import segno
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.addresses import page_before, printed_address
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.ticks import ticked, turned
from app.workers import bp, queries
from app.workers.account_slips import operations
from app.workers.account_slips.operations import Batch
from models.access import Permission
from models.clock import today, utc_now
from models.people.worker import Worker
from models.people.worker_account import GOOD_FOR
from models.reference.area import area_names


@bp.route("/workers/<int:worker_id>/account-slip", methods=["POST"])
@requires(Permission.WORKER_WRITE)
def account_slip(worker_id: int) -> str:
    """The slip of one person; with a reason where there is an account. Form: reason."""
    worker, now = in_scope_or_404(Worker, worker_id), utc_now()
    reason = request.form.get("reason", "").strip()[:200]
    batch = operations.print_again(db.session, current_actor(), worker, reason, now)
    return _printed(batch, now, url_for("workers.show", worker_id=worker_id))


@bp.route("/workers/account-slips", methods=["POST"])
@requires(Permission.WORKER_WRITE)
def account_slips() -> str | Response:
    """Slips for several people who have no account yet. Form: workers, or all that the list finds (all, and
    the list's search), or ids of placements."""
    if page := turned("workers"):
        return page
    now, actor = utc_now(), current_actor()
    search = queries.Search.read(request.form)
    back = page_before() or url_for("workers.index")
    if "all" in request.form:
        found = queries.matching_workers(db.session, actor, search, today(), Permission.WORKER_WRITE)
        numbers = operations.without_account(db.session, found, now)
    else:
        numbers = [
            *ticked("workers", operations.MOST_AT_ONCE),
            *operations.placed(db.session, actor, ticked("ids")),
        ]
    if not numbers:
        every = _("找到的人都有账号，或者有还没用的账号单。") if "all" in request.form else ""
        flash(every or _("一个人也没有勾选。"), "error")
        return redirect(back, 303)
    return _printed(operations.print_for(db.session, actor, numbers, now), now, back)


def _printed(batch: Batch, now: datetime, back: str) -> str:
    names = area_names(db.session, {one.worker.county_code for one in batch.slips})
    finish(back)
    return render_template(
        "workers/account_slips.html",
        batch=batch,
        back=back,
        names=names,
        good_until=now + GOOD_FOR,
        door=printed_address("accounts.slip"),
        pictures={one.code: _picture(one.code) for one in batch.slips},
    )


def _picture(code: str) -> str:
    address = printed_address("accounts.slip", code=code)
    return str(segno.make(address, micro=False).svg_data_uri(scale=4, border=2))
