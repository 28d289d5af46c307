"""HTTP of an account slip: on any telephone, without script; code, end of the ID number, PIN, signed in."""

from flask import flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts import attempts, bp, door, operations, pins
from app.accounts.attempts import Origin
from app.accounts.forms import NewPinForm, SlipForm
from app.accounts.phone_views import let_in
from app.kit.web.extensions import db, let_go, limiter, read_only
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, looks_everywhere, open_to_all
from models.clock import utc_now
from models.i18n import Refusal
from models.people import worker_account
from models.people.worker_account import AccountSlip

PROVED, PROVED_SECONDS = "slip", 15 * 60


@bp.route("/slip", methods=["GET", "POST"])
@bp.route("/slip/<code>")
@open_to_all
@limiter.limit("30/minute", methods=["POST"])
def slip(code: str = "") -> str | Response | tuple[str, int]:
    """Code and end of the ID number; a scanned code stands in the form already. Nothing is looked up before
    both are sent, so that an address tells nothing."""
    form = SlipForm(code=worker_account.in_groups(worker_account.code_typed(code)[:40]))
    if not form.validate_on_submit():
        return render_template("accounts/slip.html", form=form)
    now = utc_now()
    counter = [attempts.slip_counter(db.session, door.origin())]
    if attempts.is_locked(counter, now):
        form.code.errors = [_("从这里试得太多了，请过 15 分钟再试。账号单没有作废。")]
        return render_template("accounts/slip.html", form=form), 429
    looks_everywhere("an account slip: its code is the key")
    try:
        found = worker_account.slip_with(db.session, form.code.data, now)
    except Refusal as refusal:
        attempts.count_failure(counter, None, now)
        db.session.commit()
        form.code.errors = [say(refusal.sentence)]
        return render_template("accounts/slip.html", form=form), 409
    if not worker_account.confirm_last4(db.session, found, form.last4.data, now):
        over = worker_account.is_over(db.session, found, now)
        left = worker_account.MOST_WRONG - found.wrong_tries
        db.session.commit()
        wrong = _("证件后四位不对，请看身份证再填。还能试 %(n)s 次，再错这张账号单就作废。", n=left)
        form.last4.errors = [say(over) if over else wrong]
        return render_template("accounts/slip.html", form=form), 401
    session[PROVED] = [found.id, now.timestamp(), worker_account.code_typed(form.code.data)]
    db.session.commit()
    return redirect(url_for("accounts.slip_pin"), 303)


@bp.route("/slip/pin", methods=["GET", "POST"])
@open_to_all
@limiter.limit("30/minute", methods=["POST"])
def slip_pin() -> str | Response | tuple[str, int]:
    """The PIN: with it the slip is used up, and its person signed in."""
    read_only()
    number, at, code = session.get(PROVED) or (0, 0.0, "")
    looks_everywhere("an account slip: its code was shown")
    shown = db.session.get(AccountSlip, number)
    if shown is None or utc_now().timestamp() - at > PROVED_SECONDS:
        flash(_("隔得太久了，请从账号单上的码再开始一次。什么也没有丢。"), "warning")
        return redirect(url_for("accounts.slip"), 303)
    form = NewPinForm()
    if not form.validate_on_submit():
        return render_template("accounts/slip_pin.html", form=form)
    pin = pins.pin_typed(form.pin.data)
    if refusal := pins.refusal_for(shown.worker, pin, code):
        form.pin.errors = [say(refusal)]
        return render_template("accounts/slip_pin.html", form=form), 400
    db.session.rollback()  # argon2 is slow on purpose; no transaction stays open across it
    pin_hash = operations.hasher.hash(pin)
    let_go()
    looks_everywhere("an account slip: its code was shown")
    origin, now = door.origin(), utc_now()
    try:
        token = operations.use_slip(db.session, number, pin_hash, origin, now, door.browser())
    except Refusal as problem:
        db.session.rollback()
        if again := operations.enter_after_slip(db.session, number, pin, origin, now, door.browser()):
            return _enter(again, origin)
        form.pin.errors = [say(problem.sentence)]
        return render_template("accounts/slip_pin.html", form=form), 409
    return _enter(token, origin)


def _enter(token: str, origin: Origin) -> Response:
    """Sign the person in; whoever was signed in here before is signed out."""
    if current_user.is_authenticated:
        operations.sign_out(db.session, current_actor(), current_user.token, utc_now())
    db.session.commit()
    opened = operations.find_session(db.session, token, utc_now())
    assert opened is not None
    response = let_in(opened.user, token, origin)
    flash(_("好了，这是你自己的账号。下次在这部手机上，只要输密码。"), "success")
    return response
