"""Employment at the programme's size: `python -m benchmarks.employment [SPELLS [ROSTER [MESSAGES]]]`.

So many people at work, a hundred enterprises, one of them with a roster of ROSTER rows that goes out and
comes in by the real operations, MESSAGES text messages handed over to the file outbox, the night's sums;
then the pages, asked by the accounts that open them. On PostgreSQL with DATABASE_URL=postgres.
"""

import io
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from benchmarks import candidates, register
from tests.factories.stage import set_up

FIRMS, TURNS, CHUNK, DAYS_AT_WORK = 100, 20, 20_000, 150
HEADINGS = ("姓名", "身份证号", "还在岗吗", "实发工资", "是否缴社保", "出勤天数")
PAGES = {
    "county": (
        ("employment, the list", "/employment"),
        ("employment, the counts", "/employment/figures"),
        ("difference report", "/employment/differences"),
        ("monthly rosters", "/employment/months"),
        ("early warnings", "/problems/warnings"),
        ("who stayed, who left", "/problems/staying"),
        ("reported problems", "/problems"),
        ("not reached", "/messages/unreached"),
        ("messages", "/messages"),
    ),
    "province": (("who stayed, published", "/problems/staying-figures"),),
    "enterprise": (("monthly rosters of the enterprise", "/employment/months"),),
    "city": (("rosters to verify", "/employment/checks"),),
}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Held:
    """How long the longest writing transaction of a session held its connection, from its first write."""

    def __init__(self, session: Session) -> None:
        self.longest, self._since = 0.0, 0.0
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", self._note)
        event.listen(engine, "commit", self._done)
        event.listen(engine, "rollback", self._done)

    def _note(self, _conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not self._since and statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            self._since = time.monotonic()

    def _done(self, _conn: Any) -> None:
        if self._since:
            self.longest, self._since = max(self.longest, time.monotonic() - self._since), 0.0


@contextmanager
def told(title: str, held: Held) -> Iterator[None]:
    """Print how long it took, and the longest writing transaction in it."""
    held.longest, begun = 0.0, time.monotonic()
    yield
    print(f"| {title} | {time.monotonic() - begun:.1f} s | {held.longest:.2f} s |", flush=True)


def fill(session: Session, people: int, roster: int) -> list[Any]:
    """People, enterprises, each person's arrival and spell; ``roster`` of them at the first enterprise."""
    from models.clock import today
    from models.employment.spell import EmploymentSpell, SpellKind, Teller
    from models.jobs.order import OrderState
    from models.people.worker import Worker
    from models.placement.placement import Placement, PlacementState
    from models.reference.calendar import months_after
    from models.reference.organisation import Organisation, OrganisationKind

    register.fill(session, people)
    first = candidates.accounts(session, today().replace(year=2016, day=1))
    _city(session)
    firms = [session.get_one(Organisation, first)]
    for n in range(1, FIRMS):
        more = {"credit_code": f"FIRM{n:014d}", "name": f"佛山第{n}家", "area_code": register.CITY}
        firms.append(Organisation(kind=OrganisationKind.ENTERPRISE, **more))
    session.add_all(firms[1:])
    session.commit()
    orders = [register.post(session, firm.id, 3, OrderState.OPEN, today(), firm.id) for firm in firms]
    began, last = today() - timedelta(days=DAYS_AT_WORK), 0
    placed = {"state": PlacementState.ON_SITE, "on_site_on": began, "city_code": register.CITY}
    at_work = {
        **{"kind": SpellKind.ENTERPRISE, "place_code": register.CITY, "teller": Teller.HOME},
        **{
            "began_on": began,
            "stays_three_on": months_after(began, 3),
            "stays_six_on": months_after(began, 6),
        },
    }
    people_of = select(Worker.id, Worker.county_code, Worker.id_digest).order_by(Worker.id).limit(CHUNK)
    done = 0
    while rows := session.execute(people_of.where(Worker.id > last)).all():
        last, placements, spells = rows[-1].id, [], []
        for row in rows:
            place = 0 if done < roster else 1 + done % (FIRMS - 1)
            done += 1
            firm, who = firms[place], {"worker_id": row.id, "county_code": row.county_code}
            order = orders[place][row.id % 3]
            placements.append(who | placed | {"order_id": order, "enterprise_id": firm.id})
            spells.append(who | at_work | {"employer_id": firm.id, "employer_name": firm.name})
        session.execute(insert(Placement), placements)
        session.execute(insert(EmploymentSpell), spells)
        session.commit()
    return firms


def _city(session: Session) -> None:
    from app.accounts.operations import give, make_user
    from models.access import Actor, Role
    from models.clock import today

    maker = Actor(None, "benchmark")
    user = make_user(session, maker, "city", "city", candidates.PASSWORD, must_change=False)
    give(
        session, maker, user, Role.CITY, valid_from=today().replace(year=2016, day=1), area_code=register.CITY
    )
    session.commit()


def workbook(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """A sheet as somebody would send it."""
    from app.kit.files.spreadsheet import Column, Page, write_workbook

    target = io.BytesIO()
    write_workbook(target, [Page("花名册", [Column(one, 16) for one in headings], rows)])
    return target.getvalue()


def a_roster(session: Session, firm: Any, held: Held) -> None:
    """The enterprise's month: the sheet read, kept, confirmed."""
    from app.employment.rosters import operations, sheet
    from app.employment.rosters.people import known_people
    from app.employment.rosters.teller import of_enterprise
    from models.access import load_actor
    from models.clock import today, utc_now
    from models.employment.roster import open_months
    from models.user import User

    clerk = session.scalars(select(User).where(User.username == "enterprise")).one()
    actor, teller, month = load_actor(session, clerk, today()), of_enterprise(firm), open_months(today())[0]
    people = known_people(session, teller, month)
    heads = ("编号", *HEADINGS)
    rows = [(one.worker_id, one.name, one.last4, "是", 4500, "是", 26) for one in people]
    content = workbook(heads, rows)
    with told(f"roster of {len(rows):,} rows read", held):
        reading = sheet.read(session, teller, month, content, today(), {})
    with told(f"its {len(reading.good):,} good rows kept for the preview", held):
        batch = operations.keep(session, actor, teller, month, "花名册.xlsx", reading, None)
        session.commit()
    with told("confirmed, with all that follows", held):
        operations.confirm(session, actor, teller, batch, utc_now())
        session.commit()


def texts(session: Session, count: int, held: Held) -> None:
    """Messages to so many people, and their text messages handed over at noon."""
    from app.messages import texting
    from app.messages.gateways.file_outbox import FileOutbox
    from app.messages.outgoing import Limits
    from models.clock import today
    from models.messages.kind import MessageKind
    from models.messages.message import Message
    from models.people.phone import Phone
    from models.people.worker import Worker

    people = session.scalars(select(Worker).order_by(Worker.id).limit(count)).all()
    for n, worker in enumerate(people):
        worker.telephones = [Phone(f"139{n:08d}")]
        if n % 2000 == 0:
            session.commit()
    session.commit()
    words = {"kind": MessageKind.SPRING_SEAT, "text": "给你留了座位：三号车。"}
    rows = [{"worker_id": one.id, "county_code": one.county_code} | words for one in people]
    session.execute(insert(Message), rows)
    session.commit()
    noon = datetime.combine(today(), datetime.min.time(), UTC) + timedelta(hours=4)
    with tempfile.TemporaryDirectory() as folder, told(f"{count:,} text messages handed over", held):
        done = texting.hand_over(session, FileOutbox(Path(folder)), Limits(3, count + 1), noon, 3600.0)
    print(f"\n{done.handed_over:,} handed over, {done.kept_back:,} kept back\n")


def pages(app: Any) -> None:
    """Ask every page some times; Markdown."""
    print("\n| page | p50 ms | p95 ms | kB |\n|---|---|---|---|")
    for account, some in PAGES.items():
        client: FlaskClient = app.test_client()
        token = TOKEN.search(client.get("/sign-in").text)
        form = {
            "username": account,
            "password": candidates.PASSWORD,
            "csrf_token": token.group(1) if token else "",
        }
        assert client.post("/sign-in", data=form).status_code in (302, 303)
        for title, path in some:
            seconds, size = [], 0
            for _turn in range(TURNS):
                begun = time.perf_counter()
                answer = client.get(path)
                seconds.append(1000 * (time.perf_counter() - begun))
                size = len(answer.data)
                if answer.status_code != 200:
                    raise RuntimeError(f"{path}: {answer.status_code}")
            half, most = np.percentile(np.array(seconds[1:]), (50, 95))
            print(f"| {account}: {title} | {half:.0f} | {most:.0f} | {size >> 10} |", flush=True)


def main(spells: int, roster: int, messages: int) -> None:
    """Fill, act, ask; prints Markdown."""
    app, url = set_up("employment")
    from app.employment.differences.jobs import compare_both_ends
    from app.kit.web.extensions import db
    from app.problems.operations import staying, warnings
    from models.clock import today

    nights: tuple[tuple[str, Callable[..., Any]], ...] = (
        ("the night: both ends compared", compare_both_ends),
        ("the night: early warnings", warnings.refresh),
        ("the night: who stayed", staying.refresh),
    )
    with app.app_context():
        session = db.session
        begun = time.monotonic()
        firms = fill(session, spells, roster)
        print(f"{spells:,} people at work written in {time.monotonic() - begun:.0f} s, {url.split(':')[0]}\n")
        held = Held(session)
        print("| act | takes | longest writing transaction |\n|---|---|---|")
        a_roster(session, firms[0], held)
        texts(session, messages, held)
        for title, work in nights:
            with told(title, held):
                work(session, today())
                session.commit()
        session.close()
    pages(app)


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:4]]
    main(*(given + [300_000, 5_000, 30_000][len(given) :]))
