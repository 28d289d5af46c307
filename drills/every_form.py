"""T7 of the trust page: every form on the pages of each role, sent 20 times at the same moment and once more.

The forms are read from the pages themselves, as far as they can be filled; what cannot is listed with its
reason in the drill's log. A form is compared with itself: sent once, and sent 21 times from the same start,
it must leave the same rows and the same entries of the audit. The same form of several roles is one: once it
acted it is not tried again, and what two roles are refused is told as refused.
"""

import hashlib
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Barrier
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import Boolean, Integer, func, literal, select
from werkzeug.exceptions import HTTPException

from drills import soundness
from drills.client import Person
from drills.figures import Figure, main, size
from drills.snapshots import Snapshot
from tests.factories import stage
from tests.trust.pages import Form, filled, forms_within_reach

TIMES, MOST_REFUSED = 20, 2
# Sign-ins move on with each request; the reference tables are long, and a fact saved twice is the same fact.
# The list of what the index of candidates has to read again is stamped with the time.
FORGOTTEN = {"login_session", "form_receipt", "area", "occupation", "code_item", "skill", "worker_change"}
FILE = ("names.csv", "姓名,证件号码\n阿木,513431199005030015\n".encode(), "text/csv")


class Left(NamedTuple):
    """What a form left: a fingerprint of each table (numbers, states and counters), audit entries by tag."""

    rows: dict[str, str]
    audit: Counter[str]

    def other_than(self, single: "Left") -> str:
        """In which tables it differs, and how in the audit."""
        tables = [name for name, rows in self.rows.items() if rows != single.rows[name]]
        entries = "" if self.audit == single.audit else f"; audit {dict(single.audit)}, {dict(self.audit)}"
        return f"rows of {tables}{entries}"


@dataclass
class Seen:
    """What became of the forms, by the name of their route."""

    routes: set[str]
    reached: set[str] = field(default_factory=set)
    acted: set[str] = field(default_factory=set)
    refused: dict[str, int] = field(default_factory=dict)
    forms: int = 0
    wrong: list[str] = field(default_factory=list)
    broken: int = 0

    def left_out(self) -> list[str]:
        """Each route that was not tried to its effect, with the reason."""
        return [
            f"{name}: "
            + (
                f"refused as filled ({self.refused[name]})"
                if name in self.refused
                else "no form within reach"
            )
            for name in sorted(self.routes - self.acted)
        ]


class Walk:
    """A signed-in person, as ``tests.trust.pages`` walks with a test client."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get(self, path: str, follow_redirects: bool = True) -> "Answer":
        """Open a page."""
        return Answer(self.person.get(path))


class Answer:
    """An answer over HTTP in the shape of a test client's."""

    def __init__(self, answer: Any) -> None:
        self.mimetype, self.text = answer.headers.get("Content-Type", "").partition(";")[0], answer.text

    def get_data(self, as_text: bool = True) -> str:
        """The page."""
        return str(self.text)


def make_people(app: Flask) -> dict[str, str]:
    """The world of the tests with placements at every stage; account names by role."""
    from app.accounts.operations import make_user
    from app.kit.web.extensions import db
    from models.access import SYSTEM
    from models.clock import today, utc_now
    from models.placement.placement import Placement, PlacementState
    from models.user import User
    from tests.factories.people import make_placement, make_worker
    from tests.factories.world import make_world

    with app.app_context():
        world = make_world(db.session)
        offered = db.session.get_one(Placement, world.tenants["one"].ids["placement"])
        offered.order.headcount = 50
        for state in PlacementState:
            if state not in (PlacementState.OFFERED, PlacementState.ON_SITE, PlacementState.STAYED):
                worker = make_worker(db.session, township_code="513431100")
                given = {"hired_on": today() - timedelta(days=9), "consented_at": utc_now()}
                make_placement(db.session, offered.order, worker, state=state, **given)
        pattern = make_user(db.session, SYSTEM, "pattern", "样", stage.PASSWORD, must_change=False)
        for user in db.session.scalars(select(User)):
            user.password_hash = pattern.password_hash
        names = {str(role): user.username for role, user in world.users.items()}
        db.session.commit()
        db.engine.dispose()
    return names


def left(app: Flask, before: int) -> Left:
    """What is there now; audit entries after number ``before``."""
    from app.kit.web.extensions import db, read_only
    from models.audit import AuditEvent
    from models.base import Base
    from models.types import EnumText

    seen = {}
    with app.app_context():
        read_only()
        for table in Base.metadata.sorted_tables:
            # Numbers of rows are left aside: on PostgreSQL those who came too late have drawn some.
            told = [c for c in table.c if isinstance(c.type, Boolean | Integer | EnumText)]
            columns = [c for c in told if not c.primary_key and not c.foreign_keys and c.name != "subject_id"]
            if table.name not in FORGOTTEN:
                rows = db.session.execute(select(literal(1), *columns).select_from(table)).all()
                seen[table.name] = hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()
        tags = select(AuditEvent.tag, func.count()).where(AuditEvent.id > before).group_by(AuditEvent.tag)
        audit = Counter({row[0]: row[1] for row in db.session.execute(tags)})
        db.session.rollback()
    return Left(seen, audit)


