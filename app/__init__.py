"""携手: the application. ``create_app`` reads like a contents page."""

import contextlib
import importlib
import logging
import os
import pkgutil
import re
import sys
from inspect import iscoroutinefunction
from typing import Any

import click
from flask import Flask, Response, current_app, has_request_context, request, session
from flask.cli import NoAppException
from flask_babel import get_locale
from jinja2 import FileSystemBytecodeCache
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from app.commands import cli, first_aid, going_live
from app.kit.api.cookies import PagesOnly
from app.kit.api.problems import is_asked, language
from app.kit.web import (
    assets,
    catalogue,
    charts,
    compression,
    cookies,
    county_offices,
    deadlines,
    errors,
    formatters,
    guards,
    health,
    idempotency,
    key_watch,
    listing,
    logs,
    metrics,
    navigation,
    order_counts,
    queue,
    request_limits,
    request_log,
    tables,
    template_calls,
)
from app.kit.web.addresses import Application
from app.kit.web.connections import engine_options
from app.kit.web.extensions import babel, bootstrap, csrf, db, limiter, login_manager
from models import vault

AREAS = (
    "accounts",
    "reference",
    "workers",
    "workers.intake",
    "orders",
    "placements",
    "employment.rosters",
    "employment.differences",
    "employment.duties",
    "problems",
    "employment.spells",
    "messages",
    "cooperation",
    "match_runs",
    "match_runs.near_misses",
    "match_runs.scorecards",
    "training.orders",
    "training.agreements",
    "training.classes",
    "training.timetable",
    "training.attendance",
    "training.inspections",
    "training.certification",
    "training.subsidies",
    "reports",
    "cooperation.funds",
    "hukou.rules",
    "hukou.cases",
    "portal",
    "home.lists",
    "home",
    "api",
)

VIEWS = re.compile(r"(\w+\.)?(\w+_)?views(\.\w+)?")


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """``settings`` default to the environment's. Raises SettingsError for an unsafe start (trust.md T18)."""
    os.umask(0o077)  # whatever this process writes is its own account's alone
    app = Application(__name__, template_folder=str(config.ROOT / "templates"))
    app.config.update(settings or config.load())
    app.session_interface = PagesOnly()
    refuse_unsafe(app)
    unlock(app)
    logs.init_app(app)
    metrics.init_app(app)
    request_log.init_app(app)
    request_limits.init_app(app)
    key_watch.init_app(app)
    connect_extensions(app)
    keep_compiled_templates(app)
    register_areas(app)
    for kit in (
        compression,
        assets,
        formatters,
        charts,
        deadlines,
        order_counts,
        listing,
        tables,
        county_offices,
        guards,
        navigation,
        errors,
        queue,
        health,
        cli,
    ):
        kit.init_app(app)
    app.before_request(idempotency.answered_before)
    app.before_request(guards.begin_view)
    app.after_request(secure_headers)
    app.jinja_env.globals.update(
        get_locale=get_locale, new_key=_new_key, theme=cookies.theme, THEMES=cookies.THEMES
    )
    guards.refuse_unguarded(app)
    return app


def for_wsgi() -> Flask:
    """The application as `wsgi.py` finds it.

    A web server gets it only where nothing of a trial is left in production; a command gets it in any case,
    because commands are how that is mended. The doctor and the commands about keys need no application.
    """
    command = click.get_current_context(silent=True)
    if command is not None and (bare := first_aid.for_arguments(sys.argv[1:])):
        return bare
    try:
        app = create_app()
        if command is None:
            going_live.refuse_demo_accounts(app)
    except config.SettingsError as problem:
        if command is None:
            raise
        raise NoAppException(f"{problem}\n(`flask --app wsgi doctor` looks at everything.)") from None
    return app


def refuse_unsafe(app: Flask) -> None:
    """Raise SettingsError for a debugger in production; what the environment says was weighed by config."""
    if app.config["MODE"] == "production" and app.debug:
        raise config.SettingsError("no debug mode in production")


def keep_compiled_templates(app: Flask) -> None:
    """Keep what Jinja makes of the templates beside them, as Python does with its own: compiling all takes a
    process two seconds."""
    folder = config.ROOT / "templates" / "__pycache__"
    if sys.dont_write_bytecode:
        return
    with contextlib.suppress(OSError):
        folder.mkdir(exist_ok=True)
    if os.access(folder, os.W_OK):
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))


def unlock(app: Flask) -> None:
    """Put the keys in use."""
    current = app.config["SEALING_KEY_CURRENT"]
    audit = app.config["AUDIT_KEYS"], app.config["AUDIT_KEY_CURRENT"]
    vault.configure(vault.KeyRing(app.config["SEALING_KEYS"], current, app.config["DIGEST_KEY"], *audit))


def connect_extensions(app: Flask) -> None:
    """Tie the extensions to the application."""
    app.config["SQLALCHEMY_ENGINES"] = {"default": engine_options(app.config["DATABASE_URL"])}
    if app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=app.config["TRUSTED_PROXIES"], x_proto=1)  # type: ignore
    for extension in (db, login_manager, csrf, limiter, bootstrap):
        extension.init_app(app)
    # Flask-SQLAlchemy-Lite ends asynchronous sessions too: a thread and a loop a request, for what we never
    # open.
    endings = app.teardown_appcontext_funcs
    endings[:] = [end for end in endings if not iscoroutinefunction(end)]
    babel.init_app(app, locale_selector=_reader_locale)
    catalogue.init_app(app, babel)
    template_calls.init_app(app)
    logging.getLogger("huey").setLevel(logging.WARNING)


def _reader_locale() -> str:
    """Jobs and commands speak Chinese; a browser says which language it wants, a program asks for one."""
    if has_request_context() and is_asked():
        return language()
    return session.get("locale", "zh") if has_request_context() else "zh"


def register_areas(app: Flask) -> None:
    """Register every area's blueprint, with the routes of its ``views`` and ``..._views``."""
    for area in AREAS:
        room = importlib.import_module(f"app.{area}")
        for module in pkgutil.walk_packages(room.__path__, f"app.{area}."):
            if VIEWS.fullmatch(module.name.removeprefix(f"app.{area}.")):
                importlib.import_module(module.name)
        app.register_blueprint(room.bp)


def _new_key() -> str:
    from app.kit.web.fields import new_key

    return new_key()


def secure_headers(response: Response) -> Response:
    """Add the headers that keep a page to itself; pages with data are not cached."""
    response.headers["Content-Security-Policy"] = (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src data:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint not in guards.OPEN_ENDPOINTS:
        response.headers["Cache-Control"] = "no-store"
    return response
