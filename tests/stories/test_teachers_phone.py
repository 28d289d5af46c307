"""A lesson on the teacher's phone in a real browser: with network, without, back again; and a learner's
scan."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from app.kit.web import connections
from app.training.attendance import operations
from models.access import Role
from models.clock import china_now
from models.training.enrolment import Enrolment
from models.training.lesson import Attendance, Lesson, MarkedBy, Presence
from tests.factories.people import make_user
from tests.factories.training import hours_around, make_class, make_enrolment, make_lesson
from tests.stories.office import IN_A_BROWSER, PHONE, fits, follow

pytestmark = IN_A_BROWSER
# The same sending twenty times at once: ten under one key, ten under keys of their own.
TWENTY = """async ([address, id]) => {
  const send = n => {
    const fields = new URLSearchParams();
    fields.set("csrf_token", document.querySelector("[name=csrf_token]").value);
    fields.set("once", n < 10 ? "one-key-for-ten-sendings" : `key-number-${n}`);
    fields.set("marks", JSON.stringify([{ id, presence: "excused", ago: 0 }]));
    return fetch(address, { method: "POST", body: fields }).then(answer => answer.status);
  };
  return Promise.all(Array.from({ length: 20 }, (_, n) => send(n)));
}"""

# Whether the phone holds a copy of a page.
KEPT = """async path => {
  const copy = await caches.match(new URL(path, location).href, { ignoreVary: true });
  return Boolean(copy);
}"""


@dataclass
class Scene:
    """A served application, a browser, a lesson being held now, and its class of five."""

    address: str
    browser: Browser
    session: Session
    lesson: Lesson
    learners: list[Enrolment]

    def marks(self) -> dict[int, tuple[Presence, MarkedBy]]:
        """Return by learner (counted from 0) what stands in the database."""
        number = {learner.id: n for n, learner in enumerate(self.learners)}
        rows = self.session.execute(select(Attendance.enrolment_id, Attendance.presence, Attendance.how))
        found = {number[enrolment_id]: (presence, how) for enrolment_id, presence, how in rows}
        self.session.rollback()  # let go of the database
        return found

    def tap(self, page: Page, n: int, word: str) -> None:
        """Tap one of the four buttons of a learner."""
        page.locator(".roll li").nth(n).get_by_text(word, exact=True).click()


@pytest.fixture
def scene(app: Flask, session: Session, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr(connections, "LOCK_SECONDS", 60)  # twenty at once wait long on a machine with company
    training_class, now = make_class(session), china_now()
    lesson = make_lesson(session, training_class, now.date(), **hours_around(now))
    learners = [make_enrolment(session, training_class) for _n in range(5)]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = False  # closing waits for the last answer: none reaches the next test's database
    Thread(target=server.serve_forever, daemon=True).start()
    yield Scene(f"http://127.0.0.1:{server.server_port}", browser, session, lesson, learners)
    for context in browser.contexts:
        context.close()  # a page that still asks would keep the server
    server.shutdown()
    server.server_close()


def phone_of(scene: Scene, sign_in: Callable, user: Any) -> BrowserContext:
    cookie = sign_in(user).get_cookie("session")
    phone = scene.browser.new_context(viewport=PHONE, locale="zh-CN")
    phone.add_cookies([{"name": "session", "value": cookie.value, "url": scene.address}])
    return phone


def test_a_lesson_on_the_phone_without_network(scene: Scene, sign_in: Callable) -> None:
    teacher = make_user(scene.session, Role.TEACHER, organisation_id=scene.lesson.school_id)
    scene.lesson.teacher_user_id = teacher.id
    scene.session.commit()
    path = f"{scene.address}/training/lessons/{scene.lesson.id}"
    phone = phone_of(scene, sign_in, teacher)
    page = the_roll(scene, phone)
    what_is_tapped_without_network_waits(scene, phone, page)
    twenty_sendings_at_once_change_nothing_more(scene, page, path)
    the_roll_opens_and_reloads_without_network(scene, phone, page, path)
    a_closed_page_forgets_nothing(scene, phone, page, path)
    a_learner_scans(scene, phone, path)
    who_signs_out_leaves_nothing_in_the_phone(scene, phone, path)


def the_roll(scene: Scene, phone: BrowserContext) -> Page:
    page = phone.new_page()
    page.goto(f"{scene.address}/training/lessons/today")
    follow(page.get_by_role("link", name="平焊"))
    expect(page.locator(".roll li")).to_have_count(5)
    expect(page.locator(".roll input:checked")).to_have_count(0)
    fits(page)
    scene.tap(page, 0, "到")
    expect(page.locator("[data-sync]")).to_have_text("都已上传")
    assert scene.marks() == {0: (Presence.PRESENT, MarkedBy.ROSTER)}
    return page


def what_is_tapped_without_network_waits(scene: Scene, phone: BrowserContext, page: Page) -> None:
    phone.set_offline(True)
    with page.expect_event("requestfailed"):  # it tries, and keeps what it could not send
        scene.tap(page, 1, "迟到")
        scene.tap(page, 2, "到")
        scene.tap(page, 2, "缺")
        expect(page.locator("[data-sync]")).to_contain_text("还有没上传的：2 条")
    expect(page.locator("[data-sync]")).to_contain_text("2 条")
    assert set(scene.marks()) == {0}
    phone.set_offline(False)
    expect(page.locator("[data-sync]")).to_have_text("都已上传")
    said = {n: presence for n, (presence, _how) in scene.marks().items()}
    assert said == {0: Presence.PRESENT, 1: Presence.LATE, 2: Presence.ABSENT}
    expect(page.locator("[data-count='']")).to_have_text("2")


def twenty_sendings_at_once_change_nothing_more(scene: Scene, page: Page, path: str) -> None:
    first = scene.learners[0].id
    scene.session.rollback()
    assert set(page.evaluate(TWENTY, [f"{path}/marks", first])) == {200}
    assert sorted(scene.marks()) == [0, 1, 2]
    assert scene.marks()[0][0] is Presence.EXCUSED


def until(page: Page, script: str, argument: str = "") -> None:
    """Wait till an asynchronous ``script`` says yes (wait_for_function takes a promise for a yes)."""
    for _n in range(300):
        if page.evaluate(script, argument):
            return
        page.wait_for_timeout(100)
    raise AssertionError(script)


def the_roll_opens_and_reloads_without_network(
    scene: Scene, phone: BrowserContext, page: Page, path: str
) -> None:
    """What was tapped and sent since the page was kept stands on it all the same; nothing is sent twice."""
    page.reload()
    for kept in ("/training/lessons/today", path):
        until(page, KEPT, kept)
    scene.tap(page, 4, "到")
    expect(page.locator("[data-sync]")).to_have_text("都已上传")
    phone.set_offline(True)
    page.reload()
    expect(page.locator("[data-sync]")).to_contain_text("没有网络")
    chosen = page.locator(".roll input:checked")
    expect(chosen).to_have_count(4)
    assert [one.get_attribute("value") for one in chosen.all()] == ["excused", "late", "absent", "present"]
    scene.tap(page, 4, "请假")
    page.reload()
    expect(page.locator("[data-sync]")).to_contain_text("1 条")
    page.goto(f"{scene.address}/training/lessons/today")
    follow(page.get_by_role("link", name="平焊"))
    expect(page.locator(".roll input:checked")).to_have_count(4)
    phone.set_offline(False)
    expect(page.locator("[data-sync]")).to_have_text("都已上传")
    assert scene.marks()[4][0] is Presence.EXCUSED
    scene.session.execute(delete(Attendance).where(Attendance.enrolment_id == scene.learners[4].id))
    scene.session.commit()
    page.reload()


def who_signs_out_leaves_nothing_in_the_phone(scene: Scene, phone: BrowserContext, path: str) -> None:
    page = phone.new_page()
    page.goto(path)
    page.locator("summary[aria-label=账号菜单]").click()
    follow(page.get_by_role("button", name="退出"))
    page.wait_for_url("**/sign-in")
    until(page, "async () => (await caches.keys()).length === 0")
    phone.set_offline(True)
    with pytest.raises(PlaywrightError, match="ERR_"):
        page.goto(path)


def a_closed_page_forgets_nothing(scene: Scene, phone: BrowserContext, page: Page, path: str) -> None:
    phone.set_offline(True)
    scene.tap(page, 3, "请假")
    expect(page.locator("[data-sync]")).to_contain_text("1 条")
    page.close()
    phone.set_offline(False)
    page = phone.new_page()
    page.goto(path)
    expect(page.locator("[data-sync]")).to_have_text("都已上传")
    assert scene.marks()[3][0] is Presence.EXCUSED


def a_learner_scans(scene: Scene, phone: BrowserContext, path: str) -> None:
    screen = phone.new_page()
    screen.goto(f"{path}/code")
    expect(screen.locator(".qr svg")).to_be_visible()
    learner = scene.learners[4]
    scanned = operations.code_at(scene.lesson, datetime.now(UTC))
    seat, last4 = str(learner.seat), learner.worker.id_last4
    scene.session.rollback()
    own = scene.browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
    own.goto(f"{scene.address}/training/lessons/here/{scanned}")
    own.fill("[name=seat]", seat)
    own.fill("[name=last4]", last4)
    follow(own.get_by_role("button", name="我到了"))
    expect(own.locator("main")).to_contain_text("记上了")
    assert scene.marks()[4] == (Presence.PRESENT, MarkedBy.CODE)
