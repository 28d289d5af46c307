"""T8 of the trust page: an import killed at random moments.

Each time the process is killed with SIGKILL while it reads, plans or writes. Afterwards the register must
hold all of the file or nothing of it, and the next run, over whatever the killed one left, must lead to the
same rows as an undisturbed run.
"""

import os
import sys
from pathlib import Path

from drills.figures import Figure, main, size
from drills.killing import Act
from drills.soundness import troubles_of
from tests.factories import stage
from tests.factories.large_rosters import COUNTY, write_roster
from tests.factories.watched_process import FLASK

# What an import writes, in readable columns: the sealed ones differ from run to run by design.
REGISTER = (
    """
    SELECT w.id_digest, w.name, w.id_last4, w.birth_date, w.sex, w.township, w.village,
           w.relation, w.ethnicity, w.education, w.health, w.months_away, w.wishes, w.cities,
           w.wage_floor_yuan, w.phone_digest, w.version, h.code, h.poverty_cause
    FROM worker w JOIN household h ON h.id = w.household_id
    WHERE w.id NOT IN (SELECT worker_id FROM arrival) ORDER BY w.id_digest
    """,
    "SELECT count(*) FROM worker WHERE id NOT IN (SELECT worker_id FROM arrival)",
    # Whom an import has written and not let in is nobody yet, and lives nowhere.
    "SELECT count(DISTINCT household_id) FROM worker WHERE id NOT IN (SELECT worker_id FROM arrival)",
    "SELECT count(*) FROM import_batch WHERE state = 'confirmed'",
    "SELECT count(*) FROM audit_event WHERE tag = 'import:confirm'",
)


def run(database: str) -> list[Figure]:
    """Kill an import 100 times; then let it run over what was left."""
    app, url = stage.set_up("kill_import")
    times, rows = size(100, 6), size(50_000, 2_000)
    roster = Path(os.environ["XIESHOU_INSTANCE"]) / "roster.xlsx"
    write_roster(roster, rows)
    act = Act(url, [*FLASK, "import-workers", str(roster), "--county", COUNTY], REGISTER)
    killed = act.killed(times, troubles_of(app))
    return [
        Figure(
            "T8",
            f"an import of {rows} rows killed at {times} random moments",
            "0 half imports; run again over it, the same rows; sound",
            killed.said(),
            killed.is_met(),
            database,
        )
    ]


if __name__ == "__main__":
    sys.exit(main(run))
