"""T11 of the trust page: a million rows of the audit verified; many processes append to the chain at once."""

import multiprocessing
import sys
import time
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from drills.figures import Figure, main, size
from tests.factories import stage

MOST_SECONDS, BATCH, WRITERS = 60, 10_000, 8


def run(database: str) -> list[Figure]:
    """Fill, walk, append from several processes, walk again."""
    app, _url = stage.set_up("audit_size")
    rows, appended = size(1_000_000, 20_000), size(250, 50)
    from app.kit.web.extensions import db
    from models.audit import AuditEvent, tail
    from models.audit_walk import verify

    with app.app_context():
        _fill(db.session, AuditEvent.__table__, tail(db.session), rows)
        db.session.commit()
        began = time.monotonic()
        broken = verify(db.session)
        seconds = time.monotonic() - began
        walked = (tail(db.session) or (0, ""))[0]
        db.session.close()
        db.engine.dispose()
    with multiprocessing.get_context("spawn").Pool(WRITERS) as pool:
        times = pool.map(_append, [appended] * WRITERS)
    writing = max(end for _begin, end in times) - min(begin for begin, _end in times)
    with app.app_context():
        still = verify(db.session)
        last = (tail(db.session) or (0, ""))[0]
    return [
        Figure(
            "T11",
            f"{walked:,} rows of the audit verified",
            f"whole, in at most {MOST_SECONDS} s",
            f"{'whole' if broken is None else f'broken at {broken}'}, {seconds:.0f} s",
            broken is None and walked >= rows and seconds <= MOST_SECONDS,
            database,
        ),
        Figure(
            "T11",
            f"{WRITERS} processes append at once behind {walked:,} rows",
            f"{appended * WRITERS} acts, one chain, whole",
            f"{last - walked} acts, {'whole' if still is None else f'broken at {still}'}, "
            f"{(last - walked) / writing:.0f} a second",
            still is None and last - walked == appended * WRITERS,
            database,
        ),
    ]


def _fill(session: Session, table: Any, newest: tuple[int, str] | None, count: int) -> None:
    """Write rows as long as those of life, each sealed as the platform seals it."""
    from models.audit import GENESIS, seal
    from models.clock import utc_now
    from models.vault import audit_key_in_use

    first, previous = newest or (0, GENESIS)
    at, key_id, rows = utc_now(), audit_key_in_use(), []
    payload = '{"event": "accept", "from": "offered", "to": "accepted", "channel": "phone"}'
    for number in range(first + 1, first + count + 1):
        subject = f"placement:{number}"
        parts = number, at.isoformat(), 7, "吉克阿牛", "placement:advance", subject, payload, previous
        row = {"id": number, "at": at, "actor_id": 7, "actor_name": "吉克阿牛", "tag": "placement:advance"}
        row |= {"subject": subject, "payload": payload, "previous": previous, "key_id": key_id}
        row["hash"] = previous = seal(parts, key_id)
        rows.append(row)
        if len(rows) == BATCH:
            session.execute(insert(table), rows)
            rows = []
    if rows:
        session.execute(insert(table), rows)


def _append(count: int) -> tuple[float, float]:
    """In a process of its own: so many acts, each a transaction; when it began and when it ended."""
    from app import create_app
    from app.kit.web.extensions import db
    from models.access import Actor
    from models.audit import record
    from models.event_tags import EventTag

    app = create_app()
    with app.app_context():
        began = time.time()
        for number in range(count):
            record(db.session, Actor(7, "吉克"), EventTag.WORKER_UPDATE, f"worker:{number}")
            db.session.commit()
        return began, time.time()


if __name__ == "__main__":
    sys.exit(main(run))
