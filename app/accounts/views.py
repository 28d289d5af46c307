"""HTTP of signing in."""

import secrets

import pyotp
import segno
from flask import abort, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import refresh
from flask_login import current_user, login_user, logout_user
from flask_login.utils import login_url
from werkzeug.wrappers import Response

from app.accounts import bp, operations, sessions
from app.accounts.attempts import Origin
from app.accounts.credentials import password_refusal
from app.accounts.forms import CodeForm, PasswordForm, SignInForm
from app.kit.web import kept_form, same_page
from app.kit.web.addresses import page_inside
from app.kit.web.cookies import read_cookie, set_cookie
from app.kit.web.extensions import db, limiter, login_manager, read_only, source
from app.kit.web.formatters import say
from app.kit.web.guards import LOCALES, current_actor, open_to_all, set_locale, signed_in
from app.kit.web.idempotency import finish
from models.clock import utc_now
from models.user import LoginSession, User

DEVICE, DEVICE_SECONDS = "known_device", 365 * 24 * 60 * 60


class SignedIn:
    """What Flask-Login holds: the account, under the token of one sign-in."""

    is_authenticated, is_active, is_anonymous = True, True, False

    def __init__(self, user: User, token: str, opened: LoginSession | None = None) -> None:
        self._user, self.token = user, token
        # Plain values: they are asked for when the database may be away.
        self.session_id = opened.id if opened else None
        self.seen_at = opened.last_seen_at or opened.created_at if opened else None

    def __getattr__(self, name: str) -> object:
        return getattr(self._user, name)

    def get_id(self) -> str:
        """What the cookie carries."""
        return self.token

    @property
    def row(self) -> User:
        """The account itself."""
        return self._user


def load_user(token: str) -> SignedIn | None:
    """Who a cookie belongs to, asked anew on each request."""
    opened = sessions.find_session(db.session, token, utc_now())
    return SignedIn(opened.user, token, opened) if opened else None


login_manager.user_loader(load_user)


@bp.after_app_request
def _note_seen(response: Response) -> Response:
    """Now and then, when a page is done, note that its reader's sign-in is in use."""
    user, now = g.get("_login_user"), utc_now()
    seen_at = user.seen_at if isinstance(user, SignedIn) and response.status_code < 500 else None
    if seen_at is not None and now - seen_at > sessions.SEEN_EVERY:
        db.session.rollback()  # what the request wrote is committed; a reader would stand in its own way
        sessions.note_seen(db.engine, user.session_id, now)
    return response


def _begin(user: User, token: str) -> None:
    locale = session.get("locale")
    session.clear()
    session.permanent = True
    if locale:
        session["locale"] = locale
    login_user(SignedIn(user, token))


@bp.route("/sign-in", methods=["GET", "POST"])
@open_to_all
@limiter.limit("30/minute", methods=["POST"])
def sign_in() -> str | Response | tuple[str, int]:
    """The front door."""
    form = SignInForm()
    if not form.validate_on_submit():
        if current_user.is_authenticated:
            return redirect(url_for("home.today"))
        return render_template("accounts/sign_in.html", form=form)
    read_only()
    user_id, is_right = operations.check_sign_in(db.session, form.username.data, form.password.data)
    device, now = read_cookie(DEVICE)[:80], utc_now()
    origin = Origin(source(), device or secrets.token_urlsafe(24))
    tried = operations.Try(form.username.data, user_id, is_right, form.code.data or "", origin)
    try:
        token = operations.sign_in(db.session, tried, now, _browser())
    except operations.SignInRefused:
        db.session.commit()
        form.password.errors = [_("账号、密码或动态口令不对。连续错 5 次，这里会锁 15 分钟。")]
        return render_template("accounts/sign_in.html", form=form), 401
    db.session.commit()
    user = db.session.get_one(User, user_id)
    _begin(user, token)
    kept = kept_form.given_back(form.kept.data, user.id) if form.kept.data else None
    target = page_inside(request.args.get("next")) or url_for("home.today")
    response = kept_form.remember(kept or redirect(target, 303), user.id)
    set_cookie(response, DEVICE, origin.device, DEVICE_SECONDS)
    return response


def _browser() -> str:
    return sessions.device_of(request.headers.get("User-Agent", "")[:400])


def ask_to_sign_in() -> Response | tuple[str, int]:
    """The front door, instead of a page whose reader is not signed in any more; what was typed goes along."""
    token = kept_form.sealed()
    if not token:
        flash(_("请先登录。"), "message")
        return redirect(login_url("accounts.sign_in", request.url))
    flash(_("登录时间过了，请再登录一次。你填的都还在，登录以后接着办。"), "warning")
    back = next(same_page.pages(), url_for("home.today"))
    form = SignInForm(formdata=None, kept=token)
    door = url_for("accounts.sign_in", next=back)
    return render_template("accounts/sign_in.html", form=form, url=door), 401


login_manager.unauthorized_handler(ask_to_sign_in)


@bp.route("/sign-out", methods=["POST"])
@signed_in
def sign_out() -> Response:
    """End this sign-in, here and for every copy of the cookie."""
    operations.sign_out(db.session, current_actor(), current_user.token, utc_now())
    db.session.commit()
    logout_user()
    session.clear()
    response = kept_form.forget(redirect(url_for("accounts.sign_in"), 303))
    # A browser that has cached pages drops them (over https); marks a teacher has not sent yet stay.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in
def password() -> str | Response:
    """One's own password."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/password.html", form=form)
    row, present, wanted = current_user.row, form.current.data, form.password.data
    if not _is_present(operations.password_matches(row.password_hash, present)):
        form.current.errors = [_("现在的密码不对。连续错 5 次，15 分钟里不能再试。")]
    elif refusal := password_refusal(wanted, present, [row.username, row.name]):
        form.password.errors = [say(refusal)]
    else:
        new_hash = operations.hasher.hash(wanted)
        token = operations.change_password(db.session, current_actor(), row, new_hash, utc_now(), _browser())
        response = finish(url_for("home.today"))
        _begin(row, token)
        flash(_("密码已改，其他地方的登录都已退出。"), "success")
        return response
    return render_template("accounts/password.html", form=form)


def _is_present(is_right: bool) -> bool:
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
    form, row, token = CodeForm(), current_user.row, current_user.token
    if form.validate_on_submit():
        proof, now = form.proof.data, utc_now()
        if not operations.has_setup(row, token, form.code.data, now):
            form.code.errors = [_("数字不对，请等手机上换一组再试。")]
        elif not _is_present(
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
    return render_template("accounts/sign_ins.html", rows=rows, here=current_user.session_id)


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
    """Choose the language of this browser; a form that was sent along is shown again in it, as typed."""
    wanted = request.form.get("locale", "")
    if wanted in LOCALES:
        set_locale(wanted)
        refresh()
    typed = request.form.copy()
    for name in ("locale", "next", "csrf_token", "once"):
        typed.poplist(name)
    if typed and (page := same_page.drawn(same_page.pages(), "", typed, same_page.note_of([]), 200)):
        return page
    return redirect(page_inside(request.form.get("next")) or url_for("home.today"), 303)
