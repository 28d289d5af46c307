"""Preview and import of 100,000 rows of 25 columns, twice: `python -m benchmarks.import_100k [ROWS]`.

Promised: a preview within 60 seconds and 512 MiB (application and reading process together) on two cores, and
that the same file the second time changes nothing.
"""

import json
import sys
import tempfile
from pathlib import Path

from tests.factories.large_rosters import COUNTY, write_roster
from tests.factories.watched_process import FLASK, PREPARE, ROOT, watch


def preview(path: str) -> None:
    """Read a file up to its preview, as the job behind the page does."""
    from app import create_app
    from app.kit.web.extensions import db
    from app.workers.intake.operations import new_batch
    from app.workers.intake.read import read_batch
    from models.access import Actor, Right, Role
    from models.clock import today

    actor = Actor(None, "benchmark", (Right(Role.COUNTY, COUNTY, "county"),))
    with create_app().app_context():
        batch = new_batch(db.session, actor, COUNTY, "roster.xlsx", Path(path).read_bytes())
        db.session.commit()
        read_batch(db.session, actor, batch, today(), lambda *_: None)
        print(json.dumps(batch.counts))


def main(rows: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "roster.xlsx"
        write_roster(file, rows)
        environment = {"XIESHOU_INSTANCE": folder, "PYTHONPATH": str(ROOT), "XIESHOU_ENV": "development"}
        watch([sys.executable, "-c", PREPARE], environment)
        on_page = [
            sys.executable,
            "-c",
            f"from benchmarks.import_100k import preview; preview({str(file)!r})",
        ]
        command = [*FLASK, "import-workers", str(file), "--county", COUNTY]
        steps = (
            ("preview on the page", on_page),
            ("dry run", [*command, "--dry-run"]),
            ("preview and import", command),
            ("the same file again", command),
        )
        for title, words in steps:
            seen = watch(words, environment)
            counts = json.loads(seen.output.splitlines()[-1])
            said = {key: counts[key] for key in ("new", "changed", "unchanged", "refused", "doubts")}
            spent = (
                f"{seen.seconds:.1f} s ({seen.processor_seconds:.1f} s of processor), {seen.peak_mib:.0f} MiB"
            )
            print(f"{title}: {spent}, {said}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
