"""HTTP of signing in."""

import pyotp
import segno
from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import refresh
from flask_login import current_user
from flask_login.utils import login_url
from werkzeug.wrappers import Response

from app.accounts import bp, door, operations, sessions
from app.accounts.credentials import password_refusal
from app.accounts.forms import CodeForm, PasswordForm, SignInForm
from app.accounts.phone_views import let_in, people_here, pin_page
from app.accounts.tokens import own_tokens
from app.kit.api import tokens
from app.kit.web import kept_form, same_page
from app.kit.web.addresses import page_inside
from app.kit.web.cookies import THEMES, set_theme
from app.kit.web.extensions import db, limiter, login_manager, read_only
from app.kit.web.formatters import say
from app.kit.web.guards import LOCALES, current_actor, open_to_all, set_locale, signed_in
from app.kit.web.idempotency import finish
from models.clock import utc_now
from models.user import User

OWN_PAGES = "/my/"
login_manager.user_loader(door.load_user)


@bp.after_app_request
def _note_seen(response: Response) -> Response:
    """Now and then, when a page is done, note that its reader's sign-in is in use."""
    user, now = g.get("_login_user"), utc_now()
    seen_at = user.seen_at if isinstance(user, door.SignedIn) and response.status_code < 500 else None
    if seen_at is not None and now - seen_at > sessions.SEEN_EVERY:
        db.session.rollback()  # what the request wrote is committed; a reader would stand in its own way
        sessions.note_seen(db.engine, user.session_id, now)
    if response.status_code < 500:
        tokens.note_used(db.engine, now)
    return response


@bp.route("/sign-in", methods=["GET", "POST"])
@open_to_all
@limiter.limit("30/minute", methods=["POST"])
def sign_in() -> str | Response | tuple[str, int]:
    """The front door."""
    form = SignInForm()
    if not form.validate_on_submit():
        if current_user.is_authenticated:
            return redirect(url_for("home.today"))
        people = people_here() if request.method == "GET" and "other" not in request.args else []
        return pin_page(people) if people else _sign_in_page(form)
    read_only()
    user_id, matched = operations.check_sign_in(db.session, form.username.data, form.password.data)
    origin, now = door.origin(), utc_now()
    tried = operations.Try(form.username.data, user_id, matched, form.code.data or "", origin)
    try:
        token = operations.sign_in(db.session, tried, now, door.browser())
    except operations.SignInRefused:
        db.session.commit()
        form.password.errors = [_("账号、密码或动态口令不对。连续错 5 次，这里会锁 15 分钟。")]
        return _sign_in_page(form), 401
    db.session.commit()
    return let_in(db.session.get_one(User, user_id), token, origin, form.kept.data or "")


def ask_to_sign_in() -> Response | tuple[str, int]:
    """The front door, instead of a page whose reader is not signed in any more; what was typed goes along."""
    token = kept_form.sealed()
    if not token:
        flash(_("请先登录。"), "message")
        return redirect(login_url("accounts.sign_in", request.url))
    flash(_("登录时间过了，请再登录一次。你填的都还在，登录以后接着办。"), "warning")
    back = next(same_page.pages(), url_for("home.today"))
    if people := people_here():
        return pin_page(people, back, token), 401
    return _sign_in_page(SignInForm(formdata=None, kept=token), back), 401


def _sign_in_page(form: SignInForm, back: str = "") -> str:
    """The front door; a light one where a worker's pages are wanted, or the worker says so."""
    back = back or page_inside(request.args.get("next")) or ""
    if not back.startswith(OWN_PAGES) and "other" not in request.args:
        url = url_for("accounts.sign_in", next=back or None)
        return render_template("accounts/sign_in.html", form=form, url=url)
    form.username.label.text, form.password.label.text = _("账号，或者你的身份证号"), _("密码")
    url = url_for("accounts.sign_in", next=back or None, other=1)
    return render_template("accounts/sign_in_other.html", form=form, url=url)


login_manager.unauthorized_handler(ask_to_sign_in)


