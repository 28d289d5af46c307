"""gunicorn's hooks and its log: a fresh web process gets engine and index ready before the first clerk asks.

Who writes meanwhile waits for it (app.kit.web.guards): else the word lists would be loaded by a request that
keeps everybody else from the writer for seconds.
"""

import logging
import os
import threading
from typing import Any

from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.commands import metrics
from app.kit.web.collector import put_aside_what_stays
from app.kit.web.extensions import db, read_only
from app.kit.web.guards import WARMING
from app.kit.web.logs import as_dict
from app.match_runs.operations import warm_up
from app.orders.operations import warm_up as warm_up_orders
from models.clock import today

log = logging.getLogger(__name__)
# The first page goes before: both would share a core for the seconds that loading the lists takes.
BEGINS_AFTER = 1.0
# What gunicorn's master says stands in the same log, in the same form.
# The application is loaded once, before the web processes part: they start, and come back, in no time.
preload_app = True
logconfig_dict = as_dict(is_json=os.environ.get("LOG_FORMAT") == "json")


def child_exit(server: Any, worker: Any) -> None:
    """A web process has ended."""
    metrics.forget(worker.pid)


def post_worker_init(worker: Any) -> None:
    """Begin soon after the first requests came; whoever only reads does not wait."""
    put_aside_what_stays()
    thread = threading.Timer(BEGINS_AFTER, _prepare, args=(worker.wsgi,))
    thread.daemon = True
    worker.wsgi.extensions[WARMING] = thread
    thread.start()


def _prepare(app: Flask) -> None:
    with app.app_context():
        try:
            read_only()
            warm_up_orders(db.session, today())
            warm_up(db.session, today())
        except DBAPIError as problem:  # the database is away: the first clerk waits a little longer, later
            log.warning("not warmed up: %s", type(problem).__name__)
        finally:
            db.session.rollback()
