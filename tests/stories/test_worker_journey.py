"""A worker's journey on his own phone, the network cut in the middle: slip, PIN, offer, card, departure,
problem, return. Nothing is lost, nothing is done twice."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from app.placements.operations import departures, hiring, offers
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.event_tags import EventTag
from models.people.worker import Worker, WorkerState
from models.people.worker_account import account_of, print_slip
from models.placement.acknowledgement import Acknowledgement
from models.placement.leaving import LeaveReason
from models.placement.placement import Placement, PlacementState
from models.problems.kind import ProblemKind
from models.problems.problem import Problem
from tests.app.placements.scene import Scene, make_scene
from tests.factories.people import make_order, make_worker
from tests.stories.office import IN_A_BROWSER, PHONE, fits, follow
from tests.stories.test_teachers_phone import KEPT, until

pytestmark = IN_A_BROWSER
PIN = "590273"
NO_NETWORK = "没有网，先记在这个手机里"


@dataclass
class Journey:
    """A served application, the worker's phone, and everybody at the other end."""

    address: str
    phone: BrowserContext
    session: Session
    scene: Scene
    worker: Worker

    def said(self, statement: Any) -> Any:
        """What stands in the database; it is let go of again."""
        self.session.rollback()
        value = self.session.scalar(statement)
        self.session.rollback()
        return value

    def first(self) -> tuple[Any, Any]:
        """Of the job that the journey is about."""
        return Placement.worker_id == self.worker.id, Placement.order_id == self.scene.order.id

    def state(self) -> PlacementState:
        return self.said(select(Placement.state).where(*self.first()))

    def placement(self) -> Placement:
        self.session.rollback()
        return self.session.scalars(select(Placement).where(*self.first())).one()

    def acts(self, tag: EventTag) -> int:
        return self.said(select(func.count()).select_from(AuditEvent).where(AuditEvent.tag == tag))

    def office(self, step: Callable[[], Any]) -> None:
        """Something that is done at a desk meanwhile."""
        step()
        self.session.commit()


@pytest.fixture
def journey(app: Flask, session: Session, browser: Browser) -> Iterator[Journey]:
    scene = make_scene(session)
    worker = make_worker(session, name="阿依古", county_code=scene.worker.county_code)
    session.commit()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    phone = browser.new_context(viewport=PHONE, locale="zh-CN")
    phone.set_default_timeout(20_000)
    yield Journey(f"http://127.0.0.1:{server.server_port}", phone, session, scene, worker)
    phone.close()
    server.shutdown()


def test_a_workers_journey_with_the_network_cut_in_the_middle(journey: Journey) -> None:
    page = the_slip_and_the_pin(journey)
    a_yes_without_network_arrives_once(journey, page)
    what_came_too_late_says_so(journey, page)
    the_card_is_gone_through(journey, page)
    the_departure_stands_on_the_phone_without_network(journey, page)
    a_problem_said_without_network_is_one_case(journey, page)
    the_return(journey, page)
    who_signs_out_leaves_nothing(journey, page)


def the_slip_and_the_pin(journey: Journey) -> Page:
    county = journey.scene.actor(journey.scene.county)
    code = print_slip(journey.session, journey.worker, actor=county, now=utc_now())
    last4 = journey.worker.id_last4
    journey.session.commit()
    page = journey.phone.new_page()
    page.goto(f"{journey.address}/slip")
    page.locator("[name=code]").fill(code)
    page.locator("[name=last4]").fill(last4)
    follow(page.locator("main button[type=submit], main form button").first)
    for box in page.locator("main input[type=password], main input[name=pin], main input[name=again]").all():
        box.fill(PIN)
    follow(page.locator("main form button").first)
    page.wait_for_url("**/my/today")
    fits(page)
    expect(page.locator("h1")).to_have_text(re.compile("今天没有要办的事|下一件事"))  # or a message not seen
    assert account_of(journey.session, journey.worker.id) is not None
    journey.session.rollback()
    return page


def a_yes_without_network_arrives_once(journey: Journey, page: Page) -> None:
    journey.office(lambda: journey.scene.offer(journey.worker))
    page.goto(f"{journey.address}/my/today")
    follow(page.get_by_role("link", name="看看，再答复"))
    fits(page)
    for path in ("/my/today", page.url):
        until(page, KEPT, path)
    journey.phone.set_offline(True)
    page.get_by_role("button", name="我愿意去").click()
    expect(page.get_by_text(NO_NETWORK)).to_be_visible()
    expect(page.get_by_role("button", name="我愿意去")).to_be_disabled()
    page.goto(f"{journey.address}/my/today")
    expect(page.locator("[data-outbox]")).to_contain_text("我愿意去")
    expect(page.locator("[data-offline]")).to_be_visible()
    assert journey.state() is PlacementState.OFFERED
    journey.phone.set_offline(False)
    expect(page.locator("[data-outbox]")).to_contain_text("送出去了：我愿意去")
    expect(page.get_by_text(NO_NETWORK)).to_be_hidden()
    page.goto(f"{journey.address}/my/offers")
    expect(page.locator("main")).to_contain_text("你答应了的")
    assert journey.state() is PlacementState.ACCEPTED
    assert journey.acts(EventTag.CONSENT_GIVE) == 1


