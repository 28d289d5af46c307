"""T8 of the trust page: a matching run, and a list of people for a class, killed at random moments."""

import subprocess
import sys

from drills.figures import Figure, main, size
from drills.killing import Act, Killed, in_application
from drills.snapshots import Snapshot
from drills.soundness import troubles_of
from tests.factories import class_list, stage
from tests.factories.large_rosters import COUNTY
from tests.factories.watched_process import FLASK

# A run that was killed may stay as a row without results: nobody is shown it as a plan.
PLAN = (
    "SELECT worker_id, order_id, rank FROM match_pair ORDER BY worker_id, order_id, rank",
    "SELECT count(*) FROM match_left_out",
    "SELECT count(*) FROM match_run WHERE input_digest <> ''",
)
LIST = (
    "SELECT cohort_id, worker_id, state FROM enrolment ORDER BY cohort_id, worker_id",
    "SELECT count(*) FROM audit_event WHERE tag LIKE 'enrolment:%'",
)


def run(database: str) -> list[Figure]:
    """Kill both."""
    app, url = stage.set_up("kill_acts")
    demo = ("--workers", str(size(2000, 400)), "--orders", str(size(100, 30)))
    subprocess.run([*FLASK, "seed-demo", *demo], cwd=stage.ROOT, check=True, stdout=subprocess.DEVNULL)
    from app.kit.web.extensions import db

    people, times = size(300, 60), size(50, 6)
    with app.app_context():
        class_list.make(people)
        db.engine.dispose()
    start = Snapshot(url)

    def match() -> None:
        done = app.test_cli_runner().invoke(args=["match", "--county", COUNTY])
        if done.exit_code:
            raise RuntimeError(done.output) from done.exception

    figures = []
    for name, does, shown in (
        ("a county's matching run", match, PLAN),
        (f"a list of {people} people proposed for a class", class_list.propose_all, LIST),
    ):
        act, killed = Act(url, in_application(app, does), shown, troubles_of(app)), Killed()
        act.undisturbed()
        act.kill(killed, times, start, act.seconds)
        act.end(killed)
        start.restore()
        claim = f"{name} killed at {times} random moments"
        goal = "0 half done; run again, the same rows; sound"
        figures.append(Figure("T8", claim, goal, killed.said(), killed.is_met(), database))
        print(figures[-1], flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main(run))
