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
    from app.extensions import db
    from app.reference import load_all
    from models.base import Base

    with create_app().app_context():
        Base.metadata.create_all(db.engine)
        load_all(db.session)
        db.session.commit()


def main(rows: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "roster.xlsx"
        write_roster(file, rows)
        environment = {"XIESHOU_INSTANCE": folder, "PYTHONPATH": str(ROOT), "XIESHOU_ENV": "development"}
        watch([sys.executable, "-c", PREPARE], environment)
        command = [*FLASK, "import-workers", str(file), "--county", COUNTY]
        steps = (("preview only", ["--dry-run"]), ("preview and import", []), ("the same file again", []))
        for title, options in steps:
            seen = watch([*command, *options], environment)
            counts = json.loads(seen.output.splitlines()[-1])
            said = {key: counts[key] for key in ("new", "changed", "unchanged", "refused", "doubts")}
            spent = f"{seen.seconds:.1f} s ({seen.processor_seconds:.1f} s of processor), {seen.peak_mib:.0f} MiB"
            print(f"{title}: {spent}, {said}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
