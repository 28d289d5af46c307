"""A worker's pages are light: with everything they load no more than 60 kB, uncached and decoded."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

import config
from app.workers.account_slips import operations
from models.access import Role
from models.audit import record
from models.clock import utc_now
from models.event_tags import EventTag
from models.jobs.order import Order, OrderState
from models.messages.kind import MessageKind
from models.messages.message import send
from models.people.worker import Worker
from models.placement.placement import PlacementState
from models.training.enrolment import EnrolmentState
from tests.factories.people import ZHAOJUE, actor_of, make_placement, make_user, make_worker
from tests.factories.telephones import open_account
from tests.factories.training import make_certificate, make_class, make_enrolment
from tests.factories.world import World

MOST_BYTES = 60_000
LOADED = re.compile(
    r'(?:<link[^>]+href|<script[^>]+src|<img[^>]+src|<use\s+href|data-worker|data-icons)="([^"#]+)[^"]*"'
)
# What Chrome 60 cannot read.
TOO_NEW_SCRIPT = re.compile(
    r"\?\.[a-z(\[]|\?\?|catch \{|\.flat\(|\.at\(|Object\.fromEntries|replaceAll|#[a-z]+\(|for await"
)
TOO_NEW_STYLE = re.compile(
    r"(?<![-\w])(?:gap|inset|aspect-ratio|place-items):|:has\(|:is\(|:where\(|(?<![-\w])(?:min|max|clamp)\(|color-mix"
)
NO_PAGES = {"portal.page_worker", "portal.token"}
FAMILY = ("吉克阿牛", "阿依木呷")
SignIn = Callable[..., FlaskClient]


def pages_of(client: FlaskClient, start: str = "/my/today") -> Iterator[tuple[str, str]]:
    """Every page that links reach, with its text."""
    waiting, seen = [start], {start}
    while waiting:
        path = waiting.pop()
        answer = client.get(path)
        yield path, answer.get_data(as_text=True)
        for link in re.findall(r'<a[^>]+href="(/[^"#]*)', answer.get_data(as_text=True)):
            if link not in seen and not link.startswith("/static"):
                seen.add(link)
                waiting.append(link)


def parts_of(client: FlaskClient, path: str, text: str) -> dict[str, int]:
    """What one page loads, with its bytes as the browser decodes them."""
    addresses = {
        urljoin(path, one.replace("&amp;", "&"))
        for one in LOADED.findall(text)
        if not one.startswith("data:")
    }
    for manifest in [one for one in addresses if "webmanifest" in one]:
        with client.get(manifest) as answer:
            icons = json.loads(answer.data)["icons"]
        addresses |= {urljoin(manifest, icon["src"]) for icon in icons}
    sizes = {}
    for address in addresses:
        with client.get(address) as answer:
            assert answer.status_code == 200, address
            sizes[address] = len(answer.data)
    return sizes


def without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_no_page_of_a_worker_is_over_60_kilobytes_with_all_it_loads(
    session: Session, world: World, sign_in: SignIn
) -> None:
    """Every page there is: those that links reach, with two certificates, and those of a job accepted."""
    worker = session.get_one(Worker, world.users[Role.WORKER].worker_id)
    for _number in range(2):
        made = make_enrolment(session, make_class(session), worker=worker, state=EnrolmentState.FINISHED)
        make_certificate(session, made)
    client = sign_in(world.users[Role.WORKER])
    pages = dict(pages_of(client))
    offer = next(path for path in pages if re.fullmatch(r"/my/offers/\d+", path))
    for path in (f"{offer}/card", f"{offer}/journey"):  # of a job that was accepted
        pages[path] = client.get(path).get_data(as_text=True)
    weights = {
        path: len(text.encode()) + sum(parts_of(client, path, text).values()) for path, text in pages.items()
    }
    adapter = client.application.url_map.bind("localhost")
    seen = {adapter.match(path.split("?")[0])[0] for path in weights}
    own = {
        rule.endpoint
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/my/") and "GET" in (rule.methods or ())
    }
    assert own - seen - NO_PAGES == set()
    assert {path: weight for path, weight in weights.items() if weight > MOST_BYTES} == {}
    refused = client.get("/my/offers/999999")
    assert refused.status_code == 404
    text = refused.get_data(as_text=True)
    assert len(refused.data) + sum(parts_of(client, "/my/offers/999999", text).values()) < MOST_BYTES


def test_no_page_grows_past_60_kilobytes_with_the_years(
    session: Session, world: World, sign_in: SignIn
) -> None:
    """A hundred offers with consents, as many messages and looks: lists go on on a next page."""
    user = world.users[Role.WORKER]
    worker, actor = session.get_one(Worker, user.worker_id), actor_of(session, user)
    order = session.scalars(select(Order).where(Order.state == OrderState.OPEN)).first()
    order.title, order.enterprise.name = (
        "手机摄像头模组无尘车间包装检测作业员（长白班）",
        "佛山市顺德区容桂街道" * 3,
    )
    for attempt in range(2, 102):
        state = PlacementState.OFFERED if attempt % 2 else PlacementState.DECLINED
        given = {"consented_at": utc_now()} if attempt % 3 else {}
        make_placement(session, order, worker, state=state, attempt=attempt, **given)
        send(session, worker.id, MessageKind.DEPARTURE, {"line": "请到县里来一趟" * 20}, actor=actor)
        record(session, actor, EventTag.WORKER_REVEAL, worker, purpose="打电话核实情况" * 4, fields=["phone"])
    session.commit()
    client = sign_in(user)
    lists = ("/my/today", "/my/offers", "/my/messages", "/my/profile/looks", "/my/profile")
    texts = {path: client.get(path).get_data(as_text=True) for path in lists}
    assert re.search("/my/messages.before=", texts["/my/messages"])
    assert re.search("/my/profile/looks.start=", texts["/my/profile/looks"])
    weights = {
        path: len(text.encode()) + sum(parts_of(client, path, text).values()) for path, text in texts.items()
    }
    assert {path: weight for path, weight in weights.items() if weight > MOST_BYTES} == {}


def test_the_door_of_a_telephone_is_as_light_from_the_first_page(app: Flask, session: Session) -> None:
    """On a phone that knows nobody, and on one that knows two; a wrong password."""
    doors = ("/", "/sign-in", "/sign-in?next=/my/offers", "/sign-in?other=1", "/slip", "/slip/482109375562")
    weights = {}
    for path in doors:
        client = app.test_client()
        text = client.get(path, follow_redirects=True).get_data(as_text=True)
        weights[path] = len(text.encode()) + sum(parts_of(client, path, text).values())
    wrong = app.test_client().post("/sign-in", data={"username": "a", "password": "b"})
    assert wrong.status_code == 401
    parts = parts_of(app.test_client(), "/sign-in", wrong.get_data(as_text=True))
    weights["a wrong password"] = len(wrong.data) + sum(parts.values())
    clerk, phone = make_user(session, Role.COUNTY, area_code=ZHAOJUE), app.test_client()
    paper = operations.print_for(
        session, actor_of(session, clerk), [make_worker(session, name=name).id for name in FAMILY], utc_now()
    )
    session.commit()
    for slip in paper.slips:
        open_account(phone, slip.code, slip.worker.id_last4)
        phone.post("/sign-out")
    text = phone.get("/sign-in").get_data(as_text=True)
    assert "choices-big" in text
    weights["two on one phone"] = len(text.encode()) + sum(parts_of(phone, "/sign-in", text).values())
    assert len(weights) == len(doors) + 2
    assert {path: weight for path, weight in weights.items() if weight > MOST_BYTES} == {}


def test_no_page_of_a_worker_loads_what_the_offices_load(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.users[Role.WORKER])
    loaded = {part for path, text in pages_of(client) for part in parts_of(client, path, text)}
    assert [part for part in loaded if "bootstrap" in part or "kit.css" in part or "xieshou.js" in part] == []


def test_what_a_workers_pages_load_is_read_by_an_old_chrome() -> None:
    static = Path(config.ROOT) / "app" / "static"
    scripts = [static / "js" / name for name in ("kept.js", "answers.js", "page-worker.js")]
    found = {path.name: TOO_NEW_SCRIPT.findall(without_comments(path)) for path in scripts}
    rules = "".join(without_comments(static / "css" / name) for name in ("phone.css", "door.css"))
    assert found == {path.name: [] for path in scripts}
    assert TOO_NEW_STYLE.findall(rules) == []


def test_a_page_of_a_worker_is_kept_for_its_owner_only(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.users[Role.WORKER])
    page = client.get("/my/today")
    assert page.headers["Page-Owner"] in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-store"
    assert client.get("/my/token").get_json()["owner"] == page.headers["Page-Owner"]
    assert "Page-Owner" not in client.get("/my/token").headers
    assert "Page-Owner" not in client.get("/my/offers/999999").headers
    with client.get("/my/page-worker.js") as script:
        assert script.mimetype == "text/javascript"
        assert "Service-Worker-Allowed" not in script.headers  # it reaches no further than /my/
