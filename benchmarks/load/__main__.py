"""`python -m benchmarks.load [FOLDER [PEOPLE [ROLES]]]`: build once, measure each time, say what is over.

DATABASE_URL says where, where it is not SQLite in FOLDER (postgres: an embedded server in it). Ends with 1
where a page is slower than it may be.
"""

import gc
import os
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.load.where import as_in_production, settle

PEOPLE = 1_000_000
SECONDS = 600


def main(folder: Path, people: int, only: str) -> int:
    """Build where nothing is built, measure, print Markdown and the verdict."""
    settle(folder)
    from app import create_app
    from app.kit.web.collector import put_aside_what_stays
    from app.kit.web.extensions import db
    from benchmarks.load.pages import HEAD, ROLES, lines
    from models.access import Role

    app = create_app()
    with app.app_context():
        build_once(people)
        as_in_production(db.engine)
    app = create_app()
    with app.app_context():
        engine = db.engine
    gc.collect()
    put_aside_what_stays()  # as a web process
    wanted = tuple(map(Role, only.split(","))) if only else ROLES
    print(f"\n{engine.dialect.name}, {people:,} people; load of the machine {os.getloadavg()}\n\n{HEAD}")
    seen = []
    for line in lines(app, engine, wanted):
        seen.append(line)
        print(line.row(), flush=True)
    over = [line for line in seen if line.is_over]
    print(f"\n{len(seen)} pages, {len(over)} over:")
    for line in sorted(over, key=lambda line: -line.most):
        print(f"{line.most:6.0f} ms for {line.allowed}: {line.role} {line.path}")
    return 1 if over else 0


def build_once(people: int) -> None:
    """Fill the database, unless somebody is in it already."""
    from sqlalchemy import select

    from app.commands import prepare
    from app.kit.web.extensions import db
    from benchmarks.load.build import build
    from models.clock import today, utc_now
    from models.people.worker import Worker
    from models.row_security import look_as, whole
    from models.summary import counting

    begun = time.monotonic()

    def tell(what: Any) -> None:
        print(f"{time.monotonic() - begun:6.0f} s: {what}", flush=True)

    prepare.upgrade()
    look_as(db.session, whole("load"))
    if db.session.scalar(select(Worker.id).limit(1)) is None:
        prepare.load_facts()
        build(db.session, people, today(), tell)
        if time.monotonic() - begun > SECONDS:
            tell(f"over the {SECONDS} s that building may take")
    counting.refresh(db.session, utc_now(), today())
    db.session.commit()
    tell("ready")


if __name__ == "__main__":
    given = [*sys.argv[1:], "", "", ""]
    sys.exit(main(Path(given[0] or "instance/load"), int(given[1] or PEOPLE), given[2]))
