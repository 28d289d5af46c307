"""The job worker: `flask --app wsgi work` takes jobs off the queue until it is told to stop."""

import logging
import threading
from collections.abc import Sequence

import click
from flask import Flask, current_app
from huey.consumer import Consumer

from app.commands import metrics
from app.commands.going_live import stop_at_demo_accounts
from app.kit.web import nightly, presence
from app.kit.web.pulse import Pulse
from app.kit.web.queue import LANES, load_jobs, reap

log = logging.getLogger(__name__)
LOOK_SECONDS = 2


@click.command("work")
def work() -> None:
    """Carry out the queued jobs and the night's work, one at a time a lane; SIGINT and SIGTERM end it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # jobs outlive this context
    stop_at_demo_accounts(app)
    presence.enter(app)
    load_jobs()
    metrics.begin_alone(app)
    nightly.schedule(app)
    long, *short = (lane_consumer(app, lane) for lane in LANES)
    for consumer in short:
        consumer.start()
    watch = Watch(app, short)  # it starts again what it finds dead: not before they live
    watch.start()
    nightly.start(app)
    long.run()  # the last to set the signals' handlers
    for consumer in short:
        consumer.stop()
    watch.stop()


def lane_consumer(app: Flask, lane: str) -> Consumer:
    """The thread that takes a lane's jobs; only the first lane's minds the clock."""
    huey = app.extensions[lane]
    huey.pre_execute(name="look_at_keys")(lambda task: app.extensions["key_watch"].look_now())
    # An idle worker looks into its queue every second at least.
    consumer: Consumer = huey.create_consumer(
        workers=1, periodic=lane == LANES[0], check_worker_health=True, max_delay=1.0
    )
    return consumer


class Watch:
    """A thread that looks every two seconds for jobs whose worker is gone, whatever this one is busy with.

    The consumers of the short lanes have no loop of their own: it also looks whether their threads live.
    """

    def __init__(self, app: Flask, lanes: Sequence[Consumer] = ()) -> None:
        self.app, self.lanes, self.over, self.trouble = app, lanes, threading.Event(), ""
        self.pulse = Pulse(app)
        self.thread = threading.Thread(target=self._run, name="reaper", daemon=True)

    def start(self) -> None:
        """Look at once, then again and again."""
        self.thread.start()

    def stop(self) -> None:
        """End after the present look."""
        self.over.set()

    def _run(self) -> None:
        while not self.over.is_set():
            self._look()
            self.over.wait(LOOK_SECONDS)

    def _look(self) -> None:
        try:
            self.pulse.beat()
            if count := reap(self.app):
                log.warning("%s jobs were left behind and are queued again", count)
            for lane in self.lanes:
                lane.check_worker_health()
            self.trouble = ""
        except Exception as problem:  # the database is away or locked: said once, tried again
            if self.trouble != type(problem).__name__:
                log.warning("jobs left behind could not be looked for: %s", type(problem).__name__)
            self.trouble = type(problem).__name__
