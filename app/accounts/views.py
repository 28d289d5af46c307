"""HTTP of signing in."""

import pyotp
import segno
from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import refresh
from flask_login import current_user, login_user, logout_user
from flask_login.utils import login_url
from werkzeug.wrappers import Response

from app.accounts import bp, operations
from app.accounts.forms import CodeForm, PasswordForm, SignInForm
from app.kit.web import kept_form, same_page
from app.kit.web.addresses import page_inside
from app.kit.web.extensions import db, limiter, login_manager, read_only
from app.kit.web.guards import LOCALES, current_actor, open_to_all, set_locale, signed_in
from app.kit.web.idempotency import finish
from models.clock import utc_now
from models.user import User


class SignedIn:
    """What Flask-Login holds: the account, under the token of one sign-in."""

    is_authenticated, is_active, is_anonymous = True, True, False

    def __init__(self, user: User, token: str) -> None:
        self._user, self.token = user, token

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
    user = operations.find_session(db.session, token)
    return SignedIn(user, token) if user else None


login_manager.user_loader(load_user)


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
    try:
        token = operations.sign_in(db.session, user_id, is_right, form.code.data or "", utc_now())
    except operations.SignInRefused:
        db.session.commit()
        form.password.errors = [_("账号、密码或动态口令不对。连续错 5 次，账号会锁 15 分钟。")]
        return render_template("accounts/sign_in.html", form=form), 401
    db.session.commit()
    user = db.session.get_one(User, user_id)
    _begin(user, token)
    kept = kept_form.given_back(form.kept.data, user.id) if form.kept.data else None
    return kept_form.remember(
        kept or redirect(page_inside(request.args.get("next")) or url_for("home.today"), 303), user.id
    )


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
    return kept_form.forget(redirect(url_for("accounts.sign_in"), 303))


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in
def password() -> str | Response:
    """One's own password."""
    form = PasswordForm()
    if form.validate_on_submit():
        row = current_user.row
        if operations.password_matches(row.password_hash, form.current.data):
            new_hash = operations.hasher.hash(form.password.data)
            token = operations.change_password(db.session, current_actor(), row, new_hash, utc_now())
            response = finish(url_for("home.today"))
            _begin(row, token)
            flash(_("密码已改，其他地方的登录都已退出。"), "success")
            return response
        form.current.errors = [_("现在的密码不对。")]
    return render_template("accounts/password.html", form=form)


@bp.route("/account/one-time-code", methods=["GET", "POST"])
@signed_in
def totp() -> str | Response:
    """Set up the one-time code on a telephone."""
    form = CodeForm()
    secret = session.setdefault("totp_setup", pyotp.random_base32())
    if form.validate_on_submit():
        if operations.enable_totp(
            db.session, current_actor(), current_user.row, secret, form.code.data, utc_now()
        ):
            session.pop("totp_setup")
            flash(_("动态口令已开通，下次登录要用。"), "success")
            return finish(url_for("home.today"))
        form.code.errors = [_("数字不对，请等手机上换一组再试。")]
    address = pyotp.TOTP(secret).provisioning_uri(name=current_user.username, issuer_name="Xieshou")
    picture = segno.make(address).svg_inline(scale=4, border=2)
    return render_template("accounts/totp.html", form=form, secret=secret, picture=picture)


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
