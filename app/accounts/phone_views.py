"""HTTP of a worker's telephone: whoever of the family was let in here needs nothing but the PIN."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts import attempts, bp, door, operations, pins
from app.accounts.attempts import Origin
from app.accounts.forms import ChangePinForm, PinForm
from app.kit.web import kept_form
from app.kit.web.addresses import page_inside
from app.kit.web.extensions import db, limiter, read_only
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, open_to_all, requires
from app.kit.web.idempotency import finish
from models.access import Permission
from models.clock import utc_now
from models.people.masks import masked_name
from models.people.worker import Worker
from models.user import User


def people_here() -> list[User]:
    """The workers who were let in from this browser."""
    return attempts.known_on(db.session, door.device())


def let_in(user: User, token: str, origin: Origin, kept_token: str = "") -> Response:
    """The way in after a sign-in that is committed; what its owner was typing is given back."""
    door.begin(user, token)
    kept = kept_form.given_back(kept_token, user.id) if kept_token else None
    target = page_inside(request.args.get("next")) or url_for("home.today")
    return door.remember(kept or redirect(target, 303), user, origin)


def pin_page(people: list[User], back: str = "", kept: str = "") -> str:
    """Who of this telephone it is, and the PIN."""
    form = PinForm(formdata=None, kept=kept)
    return _pin_page(form, people, back or page_inside(request.args.get("next")) or "")


def _pin_page(form: PinForm, people: list[User], back: str) -> str:
    form.person.choices = [(one.id, masked_name(one.name)) for one in people]
    if len(people) == 1:
        form.person.data = people[0].id
    return render_template("accounts/pin.html", form=form, people=people, back=back)


@bp.route("/sign-in/pin", methods=["POST"])
@open_to_all
@limiter.limit("30/minute")
def sign_in_with_pin() -> str | Response | tuple[str, int]:
    """The door of a telephone. Form: person, pin."""
    read_only()
    people, form = people_here(), PinForm()
    back = page_inside(request.args.get("next")) or ""
    if not people:
        return redirect(url_for("accounts.sign_in", next=back or None, other=1), 303)
    form.person.choices = [(one.id, one.name) for one in people]
    if not form.validate_on_submit():
        return _pin_page(form, people, back), 400
    user = next(one for one in people if one.id == form.person.data)
    name, user_id, stored = user.username, user.id, user.password_hash
    db.session.rollback()  # argon2 is slow on purpose; no transaction stays open across it
    matched = operations.match(stored, pins.pin_typed(form.pin.data))
    tried = operations.Try(name, user_id, matched, "", door.origin())
    try:
        token = operations.sign_in(db.session, tried, utc_now(), door.browser())
    except operations.SignInRefused:
        db.session.commit()
        form.pin.errors = [
            _("密码不对。连续错 5 次，这部手机 15 分钟里不能再试；忘了密码，请找县就业局换一张账号单。")
        ]
        return _pin_page(form, people_here(), back), 401
    db.session.commit()
    return let_in(db.session.get_one(User, user_id), token, tried.origin, form.kept.data or "")


@bp.route("/my/account", methods=["GET", "POST"])
@requires(Permission.PORTAL)
def own_account() -> str | Response | tuple[str, int]:
    """One's own account: its number for another telephone, and another PIN."""
    form, row = ChangePinForm(), current_user.row
    if not form.validate_on_submit():
        return render_template("accounts/own_account.html", form=form, row=row)
    pin, stored, now = pins.pin_typed(form.pin.data), row.password_hash, utc_now()
    person = db.session.get_one(Worker, row.worker_id)
    refusal = pins.refusal_for(person, pin)
    db.session.rollback()
    is_right = operations.password_matches(stored, pins.pin_typed(form.current.data))
    new_hash = operations.hasher.hash(pin)
    try:
        operations.check_present(db.session, current_actor(), row, is_right, now)
    except operations.SignInRefused:
        db.session.commit()
        form.current.errors = [_("现在的密码不对。连续错 5 次，15 分钟里不能再试。")]
        return render_template("accounts/own_account.html", form=form, row=row), 401
    if refusal:
        form.pin.errors = [say(refusal)]
        return render_template("accounts/own_account.html", form=form, row=row), 400
    token = operations.change_password(db.session, current_actor(), row, new_hash, now, door.browser())
    response = finish(url_for("home.today"))
    door.begin(row, token)
    flash(_("密码改好了，其他手机上的登录都已退出。"), "success")
    return response


@bp.route("/my/account/forget-phone", methods=["POST"])
@requires(Permission.PORTAL)
def forget_phone() -> Response:
    """Take one's name off this telephone's list, and leave: it was borrowed, or goes to somebody else."""
    operations.forget_phone(db.session, current_actor(), current_user.token, door.device(), utc_now())
    finish(url_for("accounts.sign_in"))
    return door.leave(url_for("accounts.sign_in"))