def at_once(person: Person, form: Form, values: dict[str, Any]) -> list[int]:
    """The statuses of the form sent 20 times at the same moment."""
    barrier = Barrier(TIMES)

    def send(_number: int) -> int:
        barrier.wait()
        return _send(person, form, values)

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(send, range(TIMES)))


def _send(person: Person, form: Form, values: dict[str, Any]) -> int:
    files = dict.fromkeys(form.files, FILE) or None
    return person.post(form.action, values, files, follow=False).status_code


def is_look(single: Left, many: Left, times: int) -> bool:
    """Whether a file was shown ``times`` times and each look was noted, and nothing else was done."""
    looks = Counter({tag: number * times for tag, number in single.audit.items()})
    opened = all("open" in tag for tag in many.audit)
    others = {name for name in many.rows if many.rows[name] != single.rows[name]} - {"audit_event"}
    return opened and many.audit == looks and not others


class Round:
    """All forms of all roles against one snapshot."""

    def __init__(self, app: Flask, url: str) -> None:
        from models.audit import tail

        self.app = app
        self.adapter = app.url_map.bind("localhost")
        self.seen = Seen(
            {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
        )
        self.snapshot = Snapshot(url)
        with app.app_context():
            from app.kit.web.extensions import db

            self.before = (tail(db.session) or (0, ""))[0]
            db.session.rollback()
        self.start = left(app, self.before)
        self.acted: set[str] = set()
        self.refused: Counter[str] = Counter()

    def try_all(self, role: str, walk: Any, person: Person, most: int) -> None:
        """Try every form that ``role`` reaches."""
        for number, form in enumerate(forms_within_reach(walk, most).values()):
            try:
                endpoint, _values = self.adapter.match(form.action.partition("?")[0], "POST")
            except HTTPException:
                self.seen.wrong.append(f"{role}: a form for {form.action}, which is no route")
                continue
            self.seen.reached.add(endpoint)
            shape = f"{endpoint} {form.values.get('event')} {sorted(form.names)}"
            if shape in self.acted or self.refused[shape] >= MOST_REFUSED:
                continue
            if self._try(role, person, form, endpoint, number):
                self.acted.add(shape)
            else:
                self.refused[shape] += 1

    def _try(self, role: str, person: Person, form: Form, endpoint: str, number: int) -> bool:
        """Send it once, and if it acts 21 times more from the same start; whether it acts."""
        values = filled(form) | {"once": [f"key-{role}-{number}"]}
        self.seen.forms += 1
        status = _send(person, form, values)
        single = left(self.app, self.before)
        if status >= 500:
            self.seen.broken += 1
            self.seen.wrong.append(f"{role} {form.action}: {status} for one sent once")
        if single == self.start:
            self.seen.refused.setdefault(endpoint, status)
            return False
        self.seen.acted.add(endpoint)
        self.snapshot.restore()
        statuses = [*at_once(person, form, values), _send(person, form, values)]
        self.seen.broken += sum(status >= 500 for status in statuses)
        many = left(self.app, self.before)
        if many != single and set(statuses) == {200} and is_look(single, many, TIMES + 1):
            self.snapshot.restore()
            return True
        if many != single or max(statuses) >= 500:
            event = form.values.get("event")
            told = f"{dict(Counter(statuses))}, {many.other_than(single)}"
            self.seen.wrong.append(f"{role} {form.action} {event}: {told}")
        self.snapshot.restore()
        return True


def run(database: str) -> list[Figure]:
    """Walk, fill, send, compare."""
    app, url = stage.set_up("every_form")
    names = make_people(app)
    with stage.server() as address:
        people = {role: Person(address, name, stage.PASSWORD) for role, name in names.items()}
        round_ = Round(app, url)
        for role, person in people.items():
            round_.try_all(role, Walk(person), person, size(80, 12))
            print(role, round_.seen.forms, *round_.seen.wrong, sep="\n  ", flush=True)
    seen = round_.seen
    print("\n".join(["left out:", *seen.left_out()]), flush=True)
    with app.app_context():
        from app.kit.web.extensions import db

        unsound = soundness.troubles(db.session)
    return [
        Figure(
            "T7",
            f"every form within reach of {len(people)} roles, sent {TIMES} times at once and once more",
            "as if sent once: same rows, same audit entries; 0 errors; sound",
            f"{seen.forms} forms of {len(seen.reached)} routes, {len(seen.acted)} of {len(seen.routes)}"
            f" routes acted, {len(seen.wrong)} otherwise than once, {seen.broken} errors; "
            f"{soundness.said(unsound)}" + (f": {'; '.join(seen.wrong[:3])}" if seen.wrong else ""),
            not seen.wrong and not seen.broken and len(seen.acted) >= size(60, 5) and not unsound,
            database,
        )
    ]


if __name__ == "__main__":
    sys.exit(main(run))
