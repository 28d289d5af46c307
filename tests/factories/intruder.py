"""Somebody who holds the database, or the anchor's file too, but never the audit's key; and what they try.

Each attack changes a whole chain with its anchor and leaves nothing else behind: used a few hundred times by
the suite (tests/trust/test_audit_attacks.py) and 10,000 times by drills/audit_attack.py.
"""

import hashlib
import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.reference.audit import anchor
from models import vault
from models.access import Actor
from models.append_only import unprotect
from models.audit import GENESIS, AuditEvent, record, seal, tail
from models.audit_walk import verify
from models.event_tags import EventTag

TABLE: Any = AuditEvent.__table__
LENGTH, HOURS = 60, 12
BEGAN = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
NOW = BEGAN + timedelta(hours=HOURS, minutes=30)
OTHERS = {"actor_id": 9, "actor_name": "别人", "tag": "user:update", "subject": "worker:999", "payload": "{}"}
GUESSED_KEY = b"guessed key of thirty-two bytes!"


@dataclass
class Scene:
    """A chain of LENGTH rows, anchored every hour; ``dice`` draws where it is attacked."""

    session: Session
    path: Path
    dice: random.Random
    rows: list[dict[str, Any]] = field(default_factory=list)

    def number(self, least: int = 1) -> int:
        """A row of the chain."""
        return self.dice.randint(least, len(self.rows))

    def put(self, rows: list[dict[str, Any]]) -> None:
        """Have these rows, and no others, stand in the database."""
        self.session.execute(delete(TABLE))
        if rows:
            self.session.execute(insert(TABLE), rows)

    def is_noticed(self) -> bool:
        """Whether a check now finds anything: in the chain, against its anchor, in the anchor's file."""
        kept = anchor.read(self.path)
        return bool(kept.alarms(NOW)) or verify(self.session, kept.hashes) is not None


