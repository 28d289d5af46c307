"""The job worker: `flask --app wsgi work` takes jobs off the queue until it is told to stop."""

import click
from flask import Flask, current_app

from app.kit.web import nightly
from app.kit.web.queue import load_jobs, reap


@click.command("work")
def work() -> None:
    """Carry out the queued jobs and the night's work, one at a time; SIGINT and SIGTERM end it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # jobs outlive this context
    load_jobs()
    nightly.schedule(app)
    nightly.start(app)
    reap(app)
    app.extensions["huey"].create_consumer(workers=1, periodic=True, check_worker_health=True).run()
