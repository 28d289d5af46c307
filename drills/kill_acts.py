"""T8 of the trust page: a matching run, and a list of people for a class, killed at random moments."""

import subprocess
import sys

from drills.figures import Figure, main, size
from drills.killing import GO, Act
from drills.soundness import troubles_of
from tests.factories import stage
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
    demo = ("--workers", str(size(6000, 400)), "--orders", str(size(300, 30)))
    subprocess.run([*FLASK, "seed-demo", *demo], cwd=stage.ROOT, check=True, stdout=subprocess.DEVNULL)
    people, times = size(300, 60), size(100, 6)
    subprocess.run(
        [sys.executable, "-m", "tests.factories.class_list", str(people)], cwd=stage.ROOT, check=True
    )
    acts = {
        "a county's matching run": Act(url, [*FLASK, "match", "--county", COUNTY], PLAN),
        f"a list of {people} people proposed for a class": Act(
            url, [sys.executable, "-m", "tests.factories.class_list", GO], LIST
        ),
    }
    figures = []
    for name, act in acts.items():
        killed = act.killed(times, troubles_of(app))
        claim, goal = (
            f"{name} killed at {times} random moments",
            "0 half done; run again, the same rows; sound",
        )
        figures.append(Figure("T8", claim, goal, killed.said(), killed.is_met(), database))
        act.snapshot.restore()
    return figures


if __name__ == "__main__":
    sys.exit(main(run))
