"""The synthetic programme: marked, valid, the same for the same seed, and nowhere oversold."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from stdnum.cn import uscc

from app.commands.demo.accounts import ZHAOJUE, actor_named, working_accounts
from app.commands.demo.seed import seed
from app.commands.demo.telephones import account_numbers, fresh_slip
from app.placements.queries.lists import due_follow_ups
from app.reports.assessing import score, targets
from app.reports.pairs import pairs_on
from models.clock import day_of, today, utc_now
from models.jobs.order import Order
from models.messages.message import Message
from models.messages.reach import Reach
from models.messages.text_message import TextMessage
from models.people.identity import IdNumber
from models.people.worker import Worker
from models.people.worker_account import slip_with
from models.placement.placement import HOLDING, Placement
from models.reference.organisation import Organisation
from models.reports.indicator import Scheme, indicators_on
from models.reports.report import PeriodKind, Report, ReportState
from tests.app.commands.demo.conftest import PEOPLE
from tests.app.reports.recount import RECOUNT, told_by_sql


def test_everybody_is_marked_synthetic_and_has_a_valid_number(seeded: Session) -> None:
    people = seeded.scalars(select(Worker)).all()
    assert len(people) == PEOPLE
    for person in people:
        number = IdNumber.parse(person.id_number, today())
        assert person.is_synthetic
        assert (number.birth_date, number.sex.value) == (person.birth_date, person.sex)


def test_enterprises_have_valid_credit_codes(seeded: Session) -> None:
    codes = seeded.scalars(select(Organisation.credit_code)).all()
    assert all(uscc.is_valid(code) for code in codes)


def test_no_order_of_the_demo_is_oversold(seeded: Session) -> None:
    held = dict(
        seeded.execute(
            select(Placement.order_id, func.count())
            .where(Placement.state.in_(HOLDING))
            .group_by(Placement.order_id)
        ).all()
    )
    for order in seeded.scalars(select(Order)):
        assert order.taken == held.get(order.id, 0) <= order.headcount


def test_the_same_seed_makes_the_same_people(seeded: Session) -> None:
    from random import Random

    from app.commands.demo.jobs import enterprises

    first, again = (list(enterprises(Random(7), 20)) for _ in range(2))
    strip = [{key: value for key, value in row.items() if key != "created_at"} for row in first]
    assert strip == [{key: value for key, value in row.items() if key != "created_at"} for row in again]


def test_a_platform_with_people_is_not_seeded_again(seeded: Session) -> None:
    with pytest.raises(ValueError, match="already"):
        seed(seeded, 10, 5, 1, today())


def test_workers_of_the_demo_have_accounts_and_one_a_slip_to_try(seeded: Session) -> None:
    numbers = account_numbers(seeded)
    assert numbers
    assert set(numbers) <= {user.username for user in working_accounts(seeded)}  # production refuses them
    name, code, last4 = fresh_slip(seeded, today(), utc_now()) or ("", "", "")
    slip = slip_with(seeded, code, utc_now())
    assert (slip.worker.name, slip.worker.id_last4) == (name, last4)


def test_a_demo_year_gives_every_pair_both_assessments_and_plain_sql_finds_the_same_figures(
    seeded: Session,
) -> None:
    last = date(today().year - 1, 12, 31)
    pairs = pairs_on(seeded, last)
    assert len(pairs) > 5
    definitions, plan = indicators_on(seeded, last), targets(seeded, last.year)
    for pair in pairs:
        ends = {"helper_code": pair.helper_code, "recipient_code": pair.recipient_code}
        report = seeded.scalars(select(Report).filter_by(kind=PeriodKind.YEAR, on=last, **ends)).one()
        assert report.state is ReportState.FROZEN, pair
        by_sql = {key: told_by_sql(seeded, key, pair, last) for key in RECOUNT}
        assert {key: cells[""][0] for key, cells in report.figures.items()} == by_sql, pair
        for scheme in Scheme:
            reached = score(pair, report.figures, definitions, scheme, plan)
            assert (reached.points > 0, reached.scored > 0) == (True, True), (pair, scheme)


def test_a_clerk_of_the_demos_county_has_calls_to_make_today(seeded: Session) -> None:
    """The tour of a county has a stop for them, whatever the draw and the enterprise's rosters left."""
    clerk = actor_named(seeded, "county", today())
    due = due_follow_ups(seeded, clerk, today())
    assert len(due) >= 2
    assert {row.placement.county_code for row in due} == {ZHAOJUE}
    assert any(row.due_on == today() for row in due)
    assert all(row.placement.on_site_on < today() for row in due)


def test_what_was_told_before_today_has_been_texted_and_no_message_waits_for_days(seeded: Session) -> None:
    # Else a platform begun a minute ago is called unwell by its own doctor.
    waiting = select(Message).where(Message.reach.in_((Reach.WAITING, Reach.SENDING)))
    late = [one for one in seeded.scalars(waiting) if day_of(one.reach_at) < today()]
    assert all(one.not_before for one in late)
    for text, told in seeded.execute(select(TextMessage, Message).join(Message)):
        assert told.created_at <= text.created_at
