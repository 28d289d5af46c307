"""A group from its seats to the list signed at the factory: nobody lost, nobody there twice."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.placements.operations import departures, passengers
from app.placements.operations import hand_over as handing
from app.placements.operations.departures import Journey
from app.placements.operations.hand_over import Receipt
from models.access import Role
from models.audit import AuditEvent
from models.clock import day_of, today, utc_now
from models.event_tags import EventTag
from models.messages.message import Message
from models.placement.departure import Departure, HandOver, Passenger
from models.placement.leaving import LeaveReason
from models.placement.placement import Placement, PlacementState
from models.reference.local_day import DayCalendar, DayKind, LocalDay
from models.workflow import TransitionRefused
from tests.app.placements.scene import Scene, make_scene
from tests.factories import people

SignIn = Callable[..., FlaskClient]
LEADER = "13800010009"


@pytest.fixture
def trip(session: Session) -> "Trip":
    return Trip(make_scene(session))


class Trip:
    """Three hired people, two of them in a group that leaves in two hours."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.session = scene, scene.session
        scene.order.headcount = 5
        self.people = [scene.hired(), *(scene.hired(people.make_worker(self.session)) for _n in range(2))]
        self.county = scene.actor(scene.county)
        self.group = departures.group(self.session, self.county, self.people[:2], journey(seats=2), utc_now())
        self.session.commit()

    def place(self, placement: Placement) -> Passenger:
        here = Passenger.departure_id == self.group.id, Passenger.placement_id == placement.id
        return self.session.scalars(select(Passenger).where(*here)).one()

    def told(self, placement: Placement) -> str:
        rows = select(Message.text).where(Message.placement_id == placement.id).order_by(Message.id)
        return list(self.session.scalars(rows))[-1]

    def receipt(self, came: list[Placement], absent: list[Placement], days: int = 0) -> Receipt:
        return Receipt(
            self.scene.order.enterprise_id,
            today() + timedelta(days=days),
            "王主管",
            frozenset(one.id for one in came),
            {one.id: (LeaveReason.FAMILY, "孩子病了") for one in absent},
        )


def journey(when: datetime | None = None, seats: int | None = None) -> Journey:
    leaves = when or utc_now() + timedelta(seconds=2)
    return Journey("阿木", "", "大巴", "县城车站", leaves, vehicle="川W12345", seats=seats)


def test_more_people_than_seats_are_refused_with_the_numbers(trip: Trip) -> None:
    with pytest.raises(TransitionRefused, match="座位只有 2 个，人有 3 个，多了 1 人"):
        passengers.join(
            trip.session, trip.county, trip.group, trip.people[2:], utc_now() - timedelta(hours=1)
        )
    with pytest.raises(TransitionRefused, match="座位只有 1 个"):
        departures.change(trip.session, trip.county, trip.group, journey(seats=1), "换小车", utc_now())


def test_who_leaves_the_group_stays_on_its_list_with_the_reason_and_another_takes_the_seat(
    trip: Trip,
) -> None:
    first, _second, third = trip.people
    with pytest.raises(TransitionRefused):
        passengers.leave(trip.session, trip.county, first, " ", utc_now())
    passengers.leave(trip.session, trip.county, first, "脚扭了", utc_now())
    assert trip.place(first).left_reason == "脚扭了"
    assert "不随原来那一队走了" in trip.told(first)
    passengers.join(trip.session, trip.county, trip.group, [third], utc_now() - timedelta(hours=1))
    assert trip.place(third).joined_late
    assert "出发安排" in trip.told(third)
    assert passengers.count(trip.session, trip.group) == 2


def test_a_group_that_was_put_off_does_not_leave_before_it_has_a_new_time(trip: Trip) -> None:
    assert departures.postpone(trip.session, trip.county, trip.group, "塌方封路", utc_now()) == 2
    assert "塌方封路" in trip.told(trip.people[0])
    with pytest.raises(TransitionRefused, match="推迟"):
        departures.depart(trip.session, trip.county, trip.group)
    later = journey(utc_now() + timedelta(days=2), seats=45)
    departures.change(trip.session, trip.county, trip.group, later, "路通了", utc_now())
    assert departures.depart(trip.session, trip.county, trip.group) == 2


def test_the_signed_list_confirms_all_arrivals_in_one_step(trip: Trip) -> None:
    came, absent = trip.people[:2]
    departures.depart(trip.session, trip.county, trip.group)
    row = handing.hand_over(
        trip.session, trip.county, trip.group, trip.receipt([came], [absent]), None, today()
    )
    assert (came.state, came.on_site_on) == (PlacementState.ON_SITE, today())
    assert (absent.state, absent.leave_reason) == (PlacementState.NOT_ARRIVED, LeaveReason.FAMILY)
    assert (trip.place(came).arrived, trip.place(absent).arrived) == (True, False)
    assert trip.place(came).hand_over_id == row.id
    with pytest.raises(TransitionRefused, match="已经登记过"):
        handing.hand_over(trip.session, trip.county, trip.group, trip.receipt([], []), None, today())