def build(session: Session, path: Path, seed: int) -> Scene:
    """Write the chain by the platform's own hand and anchor it hour by hour; then take its guard away."""
    anchor.begin(path, (0, GENESIS), BEGAN)
    for number in range(LENGTH):
        record(session, Actor(7, "吉克"), EventTag.WORKER_UPDATE, f"worker:{number}", fields=["phone"])
        session.commit()
        if number % (LENGTH // HOURS) == 0:
            newest = tail(session)
            assert newest
            anchor.append(path, newest, BEGAN + timedelta(hours=1 + number // (LENGTH // HOURS)))
            session.rollback()
    unprotect(session.connection())
    session.commit()
    rows = [dict(row) for row in session.execute(select(TABLE).order_by(TABLE.c.id)).mappings()]
    return Scene(session, path, random.Random(seed), rows)


@contextmanager
def attempt(scene: Scene) -> Iterator[Scene]:
    """Whatever is done meanwhile is undone in the end, in the database and in the file."""
    kept = scene.path.read_bytes()
    try:
        yield scene
    finally:
        scene.session.rollback()
        scene.path.write_bytes(kept)


def linked(rows: list[dict[str, Any]], sealed: Callable[[tuple[Any, ...]], tuple[str, int]]) -> None:
    """Number and chain ``rows`` anew, each with the hash and the key's id that ``sealed`` gives."""
    previous = GENESIS
    for number, row in enumerate(rows, 1):
        row["id"], row["previous"] = number, previous
        parts = number, row["at"].isoformat(), row["actor_id"], row["actor_name"], row["tag"], row["subject"]
        row["hash"], row["key_id"] = sealed((*parts, row["payload"], previous))
        previous = row["hash"]


def without_key(parts: tuple[Any, ...]) -> tuple[str, int]:
    """What anybody can write: the hash from before there was a key."""
    return seal(parts, 0), 0


def pretending(parts: tuple[Any, ...]) -> tuple[str, int]:
    """A plain hash in the place of one under the key in use."""
    return hashlib.sha256(json.dumps([*parts, 1]).encode()).hexdigest(), vault.audit_key_in_use()


# --- with the database ----------------------------------------------------------------------------------


def edit(scene: Scene) -> None:
    """One cell of one row."""
    column = scene.dice.choice([*OTHERS, "previous", "hash", "key_id", "at"])
    value: Any = OTHERS.get(column, "0" * 63 + "1")
    value = 0 if column == "key_id" else NOW if column == "at" else value
    scene.session.execute(update(TABLE).where(TABLE.c.id == scene.number()).values({column: value}))


def edit_and_reseal(scene: Scene) -> None:
    """One row, with a hash that anybody can compute."""
    number = scene.number()
    row = scene.rows[number - 1] | {"payload": '{"fields": []}'}
    parts = number, row["at"].isoformat(), row["actor_id"], row["actor_name"], row["tag"], row["subject"]
    row["hash"], row["key_id"] = without_key((*parts, row["payload"], row["previous"]))
    scene.session.execute(update(TABLE).where(TABLE.c.id == number).values(row))


def take_out(scene: Scene) -> None:
    """One row, not the last."""
    number = scene.dice.randint(1, len(scene.rows) - 1)
    scene.session.execute(delete(TABLE).where(TABLE.c.id == number))


def put_in(scene: Scene) -> None:
    """One row more, in front, behind, or between with all behind it moved on."""
    number = scene.dice.choice([-3, 0, scene.number(), len(scene.rows) + 1])
    fresh = scene.rows[0] | OTHERS | {"hash": f"{scene.dice.getrandbits(256):064x}"}
    if 1 <= number <= len(scene.rows):
        moved = [row | {"id": row["id"] + 1} for row in scene.rows[number - 1 :]]
        scene.put([*scene.rows[: number - 1], fresh | {"id": number}, *moved])
    else:
        last = scene.rows[-1]["hash"] if number > 0 else GENESIS
        scene.session.execute(insert(TABLE), [fresh | {"id": number, "previous": last}])


def swap(scene: Scene) -> None:
    """Two rows change their places."""
    one, two = scene.dice.sample(range(len(scene.rows)), 2)
    rows = [dict(row) for row in scene.rows]
    rows[one]["id"], rows[two]["id"] = rows[two]["id"], rows[one]["id"]
    scene.put(rows)


def cut(scene: Scene) -> None:
    """The end of the chain, at least one anchored row of it."""
    anchored = max(anchor.read(scene.path).hashes)
    scene.session.execute(delete(TABLE).where(TABLE.c.id >= scene.dice.randint(1, anchored)))


def rebuild(scene: Scene) -> None:
    """The whole chain without one row, or with another one, every hash computed anew without the key."""
    rows = [dict(row) for row in scene.rows]
    if scene.dice.random() < 0.5:
        del rows[scene.number() - 1]
    else:
        rows[scene.number() - 1] |= OTHERS
    linked(rows, scene.dice.choice([without_key, pretending]))
    scene.put(rows)


# --- with the anchor's file, too ------------------------------------------------------------------------


def lose_anchor(scene: Scene) -> None:
    """The chain is cut, and the file is gone or empty."""
    cut(scene)
    if scene.dice.random() < 0.5:
        scene.path.unlink()
    else:
        scene.path.write_text("")


def rebuild_and_anchor(scene: Scene) -> None:
    """Chain and anchor, both written anew under a guessed key."""
    rebuild(scene)
    kept = scene.session.execute(select(TABLE.c.id, TABLE.c.hash).order_by(TABLE.c.id)).all()
    right = vault._keys()
    vault.configure(vault.KeyRing(right.keys, right.current, right.digest_key, {1: GUESSED_KEY}, 1))
    try:
        scene.path.unlink()
        anchor.begin(scene.path, (0, GENESIS), BEGAN)
        for hour in range(1, HOURS + 1):
            anchor.append(scene.path, tuple(kept[hour * 4]), BEGAN + timedelta(hours=hour))
    finally:
        vault.configure(right)


def edit_anchor(scene: Scene) -> None:
    """The chain is cut, and the lines of the file that knew it are changed, left out, or change places."""
    lines = scene.path.read_text().splitlines()
    number = scene.dice.randrange(1, len(lines) - 1)
    way = scene.dice.choice(["change", "leave out", "swap", "old shape", "old shape alone"])
    if way == "change":
        told = json.loads(lines[number])
        lines[number] = json.dumps(told | {"number": told["number"] - 1})
    elif way == "leave out":
        del lines[number]
    elif way == "swap":
        lines[number], lines[number + 1] = lines[number + 1], lines[number]
    else:
        pair = json.dumps([scene.rows[0]["id"], scene.rows[0]["hash"]])
        lines[:] = [pair, *(lines[1:] if way == "old shape" else [])]
    scene.path.write_text("\n".join(lines) + "\n")


def cut_both(scene: Scene) -> None:
    """Chain and file are cut back to the same earlier hour."""
    lines = scene.path.read_text().splitlines()
    # The newest line is half an hour old: a cut of it alone is seen when the next one is due.
    left = scene.dice.randint(1, len(lines) - 3)
    scene.path.write_text("\n".join(lines[:left]) + "\n")
    number = json.loads(lines[left - 1])["number"]
    scene.session.execute(delete(TABLE).where(TABLE.c.id > number))


ATTACKS: dict[str, Callable[[Scene], None]] = {
    one.__name__: one
    for one in (
        edit,
        edit_and_reseal,
        take_out,
        put_in,
        swap,
        cut,
        rebuild,
        lose_anchor,
        rebuild_and_anchor,
        edit_anchor,
        cut_both,
    )
}
