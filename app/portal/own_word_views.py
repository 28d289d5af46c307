"""HTTP of what a worker says about himself: wishes he changes, facts he says are wrong."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.portal import bp, queries
from app.portal.forms import WishForm
from app.workers.own_words import operations
from models.access import Permission
from models.clock import today, utc_now
from models.people.own_word import FACT_LABELS, OWN_FIELDS, Fact
from models.people.worker import Worker


def _person() -> Worker:
    return queries.own_record(db.session, current_actor()) or abort(404)


@bp.route("/my/profile/wishes", methods=["GET", "POST"])
@requires(Permission.PORTAL)
def say_wishes() -> str | Response | tuple[str, int]:
    """Change what only the person can say: whether to go, for how much, by night or not."""
    person, day = _person(), today()
    known = {name: getattr(person, name) for name in OWN_FIELDS}
    is_over = person.available_on is not None and person.available_on < day  # can go already: nothing to plan
    form = WishForm(data=known | ({"available_on": None} if is_over else {}))
    if not form.validate_on_submit():
        page = render_template("portal/say_wishes.html", form=form)
        return (page, 422) if form.errors else page
    said = form.said
    if is_over and not said["available_on"]:
        said["available_on"] = person.available_on
    changed = operations.change_wishes(db.session, current_actor(), person, said, utc_now())
    flash(_("改好了，县里也看得到。") if changed else _("和原来一样，没有改什么。"), "success")
    return finish(url_for("portal.profile"))


@bp.route("/my/profile/wrong", methods=["GET", "POST"])
@requires(Permission.PORTAL)
def say_wrong() -> str | Response | tuple[str, int]:
    """Say that a fact of the register is wrong; the county looks at it, nothing changes by itself."""
    person = _person()
    fact = next((one for one in Fact if one.value == request.form.get("fact")), None)
    words = request.form.get("words", "").strip()
    if request.method == "POST" and fact and words:
        operations.say_fact(db.session, current_actor(), person, fact, words, utc_now())
        flash(_("收到了。县里核实以后改，改没改在“我”里看得到。"), "success")
        return finish(url_for("portal.profile"))
    is_missing = request.method == "POST"
    page = render_template(
        "portal/say_wrong.html", facts=FACT_LABELS, asked=fact, words=words, is_missing=is_missing
    )
    return (page, 422) if is_missing else page
