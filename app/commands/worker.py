"""The worker process: `python -m app.commands.worker` takes jobs off the queue until it is told to stop."""

from app import create_app
from app.commands import nightly
from app.kit.web.queue import load_jobs, reap
from app.match_runs import jobs as match_jobs


def main() -> None:
    """Run the consumer with one worker; SIGINT and SIGTERM end it."""
    app = create_app()
    load_jobs()
    nightly.schedule(app)
    match_jobs.schedule(app)
    reap(app)
    app.extensions["huey"].create_consumer(workers=1, periodic=True, check_worker_health=True).run()


if __name__ == "__main__":
    main()
