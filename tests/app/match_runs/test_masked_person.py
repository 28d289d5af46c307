"""Whatever pages tell an enterprise of a masked person, no value is narrower than its published band.

Two worlds differ in every value that is not told, as far as its band allows; all that is shown is the same.
A new field of the engine's worker fails here until it is said whether it is told.
"""

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

import matching
from app.kit.web.queue import Silence
from app.match_runs import bands, operations
from models.access import Role
from models.clock import today
from models.jobs.order import Provision
from models.match_run import RunKind
from models.people.masks import AGE_EDGES, age_band, masked_age
from models.people.worker import HEALTH_LABELS
from tests.factories.codes import text_of
from tests.factories.people import (
    FOSHAN,
    GUANGZHOU,
    actor_of,
    make_enterprise,
    make_order,
    make_user,
    make_worker,
)

YEAR = today().year
NEXT_MONTH = (today().replace(day=1) + timedelta(days=40)).replace(day=1)
# Either end of the band in which a value is told, or two values of which neither is told.
WITHIN: dict[str, tuple[Any, Any]] = {
    "birth_date": (date(YEAR - 36, 1, 1), date(YEAR - 40, 12, 31)),
    "sex": ("M", "F"),
    "mandarin": (2, 3),
    "health": (1, 2),
    "wage_floor_yuan": (4_501, 4_999),
    "available_on": (NEXT_MONTH, NEXT_MONTH.replace(day=27)),
    "night_shift": (True, False),
    "dormitory_needed": (True, False),
    "couple_room_needed": (True, False),
    "cities": ([FOSHAN], [FOSHAN, GUANGZHOU]),
}
# Told as they are: what an enterprise chooses people by, and what the list is about.
TOLD = {"education", "county_code", "wishes", "skills", "certificates", "experience", "trained_for"}
# A number without meaning; one's companions, whom no page of an enterprise has; nobody placed is on a list.
APART = {"worker_id", "group_id", "group_rule", "placed"}
ASKED: dict[str, Any] = {
    "min_health": 1,
    "min_mandarin": 2,
    "min_age": 18,
    "max_age": 45,
    "night_shift": False,
    "lodging": Provision.FREE,
    "couple_rooms": True,
    "wage_low_fen": 450_000,
    "wage_high_fen": 600_000,
    "start_on": NEXT_MONTH + timedelta(days=100),
}


def test_every_value_of_the_engines_worker_is_told_or_has_its_band() -> None:
    assert {one.name for one in fields(matching.Worker)} == WITHIN.keys() | TOLD | APART


def test_no_page_tells_more_of_a_masked_person_than_the_band(
    app: Flask, session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    firm = make_enterprise(session)
    clerk = make_user(session, Role.ENTERPRISE, organisation_id=firm.id)
    order = make_order(session, firm, **ASKED)
    worker = make_worker(session, name="沙马不见", education=3)
    pages = []
    for side in (0, 1):
        for name, ends in WITHIN.items():
            setattr(worker, name, ends[side])
        session.commit()
        operations.rebuild_index(session, today(), lambda: None)
        run = operations.freeze(session, actor_of(session, clerk), RunKind.ORDER, today(), order=order)
        session.commit()
        operations.carry_out(session, actor_of(session, clerk), run.id, Silence(), lambda: None)
        client = sign_in(clerk)
        ways = f"/match-runs/{run.id}", f"/match-runs/{run.id}/why/{order.id}/{worker.id}"
        answers = [client.get(way, follow_redirects=True) for way in ways]
        assert [one.status_code for one in answers] == [200, 200], run.order_summary
        # The moment of the run and what is left of the day's budget are nobody's values.
        texts = [
            re.sub(r"\d{1,2}:\d\d|今天还能查.{0,12}次", "", " ".join(text_of(one).split())) for one in answers
        ]
        assert all("沙***" in text and "36—40 岁" in text for text in texts[:1])
        pages.append(texts)
    for one, other in zip(*pages, strict=True):
        assert set(one.split()) ^ set(other.split()) == set()
        assert one == other
    shown = "\n".join(pages[0])
    explained = pages[0][1]
    assert "普通话" in explained
    for told in (*HEALTH_LABELS.values(), "健康"):
        assert str(told) not in explained
    for told in ("4,501", "4,999", f"{YEAR - 36}", f"{YEAR - 40}"):
        assert told not in shown
    assert not re.search(r"(?<![\d—])(?:3[6-9]|40) 岁", shown)


@pytest.mark.parametrize("years", [16, 17, 18, 20, 21, 25, 26, 45, 46, 60, 61, 70])
def test_an_age_is_told_by_the_year_and_changes_on_nobodys_birthday(years: int) -> None:
    born = date(YEAR - years, 7, 15)
    days = [date(YEAR, 7, 14), date(YEAR, 7, 15), date(YEAR, 12, 31), date(YEAR, 1, 1)]
    assert len({masked_age(born, day) for day in days}) == 1
    low = age_band(born, days[0])
    assert low <= years
    assert low == max(edge for edge in AGE_EDGES if edge <= years)


@pytest.mark.parametrize(
    ("low", "high", "rounded"),
    [(18, 45, (18, 45)), (17, 48, (18, 45)), (22, 59, (26, 55)), (None, 60, (None, 60))],
)
def test_ages_are_asked_by_whole_bands_and_nobody_fits_who_would_not_fit_the_order(
    low: int | None, high: int, rounded: tuple[int | None, int]
) -> None:
    order = matching.Order(order_id="1", title="普工", min_age=low, max_age=high)
    asked = bands.in_bands(order, today())
    assert (asked.min_age, asked.max_age) == rounded