def what_came_too_late_says_so(journey: Journey, page: Page) -> None:
    """An answer to an offer that was taken back meanwhile: it is not done, and the phone says why."""
    scene = journey.scene
    order = make_order(journey.session, scene.order.enterprise, title="包装工", headcount=5)
    journey.office(lambda: scene.offer(journey.worker, order))
    mine = (Placement.worker_id == journey.worker.id, Placement.order_id == order.id)
    number = journey.said(select(Placement.id).where(*mine))
    page.goto(f"{journey.address}/my/offers/{number}")
    journey.phone.set_offline(True)
    page.get_by_role("button", name="我愿意去").click()
    expect(page.get_by_text(NO_NETWORK)).to_be_visible()
    county = scene.actor(scene.county)
    journey.office(
        lambda: offers.withdraw(
            journey.session, county, journey.session.get_one(Placement, number), "岗位停招"
        )
    )
    journey.phone.set_offline(False)
    expect(page.locator("[data-outbox]")).to_contain_text("没有办成：我愿意去：包装工")
    page.get_by_role("button", name="知道了").click()
    expect(page.locator("[data-outbox]")).to_be_hidden()
    assert journey.said(select(Placement.state).where(*mine)) is PlacementState.WITHDRAWN


def the_card_is_gone_through(journey: Journey, page: Page) -> None:
    scene = journey.scene
    journey.office(
        lambda: hiring.hire(journey.session, scene.actor(scene.enterprise), journey.placement(), today())
    )
    page.goto(f"{journey.address}/my/today")
    follow(page.get_by_role("link", name="现在对"))
    fits(page)
    for label in page.locator("label", has_text="明白了").all():
        label.click()
    follow(page.get_by_role("button", name="对完了，送出去"))
    expect(page.locator("main")).to_contain_text("每一条都对过了")
    assert journey.said(select(func.count()).select_from(Acknowledgement)) == 1
    assert journey.said(select(Acknowledgement.is_clear)) is True


def the_departure_stands_on_the_phone_without_network(journey: Journey, page: Page) -> None:
    trip = departures.Journey("阿说尔布", "13800000017", "大巴", "镇政府门口", utc_now() + timedelta(days=3))
    actor = journey.scene.actor(journey.scene.county)
    journey.office(lambda: departures.group(journey.session, actor, [journey.placement()], trip, utc_now()))
    page.goto(f"{journey.address}/my/today")
    expect(page.get_by_role("link", name="打给阿说尔布")).to_have_attribute("href", "tel:13800000017")
    way = page.get_by_role("link", name="要带什么").get_attribute("href") or ""
    until(page, KEPT, way)
    journey.phone.set_offline(True)
    page.reload()
    expect(page.locator("main")).to_contain_text("镇政府门口")
    follow(page.get_by_role("link", name="要带什么"))
    expect(page.locator("main")).to_contain_text("身份证原件")
    journey.phone.set_offline(False)


def a_problem_said_without_network_is_one_case(journey: Journey, page: Page) -> None:
    scene, session = journey.scene, journey.session

    def arrived() -> None:
        placement = journey.placement()
        departures.depart(session, scene.actor(scene.county), placement.departure)
        hiring.arrive(session, scene.actor(scene.enterprise), journey.placement(), today(), today())

    journey.office(arrived)
    page.goto(f"{journey.address}/my/tell")
    fits(page)
    journey.phone.set_offline(True)
    page.locator("label", has_text="工资").first.click()
    page.locator("[name=words]").fill("这个月少发了五百")
    page.get_by_role("button", name="说完了，送出去").click()
    expect(page.get_by_text(NO_NETWORK)).to_be_visible()
    page.close()
    journey.phone.set_offline(False)
    page = journey.phone.new_page()
    page.goto(f"{journey.address}/my/today")
    expect(page.locator("[data-outbox]")).to_contain_text("送出去了")
    page.goto(f"{journey.address}/my/tell")
    expect(page.locator("main")).to_contain_text("这个月少发了五百")
    assert journey.said(select(func.count()).select_from(Problem)) == 1
    assert journey.said(select(Problem.kind)) is ProblemKind.WAGE
    assert journey.acts(EventTag.PROBLEM_OPEN) == 1


def the_return(journey: Journey, page: Page) -> None:
    scene = journey.scene
    journey.office(
        lambda: hiring.leave(
            journey.session,
            scene.actor(scene.county),
            journey.placement(),
            LeaveReason.OTHER,
            today(),
            "",
            today(),
        )
    )
    page = journey.phone.pages[-1]
    page.goto(f"{journey.address}/my/today")
    expect(page.locator("h1")).to_have_text(re.compile("今天没有要办的事|下一件事"))
    follow(page.get_by_role("link", name="我愿意干的三样活"))
    fits(page)
    assert journey.state() is PlacementState.LEFT
    assert journey.said(select(Worker.state).where(Worker.id == journey.worker.id)) is WorkerState.POOL


def who_signs_out_leaves_nothing(journey: Journey, page: Page) -> None:
    page = journey.phone.pages[-1]
    page.goto(f"{journey.address}/my/profile")
    follow(page.get_by_role("button", name="退出，换人用"))
    expect(page).not_to_have_url(f"{journey.address}/my/profile")
    until(page, "async () => (await caches.keys()).filter(name => name !== 'kept-parts').length === 0")
    assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('answers-'))") == []