@bp.route("/sign-out", methods=["POST"])
@signed_in
def sign_out() -> Response:
    """End this sign-in, here and for every copy of the cookie."""
    operations.sign_out(db.session, current_actor(), current_user.token, utc_now())
    db.session.commit()
    return door.leave(url_for("accounts.sign_in"))


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in
def password() -> str | Response:
    """One's own password; of a worker's account it is a PIN, which has a page of its own."""
    if current_user.worker_id:
        return redirect(url_for("accounts.own_account"))
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/password.html", form=form)
    row, present, wanted = current_user.row, form.current.data, form.password.data
    if not is_present(operations.password_matches(row.password_hash, present)):
        form.current.errors = [_("现在的密码不对。连续错 5 次，15 分钟里不能再试。")]
    elif refusal := password_refusal(wanted, present, [row.username, row.name]):
        form.password.errors = [say(refusal)]
    else:
        new_hash = operations.hasher.hash(wanted)
        token = operations.change_password(
            db.session, current_actor(), row, new_hash, utc_now(), door.browser()
        )
        response = finish(url_for("home.today"))
        door.begin(row, token)
        flash(_("密码已改，其他地方的登录都已退出。"), "success")
        return response
    return render_template("accounts/password.html", form=form)


def is_present(is_right: bool) -> bool:
    """Whether who sits here knows the present password (or old code), and may still try."""
    try:
        operations.check_present(db.session, current_actor(), current_user.row, is_right, utc_now())
    except operations.SignInRefused:
        db.session.commit()
        return False
    return True


@bp.route("/account/one-time-code", methods=["GET", "POST"])
@signed_in
def totp() -> str | Response:
    """Set up the one-time code on a telephone, with the present password or the code of the old one."""
    if current_user.worker_id:
        return redirect(url_for("accounts.own_account"))
    form, row, token = CodeForm(), current_user.row, current_user.token
    if form.validate_on_submit():
        proof, now = form.proof.data, utc_now()
        if not operations.has_setup(row, token, form.code.data, now):
            form.code.errors = [_("数字不对，请等手机上换一组再试。")]
        elif not is_present(
            operations.password_matches(row.password_hash, proof)
            or bool(row.totp_secret and operations.code_is_right(row, proof, now))
        ):
            form.proof.errors = [_("不对。连续错 5 次，15 分钟里不能再试。")]
        else:
            operations.enable_totp(db.session, current_actor(), row, token, now)
            flash(_("动态口令已开通，下次登录要用。其他地方的登录都已退出。"), "success")
            return finish(url_for("home.today"))
    if not row.totp_secret:
        form.proof.label.text = _("现在的密码")
    secret = operations.totp_setup(row, token)
    address = pyotp.TOTP(secret).provisioning_uri(name=current_user.username, issuer_name="Xieshou")
    picture = segno.make(address).svg_inline(border=3, omitsize=True)
    return render_template("accounts/totp.html", form=form, secret=secret, picture=picture)


@bp.route("/account/sign-ins")
@signed_in
def sign_ins() -> str:
    """Where one is signed in now."""
    rows = sessions.own_sessions(db.session, current_actor(), utc_now())
    open_tokens = sum(one.is_open(utc_now()) for one in own_tokens(db.session, current_actor()))
    return render_template(
        "accounts/sign_ins.html", rows=rows, here=current_user.session_id, open_tokens=open_tokens
    )


@bp.route("/account/sign-ins/<int:number>/end", methods=["POST"])
@signed_in
def end_sign_in(number: int) -> Response:
    """End one of one's own sign-ins."""
    if not sessions.end_own_session(db.session, current_actor(), number, utc_now()):
        abort(404)
    flash(_("那里的登录已退出。"), "success")
    return finish(url_for("accounts.sign_ins"))


@bp.route("/account/sign-ins/end-others", methods=["POST"])
@signed_in
def end_other_sign_ins() -> Response:
    """End all of one's sign-ins but this one."""
    sessions.end_others(db.session, current_actor(), current_user.token, utc_now())
    flash(_("其他地方的登录都已退出。"), "success")
    return finish(url_for("accounts.sign_ins"))


@bp.route("/language", methods=["POST"])
@open_to_all
def language() -> Response:
    """Choose the language or the colours of this browser; a form that was sent along is shown again in them,
    as typed."""
    wanted, colours = request.form.get("locale", ""), request.form.get("theme", "")
    if colours in THEMES:
        set_theme(colours)
    if wanted in LOCALES:
        set_locale(wanted)
        refresh()
    typed = request.form.copy()
    for name in ("locale", "theme", "next", "csrf_token", "once"):
        typed.poplist(name)
    if typed and (page := same_page.drawn(same_page.pages(), "", typed, same_page.note_of([]), 200)):
        return page
    return redirect(page_inside(request.form.get("next")) or url_for("home.today"), 303)
