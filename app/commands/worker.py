"""The job worker: `flask --app wsgi work` takes jobs off the queue until it is told to stop."""

import click
from flask import Flask, current_app

from app.commands import nightly
from app.kit.web.queue import load_jobs, reap
from app.match_runs import jobs as match_jobs


@click.command("work")
def work() -> None:
    """Carry out the queued jobs and the night's work, one at a time; SIGINT and SIGTERM end it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # jobs outlive this context
    load_jobs()
    nightly.schedule(app)
    match_jobs.schedule(app)
    reap(app)
    app.extensions["huey"].create_consumer(workers=1, periodic=True, check_worker_health=True).run()
