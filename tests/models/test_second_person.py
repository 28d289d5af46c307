"""Whose hands count where an act takes a second person: each clause of the check by itself, on real rows."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Actor, Right, Role
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.jobs.order import Order
from models.placement.placement import FollowUp
from models.second_person import hands_on, interest, not_by, of_organisations, others, second_person
from models.two_person_acts import ANY, FINDING_VERIFIED, Check, Related
from models.user import User
from tests.factories.people import (
    FOSHAN,
    actor_of,
    make_enterprise,
    make_order,
    make_placement,
    make_user,
    make_worker,
)

T = EventTag
SAID = Sentence("做过的人不能再判。")
MAKES = {T.ORDER_UPDATE: ANY, T.ORDER_ADVANCE: frozenset({"submit", "recall"})}
CHECK = Check("order.try", "job_order", SAID, MAKES, ("created_by_id",))
People = Callable[[], Actor]


@pytest.fixture
def order(session: Session) -> Order:
    return make_order(session, title="被判的岗位")


@pytest.fixture
def officer(session: Session) -> People:
    return lambda: actor_of(session, make_user(session, Role.CITY, area_code=FOSHAN))


def hands(session: Session, check: Check, row: object) -> set[int]:
    (of_row,) = hands_on(session, check, [row])
    return of_row


def acted(session: Session, actor: Actor, tag: EventTag, row: object, **told: object) -> None:
    record(session, actor, tag, row, **told)
    session.commit()


def test_who_changed_or_handed_in_the_row_is_no_second_person_and_others_are(
    session: Session, order: Order, officer: People
) -> None:
    editor, sender, reader, stranger, third = (officer() for _ in range(5))
    acted(session, editor, T.ORDER_UPDATE, order)
    acted(session, sender, T.ORDER_ADVANCE, order, event="submit")
    acted(session, reader, T.ORDER_ADVANCE, order, event="approve")  # no act of this check
    acted(session, stranger, T.ORDER_CREATE, order)  # nor this tag
    acted(session, third, T.ORDER_UPDATE, make_order(session))  # nor another row
    assert hands(session, CHECK, order) == {editor.user_id, sender.user_id}
    for one in (editor, sender):
        assert second_person(CHECK, order, one) == [SAID]
    for one in (reader, stranger, third):
        assert second_person(CHECK, order, one) == []


def test_what_this_transaction_noted_counts_as_what_is_written(
    session: Session, order: Order, officer: People
) -> None:
    editor, elsewhere, other_tag = officer(), officer(), officer()
    another = make_order(session)
    record(session, editor, T.ORDER_UPDATE, order)
    record(session, elsewhere, T.ORDER_UPDATE, another)
    record(session, other_tag, T.ORDER_CREATE, order)
    assert hands(session, CHECK, order) == {editor.user_id}
    session.rollback()
    assert hands(session, CHECK, order) == set()


def test_each_of_many_rows_has_its_own_hands(session: Session, officer: People) -> None:
    orders = [make_order(session) for _ in range(3)]
    cases = [make_placement(session, one, make_worker(session)) for one in orders]
    check = replace(
        CHECK,
        makes={T.ORDER_UPDATE: ANY, T.PLACEMENT_ADVANCE: ANY},
        related=(Related("placement", "order_id", "job_order"),),
        since=frozenset({"again"}),
    )
    people = [officer() for _ in range(4)]
    acted(session, people[0], T.ORDER_UPDATE, orders[0])
    acted(session, people[1], T.PLACEMENT_ADVANCE, cases[1])
    acted(session, people[2], T.ORDER_UPDATE, orders[2])
    acted(session, people[3], T.ORDER_UPDATE, orders[2], event="again")
    record(session, people[2], T.ORDER_UPDATE, orders[0])
    numbers = [one.user_id for one in people]
    expected = [{numbers[0], numbers[2]}, {numbers[1]}, {numbers[3]}]
    assert hands_on(session, check, orders) == expected
    assert hands_on(session, check, orders[::-1]) == expected[::-1]
    assert hands_on(session, check, []) == []


def test_a_column_that_names_somebody_counts_and_an_empty_one_does_not(
    session: Session, order: Order, officer: People
) -> None:
    maker, other = officer(), officer()
    assert second_person(CHECK, order, maker) == []
    order.created_by_id = maker.user_id
    assert second_person(CHECK, order, maker) == [SAID]
    assert second_person(CHECK, order, other) == []


def test_the_machines_own_acts_make_nobody_a_hand_and_the_machine_is_another(
    session: Session, order: Order, officer: People
) -> None:
    machine = Actor(None, "system")
    acted(session, machine, T.ORDER_UPDATE, order)
    assert hands(session, CHECK, order) == set()
    acted(session, officer(), T.ORDER_UPDATE, order)
    assert second_person(CHECK, order, machine) == []


def test_a_new_round_begins_with_its_latest_beginning(
    session: Session, order: Order, officer: People
) -> None:
    check = replace(CHECK, since=frozenset({"submit"}))
    first, sender, again, editor = (officer() for _ in range(4))
    acted(session, first, T.ORDER_UPDATE, order)
    assert hands(session, check, order) == {first.user_id}  # no round has begun: all of it counts
    acted(session, sender, T.ORDER_ADVANCE, order, event="submit")
    acted(session, editor, T.ORDER_UPDATE, order)
    assert hands(session, check, order) == {sender.user_id, editor.user_id}
    assert hands(session, CHECK, order) == {first.user_id, sender.user_id, editor.user_id}
    acted(session, again, T.ORDER_ADVANCE, order, event="submit")
    assert hands(session, check, order) == {again.user_id}
    acted(session, first, T.ORDER_ADVANCE, order, event="recall")  # begins nothing
    assert hands(session, check, order) == {again.user_id, first.user_id}


def test_of_the_rows_own_acts_only_those_alike_count_and_of_what_belongs_to_it_all(
    session: Session, officer: People
) -> None:
    orders = [
        make_order(session, title="一"),
        make_order(session, title="二"),
        make_order(session, title="三"),
    ]
    order = orders[1]
    cases = [make_placement(session, one, make_worker(session)) for one in orders]
    makes = {T.ORDER_UPDATE: ANY, T.PLACEMENT_ADVANCE: ANY}
    related = (Related("placement", "order_id", "job_order"),)
    check = replace(CHECK, makes=makes, alike=("version",), related=related)
    alike, unlike, silent, below, beside, before = (officer() for _ in range(6))
    acted(session, alike, T.ORDER_UPDATE, order, version=order.version)
    acted(session, unlike, T.ORDER_UPDATE, order, version=99)
    acted(session, silent, T.ORDER_UPDATE, order)
    acted(session, below, T.PLACEMENT_ADVANCE, cases[1], version=98)
    acted(session, before, T.PLACEMENT_ADVANCE, cases[0], version=order.version)
    acted(session, beside, T.PLACEMENT_ADVANCE, cases[2], version=order.version)
    assert hands(session, check, order) == {alike.user_id, below.user_id}


def test_of_a_call_count_its_own_acts_and_those_on_its_case_in_the_same_month(
    session: Session, order: Order, officer: People
) -> None:
    case = make_placement(session, order, make_worker(session))
    call = FollowUp(placement_id=case.id, months=3)
    session.add(call)
    session.commit()
    same, other, own = officer(), officer(), officer()
    acted(session, same, T.FOLLOWUP_RECORD, case, months=3)
    acted(session, other, T.FOLLOWUP_RECORD, case, months=6)
    acted(session, own, T.EVIDENCE_ADD, call)
    assert hands(session, FINDING_VERIFIED, call) == {same.user_id, own.user_id}


def test_two_accounts_that_one_person_may_hold_are_one_person(
    session: Session, order: Order, officer: People
) -> None:
    maker, made, free = officer(), officer(), officer()
    acted(session, maker, T.USER_CREATE, f"user:{made.user_id}")
    acted(session, maker, T.ORDER_UPDATE, order)
    name = session.get_one(User, maker.user_id).name
    (said,) = second_person(CHECK, order, made)
    assert "现在算一个人办的" in str(said)
    assert said.params == {"name": name}
    assert second_person(CHECK, order, free) == []


def test_two_accounts_of_one_organisation_are_one_party(session: Session, order: Order) -> None:
    firm, other = make_enterprise(session), make_enterprise(session)

    def clerk(of: int) -> Actor:
        return actor_of(session, make_user(session, Role.ENTERPRISE, organisation_id=of))

    one, colleague, competitor = clerk(firm.id), clerk(firm.id), clerk(other.id)
    acted(session, one, T.ORDER_UPDATE, order)
    (said,) = second_person(CHECK, order, colleague)
    assert "关系到你所在的单位" in str(said)
    assert said.params == {"name": firm.name}
    assert second_person(CHECK, order, competitor) == []
    assert not_by(session, colleague, set(), SAID) == []
    assert not_by(None, colleague, {one.user_id or 0}, SAID) == []
    assert not_by(None, colleague, {colleague.user_id or 0}, SAID) == [SAID]


@pytest.mark.parametrize("way", ["right", "left lately"])
def test_nobody_judges_what_is_about_his_own_organisation(
    session: Session, order: Order, officer: People, way: str
) -> None:
    own, other = order.enterprise_id, make_enterprise(session).id
    case = make_placement(session, order, make_worker(session))

    def judge(number: int) -> Actor:
        base = officer()
        if way == "right":
            return replace(base, rights=(*base.rights, Right(Role.ENTERPRISE, organisation_id=number)))
        return replace(base, belongs_to=frozenset({number}))

    for row in (order, case):
        (said,) = interest(row, judge(own))
        assert said.params == {"name": order.enterprise.name}
        assert interest(row, judge(other)) == []
        assert interest(row, officer()) == []
    assert interest(make_worker(session), judge(own)) == []  # a row that is about nobody's interest
    assert second_person(CHECK, order, judge(own)) == interest(order, judge(own))


def test_an_organisation_is_told_by_its_name_or_its_number(session: Session) -> None:
    firms = sorted(make_enterprise(session).id for _ in range(2))
    actor = Actor(1, "甲", belongs_to=frozenset(firms))
    assert of_organisations(session, actor, set()) == []
    assert of_organisations(session, actor, {987_654}) == []
    names = [said.params["name"] for said in of_organisations(None, actor, set(firms))]
    assert names == [str(firms[0])]
    (said,) = of_organisations(session, Actor(1, "甲", belongs_to=frozenset({987_654})), {987_654})
    assert said.params == {"name": "987654"}


def test_a_row_that_no_session_holds_is_judged_by_its_columns(officer: People) -> None:
    maker, other = officer(), officer()
    plan = SimpleNamespace(created_by_id=maker.user_id)
    assert second_person(CHECK, plan, maker) == [SAID]
    assert second_person(CHECK, plan, other) == []
    assert second_person(CHECK, Order(created_by_id=maker.user_id), maker) == [SAID]


def test_a_list_leaves_out_the_rows_in_whose_columns_ones_own_hands_stand(
    session: Session, officer: People
) -> None:
    me, other = officer(), officer()
    orders = {
        "mine": make_order(session, created_by_id=me.user_id),
        "sent": make_order(session, created_by_id=other.user_id, submitted_by_id=me.user_id),
        "theirs": make_order(session, created_by_id=other.user_id, submitted_by_id=other.user_id),
        "nobody": make_order(session, created_by_id=None, submitted_by_id=None),
    }
    kept = others(session, me, Order.created_by_id, Order.submitted_by_id)
    numbers = set(session.scalars(select(Order.id).where(kept)))
    assert {name for name, order in orders.items() if order.id in numbers} == {"theirs", "nobody"}


def test_a_check_is_not_rewritten() -> None:
    with pytest.raises(FrozenInstanceError):
        CHECK.name = "x"  # type: ignore[misc]
