"""HTTP of accounts and rights, for administrators."""

from typing import Any

from flask import abort, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import bp, operations, oversight, queries, requests
from app.accounts.conflicts import conflicts
from app.accounts.credentials import name_refusal
from app.accounts.forms import GrantForm, UserForm
from app.accounts.listing import STATES, USERS
from app.accounts.oversight_views import ask_for
from app.accounts.requests import Wanted
from app.kit.web.extensions import db
from app.kit.web.formatters import day, say
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import place_asked, wanted
from models.access import ROLE_LABELS, Grant, Permission, Role
from models.account_request import RequestKind
from models.clock import today, utc_now
from models.i18n import Refusal, Sentence
from models.role_places import AREA_LEVELS, ORGANISATION_KINDS, area_for, organisation_for
from models.user import User


@bp.route("/admin/users", methods=["GET", "POST"])
@requires(Permission.USER_ADMIN)
def users() -> str | Response:
    """Accounts, and a new one."""
    form = UserForm()
    if form.validate_on_submit():
        in_production = current_app.config["MODE"] == "production"
        if queries.is_name_taken(db.session, form.username.data):
            form.username.errors = [_("这个账号已经有人用了，换一个。")]
        elif in_production and (refusal := name_refusal(form.username.data, form.name.data)):
            form.username.errors = [say(refusal)]
        else:
            secret = operations.new_password()
            user = operations.make_user(
                db.session, current_actor(), form.username.data, form.name.data, secret
            )
            return _handed_out(user, secret, _("账号建好了"))
    asked = USERS.asked_here()
    rows, after = USERS.read(db.session, current_actor(), asked, today(), place_asked(), queries.PAGE)
    numbers = [row.id for row in rows]
    return render_template(
        "accounts/users.html",
        form=form,
        users=rows,
        asked=asked,
        after=after,
        roles=ROLE_LABELS,
        states=[(name, _(word)) for name, word in STATES.items()],
        grants=queries.grants_of(db.session, numbers),
        locks=queries.locked_until(db.session, numbers),
        seen=queries.last_seen(db.session, numbers),
    )


def _handed_out(person: User, secret: str, heading: str) -> str:
    """The work done; its password stands on this answer alone, in no cookie and no address."""
    finish(url_for("accounts.user", user_id=person.id))
    return render_template("accounts/handed_out.html", person=person, secret=secret, heading=heading)


def _user_or_404(user_id: int) -> User:
    return db.session.get(User, user_id) or abort(404)


@bp.route("/admin/users/<int:user_id>", methods=["GET", "POST"])
@requires(Permission.USER_ADMIN)
def user(user_id: int) -> str | Response:
    """One account and its rights; a new right."""
    person, form = _user_or_404(user_id), GrantForm(valid_from=today())
    warnings: list[Sentence] = []
    if form.validate_on_submit() and (where := _where(form)) is not None:
        dates = form.valid_from.data, form.valid_to.data
        right = Wanted(Role(form.role.data), *dates, **where, reason=form.reason.data)
        try:
            operations.refuse_grant(db.session, current_actor().user_id, person, **vars(right))
            warnings = conflicts(db.session, person, right.role, right.organisation_id)
            if form.aware.data or not warnings:
                return _given(person, right)
        except Refusal as refusal:
            form.role.errors = [say(one) for one in refusal.sentences]
    if not warnings:
        del form.aware
    grants = queries.grants_of(db.session, [person.id]).get(person.id, [])
    return render_template(
        "accounts/user.html",
        person=person,
        form=form,
        grants=grants,
        warnings=warnings,
        needs_another=requests.is_administrator(db.session, person, today()),
        waiting=oversight.requests_about(db.session, person),
        today=today(),
    )


def _given(person: User, right: Wanted) -> Response:
    """The right given, or asked for where another administrator has to agree."""
    actor, now = current_actor(), utc_now()
    why = requests.why_another(db.session, actor, right.role, now)
    requests.give_or_ask(db.session, actor, person, right, now)
    if why is not None:
        flash(say(why), "warning")
    else:
        soon = _("授权好了，%(day)s起生效。", day=day(right.valid_from))
        flash(_("授权好了，马上生效。") if right.valid_from <= today() else soon, "success")
    return finish(url_for("accounts.user", user_id=person.id))


def _where(form: GrantForm) -> dict[str, Any] | None:
    """The area or organisation that the form names, or None with the error beside its field."""
    role, field = Role(form.role.data), form.role
    try:
        if role in AREA_LEVELS:
            field = form.area_code
            return {"area_code": area_for(db.session, role, field.data or "").code}
        if role in ORGANISATION_KINDS:
            field = form.credit
            return {"organisation_id": organisation_for(db.session, role, field.data or "").id}
    except Refusal as refusal:
        field.errors = [say(one) for one in refusal.sentences]
        return None
    return {}


@bp.route("/admin/users/<int:user_id>/revoke/<int:grant_id>", methods=["POST"])
@requires(Permission.USER_ADMIN)
def revoke(user_id: int, grant_id: int) -> Response:
    """End a right at once."""
    grant = db.session.get(Grant, grant_id)
    if grant is None or grant.user_id != user_id:
        abort(404)
    operations.revoke(db.session, current_actor(), grant, request.form.get("reason", "")[:200], utc_now())
    flash(_("这项授权已收回，马上生效。"), "success")
    return finish(url_for("accounts.user", user_id=user_id))


@bp.route("/admin/users/<int:user_id>/active", methods=["POST"])
@requires(Permission.USER_ADMIN)
def active(user_id: int) -> str | Response:
    """Close or reopen an account."""
    person = _user_or_404(user_id)
    if person.id == current_actor().user_id:
        abort(403)
    opens = wanted("active")
    if opens and requests.is_administrator(db.session, person, today()):
        return ask_for(person, RequestKind.REOPEN)
    operations.set_active(db.session, current_actor(), person, opens, utc_now())
    return finish(url_for("accounts.user", user_id=user_id))


@bp.route("/admin/users/<int:user_id>/password", methods=["POST"])
@requires(Permission.USER_ADMIN)
def reset_password(user_id: int) -> str | Response:
    """Draw a new password for an account; for an administrator's, ask another administrator."""
    person = _user_or_404(user_id)
    if requests.is_administrator(db.session, person, today()):
        return ask_for(person, RequestKind.PASSWORD)
    secret = operations.reset_password(db.session, current_actor(), person, utc_now())
    return _handed_out(person, secret, _("新密码"))
