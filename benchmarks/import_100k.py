"""Preview and import of 100,000 rows of 25 columns, twice: `python -m benchmarks.import_100k [ROWS]`.

Promised: a preview within 60 seconds and 512 MiB (application and reading process together) on two cores, and
that the same file the second time changes nothing.
"""

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.rosters import COUNTY, write_roster
from benchmarks.watching import watch

ROOT = Path(__file__).resolve().parent.parent
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
PREPARE = "from benchmarks.import_100k import prepare; prepare()"


def prepare() -> None:
    """Make the tables and load the reference facts of a fresh instance."""
    from app import create_app
    from app.commands.reference_load import load_all
    from app.kit.web.extensions import db
    from models.base import Base

    with create_app().app_context():
        Base.metadata.create_all(db.engine)
        load_all(db.session)
        db.session.commit()


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
