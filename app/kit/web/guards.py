"""Closed by default: every route names its policy, and every row is fetched through the actor's scope."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.kit.api import tokens
from app.kit.api.problems import is_asked
from app.kit.web import row_scope
from app.kit.web.extensions import db, let_go, login_manager, read_only
from app.kit.web.person_searches import note_search
from models.access import Actor, Permission, load_actor, scope_of
from models.clock import today, utc_now
from models.row_security import scope_of_actor, whole

View = TypeVar("View", bound=Callable[..., Any])
SIGNED_IN, OPEN = "signed in", "open"
LOCALES = ("zh", "en")
OPEN_ENDPOINTS = frozenset({"static", "bootstrap.static"})
# Whoever asks whether the database answers must be told so when it does not (app/kit/web/health.py).
HEALTH = frozenset({"health_live", "health_ready", "health_ready_web"})
NO_DATABASE = OPEN_ENDPOINTS | HEALTH
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Under this name a process that still loads its word lists keeps the thread that does it.
WARMING, LONGEST_WARMING = "warming", 10.0
SETUP_ENDPOINTS = frozenset(
    {"accounts.password", "accounts.totp", "accounts.own_account", "accounts.sign_out", "accounts.language"}
)


def _policy(value: Permission | str) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.policy = value  # type: ignore[attr-defined]
        return view

    return mark


def requires(permission: Permission) -> Callable[[View], View]:
    """Allow the view to those who hold ``permission``."""
    return _policy(permission)


signed_in = _policy(SIGNED_IN)
open_to_all = _policy(OPEN)


def policy_of(app: Flask, endpoint: str) -> Permission | str | None:
    """The policy of an endpoint, or None where none was named."""
    if endpoint in OPEN_ENDPOINTS:
        return OPEN
    return getattr(app.view_functions[endpoint], "policy", None)


def refuse_unguarded(app: Flask) -> None:
    """Stop the start of an application that has a route without a policy."""
    bare = sorted({r.endpoint for r in app.url_map.iter_rules() if policy_of(app, r.endpoint) is None})
    if bare:
        raise RuntimeError(f"routes without a policy: {', '.join(bare)}")


def current_actor() -> Actor:
    """Who acts in this request, with the rights in force at this moment."""
    if "actor" not in g:
        user = current_user
        known = user.is_authenticated
        g.actor = load_actor(db.session, user, today(), utc_now()) if known else Actor(None, "")
        if db.engine.dialect.name == "postgresql":
            row_scope.show(db.session, scope_of_actor(db.session, g.actor))
    actor: Actor = g.actor
    return actor


def reads_files(view: View) -> View:
    """Mark a view that opens what strangers send: its reading transaction goes on until it says
    :func:`~app.kit.web.extensions.let_go`, so that no file is opened while the database is held."""
    view.reads_files = True  # type: ignore[attr-defined]
    return view


def looks_everywhere(reason: str) -> None:
    """For a page whose address or form is the key to one row: PostgreSQL shows it whoever asks. The view
    answers with nothing but what ``reason`` names."""
    current_actor()
    row_scope.show(db.session, whole(reason))


def init_app(app: Flask) -> None:
    """Put the guard before every request."""
    app.before_request(_check)


def begin_view() -> None:
    """After all that is asked before a view: what changes something may write from its first statement on."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method not in SAFE_METHODS and not getattr(view, "reads_files", False):
        let_go()


def _check() -> Response | None:
    """Who asks and whether they may is only read, whatever the request will do: nobody waits for the writer
    to be told that they may not."""
    if request.endpoint is None or request.endpoint in NO_DATABASE:
        return None
    if request.method not in SAFE_METHODS:
        _wait_until_warm()
    read_only()
    policy = policy_of(current_app, request.endpoint)
    if policy == OPEN:
        return None
    if is_asked():
        _let_program_in(policy)
        return None
    if not current_user.is_authenticated:
        answer: Response = login_manager.unauthorized()
        return answer
    if setup := _unfinished_setup():
        return setup
    actor = current_actor()
    if isinstance(policy, Permission) and not actor.can(policy):
        ask_what_for(policy)
        abort(403)
    note_search(actor, policy)
    g.permission = policy if isinstance(policy, Permission) else None
    return None


def _let_program_in(policy: Permission | str | None) -> None:
    """A program comes with a token, and only with that: no cookie opens its addresses, no token a page."""
    needs_code = current_app.config["REQUIRE_TOTP"]
    actor = tokens.actor_with(db.session, tokens.sent_token(), utc_now(), needs_code)
    if actor is None:
        abort(401)
    g.actor, g.csrf_valid = actor, True  # nothing comes along by itself that would have to be guarded
    if db.engine.dialect.name == "postgresql":
        row_scope.show(db.session, scope_of_actor(db.session, actor))
    if isinstance(policy, Permission) and not actor.can(policy):
        abort(403)
    note_search(actor, policy)
    g.permission = policy if isinstance(policy, Permission) else None


def _wait_until_warm() -> None:
    """Nothing is held yet: better here than with the writer in hand while word lists are loaded."""
    warming = current_app.extensions.get(WARMING)
    if warming is not None and warming.is_alive():
        warming.join(LONGEST_WARMING)


def ask_what_for(permission: Permission) -> None:
    """Lead a supervisor who could open ``permission``, and has not, to say what for; everybody else goes on.

    A view calls it whose page, though its route is open to more than those who see persons, tells of them:
    the figures of one class are those of few.
    """
    if request.method in SAFE_METHODS and current_actor().may_open(permission):
        abort(redirect(url_for("accounts.open_people", next=request.full_path.rstrip("?"))))


def _unfinished_setup() -> Response | None:
    if request.endpoint in SETUP_ENDPOINTS:
        return None
    if current_user.must_change_password:
        flash(_l("请先改一个只有你知道的密码。"), "warning")
        return redirect(url_for("accounts.password"))
    if current_app.config["REQUIRE_TOTP"] and not current_user.totp_secret and not current_user.worker_id:
        flash(_l("工作人员账号要先开通动态口令。"), "warning")
        return redirect(url_for("accounts.totp"))
    return None


def in_scope_or_404(model: Any, row_id: Any, permission: Permission | None = None) -> Any:
    """The row if the actor may touch it under the route's permission; else 404, as for a missing row."""
    condition = scope_of(current_actor(), model, permission or g.get("permission"))
    row = db.session.scalar(select(model).where(model.id == row_id, condition))
    if row is None:
        abort(404)
    return row


def part_or_404(model: Any, row_id: int, whole: Any, key: str) -> Any:
    """A row without a scope of its own, if the actor may touch the ``whole`` whose number is in ``key``."""
    row = db.session.get(model, row_id)
    if row is None:
        abort(404)
    in_scope_or_404(whole, getattr(row, key))
    return row


def set_locale(locale: str) -> None:
    """Keep the language for this browser."""
    session["locale"] = locale
