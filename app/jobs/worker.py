"""The worker process: `python -m app.jobs.worker` takes jobs off the queue until it is told to stop."""

from app import create_app
from app.jobs import due, rebuild_index
from app.queue import load_jobs, reap


def main() -> None:
    """Run the consumer with one worker; SIGINT and SIGTERM end it."""
    app = create_app()
    load_jobs()
    due.schedule(app)
    rebuild_index.schedule(app)
    reap(app)
    app.extensions["huey"].create_consumer(workers=1, periodic=True, check_worker_health=True).run()


if __name__ == "__main__":
    main()
