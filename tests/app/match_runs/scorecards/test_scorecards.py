"""Learning a card from placements, judging it, and who may switch it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

import matching
import matching.learn.past_lists
from app.match_runs import operations as match_runs
from app.match_runs.scorecards import operations, outcomes, past_lists, queries
from app.match_runs.scorecards.queries import scorecard_in_use
from models.access import Role
from models.audit import AuditEvent
from models.clock import today
from models.match_run import MatchPair, RunKind
from models.placement.placement import Evidence, FollowUp, Outcome, Placement, PlacementState
from models.scorecard import Scorecard, ScorecardState, Verdict, active_scorecard
from models.user import User
from models.workflow import TransitionRefused
from tests.factories.people import (
    actor_of,
    make_enterprise,
    make_order,
    make_placement,
    make_user,
    make_worker,
)

SignIn = Callable[..., FlaskClient]
S = PlacementState
WORTH = {"occupation": 2.0, "wage": 2.0, "villagers": 1.0}


@pytest.fixture
def maker(session: Session) -> User:
    return make_user(session, Role.ADMIN)


@pytest.fixture
def checker(session: Session) -> User:
    return make_user(session, Role.ADMIN)


def some_placements(session: Session, count: int) -> None:
    """Finished placements whose outcome follows WORTH; every third person said no to another order first."""
    random = np.random.default_rng(3)
    firm = make_enterprise(session)
    orders = [make_order(session, firm).id for _ in range(60)]
    people = [make_worker(session, sex="MF"[n % 2], ethnicity="彝族").id for n in range(40)]
    rows = [row for n in range(count) for row in _offers(random, n, people[n % 40], orders, firm.id)]
    for row in rows:
        row |= {"is_synthetic": False, "attempt": next(_attempts)}
    session.execute(insert(Placement), rows)
    session.commit()


_attempts = iter(range(1, 10**6))


def _offers(random: np.random.Generator, n: int, worker: int, orders: list[int], firm: int) -> list[dict]:
    card, given = matching.DEFAULT_SCORECARD, []
    on = datetime.now(UTC) - timedelta(days=900 - n // 4)
    for refused in (True, False) if n % 3 == 0 else (False,):
        levels = {name: int(random.integers(len(row))) for name, row in card.points.items()}
        share = {name: level / (len(card.points[name]) - 1) for name, level in levels.items()}
        odds = sum(worth * 2 * (share[name] - 0.5) for name, worth in WORTH.items())
        arrived = on.date() + timedelta(days=12)
        stays = bool(random.random() < 1 / (1 + np.exp(-odds)))
        left = arrived + timedelta(days=250 if stays else int(random.integers(5, 170)))
        state = S.DECLINED if refused else S.LEFT
        given.append(
            {
                "order_id": orders[n % len(orders)],
                "worker_id": worker,
                "county_code": "513431",
                "enterprise_id": firm,
                "city_code": "440600",
                "state": state,
                "created_at": on,
                "version": 1,
                "factors": {name: card.points[name][level] for name, level in levels.items()},
                "on_site_on": None if refused else arrived,
                "left_on": None if refused else left,
            }
        )
    return given


def learned(session: Session, maker: User) -> Scorecard:
    card = operations.start(session, actor_of(session, maker), 6, today())
    session.commit()
    session.expire_all()
    return session.get_one(Scorecard, card.id)


def test_a_good_card_is_learned_and_only_another_administrator_switches_it_on(
    session: Session, maker: User, checker: User, sign_in: SignIn
) -> None:
    some_placements(session, 1200)
    card = learned(session, maker)
    assert (card.verdict, card.state) == (Verdict.MAY_SWITCH, ScorecardState.JUDGED)
    points = queries.engine_scorecard(card).points
    assert points["wage"][-1] > matching.DEFAULT_SCORECARD.points["wage"][-1]
    address, form = f"/cards/{card.id}/advance", {"event": "switch_on", "reason": "预测更准"}
    number = card.id
    assert sign_in(maker).post(address, data=form).status_code == 409
    assert "预测更准" not in sign_in(maker).get(f"/cards/{number}").get_data(as_text=True)
    assert sign_in(checker).post(address, data=form).status_code == 303
    assert scorecard_in_use(session).version == session.get_one(Scorecard, number).name
    assert session.scalar(select(AuditEvent.tag).order_by(AuditEvent.id.desc())) == "card:advance"


def test_new_runs_use_the_card_that_is_on_and_old_runs_keep_theirs(
    session: Session, maker: User, checker: User
) -> None:
    county = actor_of(session, make_user(session, Role.COUNTY, area_code="513431"))
    old = match_runs.freeze(session, county, RunKind.COUNTY, today())
    card = some_card(session, maker, Verdict.MAY_SWITCH)
    operations.advance(session, actor_of(session, checker), card, "switch_on", "更准")
    session.commit()
    new = match_runs.freeze(session, county, RunKind.COUNTY, today())
    assert (old.scorecard_version, new.scorecard_version) == (matching.DEFAULT_SCORECARD.version, "test-1")
    operations.advance(session, actor_of(session, checker), card, "switch_off", "先停")
    session.commit()
    assert active_scorecard(session) is None
    assert scorecard_in_use(session) == matching.DEFAULT_SCORECARD


def some_card(session: Session, maker: User, verdict: Verdict, **values: object) -> Scorecard:
    points = {
        "version": "test-1",
        "points": {name: list(r) for name, r in matching.DEFAULT_SCORECARD.points.items()},
    }
    given = {
        "name": "test-1",
        "state": ScorecardState.JUDGED,
        "months": 6,
        "champion_name": "2026.1",
        "points": points,
        "verdict": verdict,
        "created_by_id": maker.id,
    }
    card = Scorecard(**(given | values))
    session.add(card)
    session.commit()
    return card


@pytest.mark.parametrize("verdict", [Verdict.TOO_FEW, Verdict.NOT_BETTER, Verdict.GROUP_WORSE])
def test_a_card_that_did_not_win_stays_off(
    session: Session, maker: User, checker: User, verdict: Verdict
) -> None:
    card = some_card(session, maker, verdict)
    with pytest.raises(TransitionRefused):
        operations.advance(session, actor_of(session, checker), card, "switch_on", "试试")


def test_a_card_compared_with_one_no_longer_in_use_stays_off(
    session: Session, maker: User, checker: User
) -> None:
    first, actor = some_card(session, maker, Verdict.MAY_SWITCH), actor_of(session, checker)
    late = some_card(session, maker, Verdict.MAY_SWITCH, name="test-2")
    operations.advance(session, actor, first, "switch_on", "更准")
    session.commit()
    with pytest.raises(TransitionRefused):
        operations.advance(session, actor, late, "switch_on", "也准")


def test_the_next_card_takes_the_place_of_the_one_in_use(
    session: Session, maker: User, checker: User
) -> None:
    first, actor = some_card(session, maker, Verdict.MAY_SWITCH), actor_of(session, checker)
    operations.advance(session, actor, first, "switch_on", "更准")
    session.commit()
    second = some_card(session, maker, Verdict.MAY_SWITCH, name="test-2", champion_id=first.id)
    operations.advance(session, actor, second, "switch_on", "更准")
    session.commit()
    assert (first.state, second.state) == (ScorecardState.OFF, ScorecardState.ACTIVE)
    assert active_scorecard(session) is second


def test_too_few_outcomes_are_said_and_nothing_can_be_switched_on(
    session: Session, maker: User, checker: User, sign_in: SignIn
) -> None:
    card = learned(session, maker)
    assert (card.verdict, card.points) == (Verdict.TOO_FEW, {})
    page = sign_in(checker).get(f"/cards/{card.id}").get_data(as_text=True)
    assert "结果太少" in page
    assert "启用这张卡</button>" in page  # disabled, its reason beside it
    assert f"/cards/{card.id}/advance" not in page


def test_an_outcome_counts_by_the_day_of_leaving_else_by_the_visit_and_unknown_is_left_out(
    session: Session, maker: User
) -> None:
    order = make_order(session)
    factors = {name: row[-1] for name, row in matching.DEFAULT_SCORECARD.points.items()}
    day = today() - timedelta(days=400)
    cases = {
        "left early": {"state": S.LEFT, "left_on": day + timedelta(days=30)},
        "left late": {"state": S.LEFT, "left_on": day + timedelta(days=300)},
        "stayed": {"state": S.STAYED},
        "seen once": {"state": S.ON_SITE},
        "lost": {"state": S.ON_SITE},
        "said no": {"state": S.DECLINED},
    }
    rows = {
        name: make_placement(session, order, make_worker(session), on_site_on=day, factors=factors, **values)
        for name, values in cases.items()
    }
    session.add_all(
        [
            FollowUp(
                placement_id=rows["seen once"].id,
                months=3,
                outcome=Outcome.EMPLOYED,
                evidence=Evidence.ROSTER,
            ),
            FollowUp(placement_id=rows["lost"].id, months=3, outcome=Outcome.UNKNOWN),
        ]
    )
    make_placement(session, order, make_worker(session), state=S.STAYED, on_site_on=day)  # never scored
    known = outcomes.read(session, actor_of(session, maker), today())
    by_name = dict(zip(cases, known.outcomes, strict=True))
    assert {name: dict(row.stayed) for name, row in by_name.items()} == {
        "left early": {3: False, 6: False},
        "left late": {3: True, 6: True},
        "stayed": {3: True, 6: True},
        "seen once": {3: True},
        "lost": {},
        "said no": {},
    }
    assert [row.reached for row in by_name.values()] == [1, 3, 3, None, None, 0]
    assert known.without_points == 1


def test_real_outcomes_are_never_mixed_with_invented_ones(session: Session, maker: User) -> None:
    order, actor = make_order(session), actor_of(session, maker)
    factors = {name: row[-1] for name, row in matching.DEFAULT_SCORECARD.points.items()}
    given = {"state": S.STAYED, "on_site_on": today() - timedelta(days=300), "factors": factors}
    make_placement(session, order, make_worker(session), is_synthetic=True, **given)
    known = outcomes.read(session, actor, today())
    assert (len(known.outcomes), known.is_synthetic) == (1, True)
    make_placement(session, order, make_worker(session), **given)
    known = outcomes.read(session, actor, today())
    assert (len(known.outcomes), known.is_synthetic) == (1, False)


def test_who_left_early_counts_only_when_those_who_stay_are_known_too(session: Session, maker: User) -> None:
    factors = {name: row[-1] for name, row in matching.DEFAULT_SCORECARD.points.items()}
    arrived = today() - timedelta(days=120)
    left = {
        "state": S.LEFT,
        "on_site_on": arrived,
        "left_on": arrived + timedelta(days=9),
        "factors": factors,
    }
    make_placement(session, make_order(session), make_worker(session), **left)
    known = outcomes.read(session, actor_of(session, maker), today())
    assert [dict(row.stayed) for row in known.outcomes] == [{3: False}]


@pytest.mark.parametrize(
    ("role", "sees", "learns"),
    [
        (Role.ADMIN, 200, 303),
        (Role.PROVINCE, 200, 403),
        (Role.COUNTY, 403, 403),
        (Role.ENTERPRISE, 403, 403),
    ],
)
def test_who_sees_the_cards_and_who_has_one_learned(
    session: Session, sign_in: SignIn, role: Role, sees: int, learns: int
) -> None:
    where = {Role.PROVINCE: {"area_code": "440000"}, Role.COUNTY: {"area_code": "513431"}}.get(role, {})
    client = sign_in(make_user(session, role, **where))
    assert client.get("/cards").status_code == sees
    assert client.post("/cards/learn", data={"months": "6"}).status_code == learns


def test_another_administrator_is_told_of_a_card_that_waits(
    app: object, session: Session, maker: User, checker: User
) -> None:
    some_card(session, maker, Verdict.MAY_SWITCH)
    with app.test_request_context():  # type: ignore[attr-defined]
        counts = [
            queries.tasks(session, actor_of(session, user), today())[0].count for user in (maker, checker)
        ]
    assert counts == [0, 1]


def test_the_words_of_the_verdict_are_those_of_the_engine() -> None:
    assert [member.value for member in Verdict] == [member.value for member in matching.ScorecardVerdict]


def test_lists_of_before_tell_what_the_new_order_would_have_been_worth(
    session: Session, maker: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three lists of two; an offer that led nowhere, one of somebody who stayed, one not over yet."""
    monkeypatch.setattr(matching.learn.past_lists, "LEAST_KNOWN", 2)
    monkeypatch.setattr(matching.learn.past_lists, "LEAST_EFFECTIVE", 1)
    county = actor_of(session, make_user(session, Role.COUNTY, area_code="513431"))
    most = {name: row[-1] for name, row in matching.DEFAULT_SCORECARD.points.items()}
    least = {name: row[0] for name, row in matching.DEFAULT_SCORECARD.points.items()}
    long_ago, lately = today() - timedelta(days=300), today() - timedelta(days=20)
    became = [
        {"state": S.DECLINED},
        {"state": S.STAYED, "on_site_on": long_ago},
        {"state": S.ON_SITE, "on_site_on": lately},
    ]
    for values in became:
        order = make_order(session)
        run = match_runs.freeze(session, county, RunKind.ORDER, today(), order=order)
        for rank, factors in ((1, most), (2, least)):
            worker = make_worker(session)
            pair = {"run_id": run.id, "order_id": order.id, "worker_id": worker.id, "rank": rank}
            session.add(MatchPair(**pair, score=sum(factors.values()), factors=factors))
            if rank == 1:
                make_placement(session, order, worker, run_id=run.id, factors=factors, **values)
    session.flush()
    history = outcomes.read(session, actor_of(session, maker), today())
    lists = past_lists.read(session, history, 6)
    assert lists.rank.tolist() == [1, 2, 1, 2, 1, 2]
    assert lists.offered.tolist() == [True, False] * 3
    assert sorted(lists.there.tolist()) == [-1, -1, -1, -1, 0, 1]
    card = learned(session, maker)
    assert card.report["past_lists"]["known"] == 2
    page = sign_in(maker).get(f"/cards/{card.id}").get_data(as_text=True)
    assert "3 份名单，推荐 3 次，2 次知道结果" in page
    assert "要是照现在的卡的次序推荐" in page, (
        "too few to learn a card: the lists are judged by the one in use"
    )