@pytest.mark.parametrize(
    ("came", "absent", "days", "words"),
    [
        ((0,), (), 0, "还有 1 人没有写"),
        ((0, 1), (1,), 0, "名单变了"),
        ((0, 1, 2), (), 0, "名单变了"),
        ((0, 1), (), 1, "不能晚于今天"),
        ((0, 1), (), -1, "早于出发"),
    ],
)
def test_a_list_that_cannot_be_true_is_refused_and_nobody_arrives(
    trip: Trip, came: tuple[int, ...], absent: tuple[int, ...], days: int, words: str
) -> None:
    receipt = trip.receipt([trip.people[n] for n in came], [trip.people[n] for n in absent], days)
    with pytest.raises(TransitionRefused, match=words):
        handing.hand_over(trip.session, trip.county, trip.group, receipt, None, today())
    assert {one.state for one in trip.people} == {PlacementState.HIRED}


def test_a_county_works_through_a_group_on_its_pages(trip: Trip, sign_in: SignIn) -> None:
    client, here = sign_in(trip.scene.county), f"/placements/departures/{trip.group.id}"
    came, absent = trip.people[:2]
    contact = {
        "worker": came.worker_id,
        "seat": "3车12A",
        "emergency_contact": "妻子13800001111",
        "reached": "yes",
    }
    assert client.post(f"{here}/contact", data=contact).status_code == 303
    page = client.get(here).text
    assert "3车12A" in page
    assert "川W12345" in page
    list_url = f"{here}/hand-over/{trip.scene.order.enterprise_id}"
    assert "交接单" in client.get(list_url).text
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(picture, "PNG")
    signed = {
        "received_by": "王主管",
        "received_on": today().isoformat(),
        f"came-{came.id}": "yes",
        f"came-{absent.id}": "no",
    }
    assert "没到的原因" in client.post(list_url, data=signed).text
    fake = signed | {f"reason-{absent.id}": "family", "file": (io.BytesIO(b"no picture"), "单.jpg")}
    assert client.post(list_url, data=fake).status_code == 200
    picture.seek(0)
    whole = signed | {f"reason-{absent.id}": "family", "file": (picture, "单.png")}
    assert client.post(list_url, data=whole).status_code == 303
    trip.session.expire_all()
    trip.session.rollback()
    assert (came.state, absent.state) == (PlacementState.ON_SITE, PlacementState.NOT_ARRIVED)
    assert trip.session.scalars(select(HandOver)).one().pages == 1
    scan = client.post(f"{list_url}/scan")
    assert scan.data.startswith(b"%PDF")
    tags = trip.session.scalars(select(AuditEvent.tag)).all()
    assert {EventTag.DEPARTURE_HANDOVER, EventTag.EVIDENCE_OPEN} <= set(tags)
    stranger = sign_in(people.make_user(trip.session, Role.COUNTY, area_code="513429"))
    assert stranger.get(list_url).status_code == 404


def test_the_enterprise_records_the_hand_over_at_its_gate(trip: Trip, sign_in: SignIn) -> None:
    """It finds the groups that bring people to it, signs for its own, and for nobody else's."""
    other = people.make_order(trip.session, people.make_enterprise(trip.session))
    trip.group.leader_phone = LEADER
    trip.session.commit()
    client, here = sign_in(trip.scene.enterprise), f"/placements/departures/{trip.group.id}"
    assert here in client.get("/placements/departures").text
    came, absent = trip.people[:2]
    list_url = f"{here}/hand-over/{trip.scene.order.enterprise_id}"
    assert list_url in client.get(here).text
    assert client.get(f"{here}/hand-over/{other.enterprise_id}").status_code == 404
    signed = {
        "received_by": "王主管",
        "received_on": today().isoformat(),
        f"came-{came.id}": "yes",
        f"came-{absent.id}": "no",
        f"reason-{absent.id}": "family",
    }
    for page in (here, f"{here}/roster", list_url):
        assert LEADER in client.get(page).text  # on the way, the factory rings the leader
    assert client.post(list_url, data=signed).status_code == 303
    trip.session.expire_all()
    trip.session.rollback()
    assert (came.state, absent.state) == (PlacementState.ON_SITE, PlacementState.NOT_ARRIVED)
    assert trip.session.scalars(select(HandOver)).one().recorded_by_id == trip.scene.enterprise.id
    for page in (here, f"{here}/roster", list_url):
        assert LEADER not in client.get(page).text
    stranger = sign_in(people.make_user(trip.session, Role.ENTERPRISE, organisation_id=other.enterprise_id))
    assert stranger.get(here).status_code == 404
    assert stranger.post(list_url, data=signed).status_code == 404


def test_everybody_of_a_group_has_one_place(trip: Trip) -> None:
    groups = trip.session.scalars(select(Departure)).all()
    assert [passengers.count(trip.session, one) for one in groups] == [2]


def test_a_group_that_has_left_warns_of_no_feast_and_buys_no_tickets(trip: Trip, sign_in: SignIn) -> None:
    day = day_of(trip.group.departs_at)
    feast = {"kind": DayKind.FEAST, "name": "彝族年", "calendar": DayCalendar.DATED}
    trip.session.add(LocalDay(**feast, area_code=trip.group.county_code, valid_from=day, valid_to=day))
    trip.session.commit()
    client, here = sign_in(trip.scene.county), f"/placements/departures/{trip.group.id}"
    page = client.get(here).text
    assert "出发那天是彝族年" in page
    assert "买票用的证件号和电话" in page
    assert client.post(f"{here}/depart").status_code == 303
    page = client.get(here).text
    assert "彝族年" not in page
    assert "买票用的证件号和电话" not in page
    refused = client.post(f"{here}/tickets", data={"purpose": "travel", "print": "1"})
    assert "已经出发了，不用再买票" in refused.text
