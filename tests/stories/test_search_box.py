"""The search box by keyboard, for every role: the last place of its menu and an action are found and opened.

The suite tries two roles, ``make test-browser`` four, ``SUITE=whole`` all.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.access import ROLE_LABELS, Role
from models.reference.area import Area
from models.reference.organisation import Organisation, OrganisationKind
from models.role_places import AREA_LEVELS, ORGANISATION_KINDS
from tests.factories.people import BUTUO, make_worker
from tests.stories.accounts import PLACES, give_account
from tests.stories.office import IN_A_BROWSER, WIDE, Office
from tests.stories.platform import at_work_in, inside
from tests.whole import is_whole, share

pytestmark = IN_A_BROWSER


@pytest.fixture
def office(platform: tuple[str, Path], browser: Browser) -> Office:
    return Office(platform[0], browser, platform[1])


def account(session: Session, role: Role) -> str:
    """An account of ``role``, by its name, held where such a role is held."""
    name = f"finds-{role.value}"
    where: dict[str, object] = {}
    if role in AREA_LEVELS:
        level = AREA_LEVELS[role][0]
        first = select(func.min(Area.code)).where(Area.level == level)
        where["area_code"] = PLACES.get(role) or {
            Role.TOWNSHIP: session.scalar(first.where(Area.parent_code == "513431")),
            Role.REGISTRATION: "440600",
            Role.PREFECTURE: "513400",
        }.get(role, "440000")
    if role in ORGANISATION_KINDS:
        where["organisation_id"] = organisation(session, ORGANISATION_KINDS[role])
    give_account(session, name, role, **where)
    return name


def organisation(session: Session, kind: OrganisationKind) -> int:
    known = session.scalar(select(Organisation.id).where(Organisation.kind == kind).limit(1))
    if known is None:
        school = Organisation(
            kind=kind, credit_code="52440606MJL0000018", name="找页面的学校", area_code="440600"
        )
        session.add(school)
        session.flush()
        known = school.id
    return known


# Where somebody else's people are asked for, then where the menu has closed groups; a run of the suite tries
# the first two.
FIRST = (Role.COUNTY, Role.ADMIN, Role.PROVINCE, Role.CITY)
ROLES = (*FIRST, *(role for role in ROLE_LABELS if role not in (*FIRST, Role.WORKER)))
STRANGER = "布拖的阿木"


def test_ctrl_k_finds_a_page_and_an_action_of_every_role_and_nobody_elses_people(office: Office) -> None:
    roles = ROLES[: len(ROLES) if is_whole() else share(2, len(FIRST), "browser")]
    with at_work_in(inside(office.folder)) as session:
        names = {role: account(session, role) for role in roles}
        make_worker(session, name=STRANGER, county_code=BUTUO)
    for role, name in names.items():
        page = office.sit_down(name, WIDE)
        words = page.locator("nav.side a, .side nav a").all_inner_texts()
        last = re.sub(r"\s*\d+$", "", [word.strip() for word in words if word.strip()][-1].splitlines()[0])
        found(page, last)
        follow_by_keyboard(page, last)
        expect(page.locator("main h1").first).to_be_visible()
        found(page, "改密码")
        follow_by_keyboard(page, "改密码")
        expect(page).to_have_url(re.compile("password"))
        if role in (Role.COUNTY, Role.ADMIN):
            hits = typed(page, STRANGER)
            expect(hits).to_contain_text(f"没有找到“{STRANGER}”")
        page.context.close()
    assert len(names) >= 2
    assert office.dead_ends == []


def typed(page: Page, text: str) -> Locator:
    """Ctrl K and a text; the box with the hits."""
    page.keyboard.press("Control+k")
    box = page.locator("#find")
    expect(box).to_be_focused()
    box.fill("")
    page.keyboard.type(text)
    return page.locator(f"#{box.get_attribute('data-hits')}")


def found(page: Page, text: str) -> None:
    """What is typed is among the hits."""
    expect(typed(page, text).locator("a", has_text=text).first).to_be_visible()


def follow_by_keyboard(page: Page, text: str) -> None:
    """Arrow down to the hit with ``text``, and Enter."""
    for _ in range(40):
        page.keyboard.press("ArrowDown")
        if text in page.evaluate("document.activeElement.innerText || ''"):
            break
    else:
        raise AssertionError(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")
