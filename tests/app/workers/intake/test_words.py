"""What a word means: said once for the own unit, shared when two units agree, asked again when people
differ."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.vocabulary.operations import confirm_meaning, withdraw_meaning
from app.kit.vocabulary.queries import meaning_of
from app.match_runs import operations as match_runs
from app.orders import operations as orders
from app.placements.jobs import count_summary
from app.workers.intake import unknown_words
from models.access import Role
from models.audit import AuditEvent, EventTag
from models.clock import utc_now
from models.jobs.order import Order, OrderState
from models.match_run import MatchPair, MatchRun, RunKind
from models.reference.occupation_word import (
    OccupationWord,
    agreed_meanings,
    county_unit,
    meanings_for,
    organisation_unit,
)
from models.reference.organisation import Organisation
from models.summary import counting
from models.user import User
from models.workflow import TransitionRefused
from tests.factories.people import (
    BUTUO,
    ZHAOJUE,
    actor_of,
    make_enterprise,
    make_order,
    make_user,
    make_worker,
    today,
)

SignIn = Callable[[User], FlaskClient]
SEWER, WELDER = "6-05-01-01", "6-18-02-04"
WORD = "踩边车的"
NOW = utc_now()


@pytest.fixture
def clerk(session: Session) -> User:
    return make_user(session, Role.COUNTY, area_code=ZHAOJUE)


def said_at(session: Session, area: str, code: str, word: str = WORD) -> OccupationWord:
    actor = actor_of(session, make_user(session, Role.COUNTY, area_code=area))
    row = confirm_meaning(session, actor, county_unit(area), word, code, NOW)
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ([], None),
        ([("a", "X")], ("X", True)),
        ([("b", "X")], None),
        ([("b", "X"), ("c", "X")], ("X", False)),
        ([("b", "X"), ("c", "X"), ("d", "Y")], None),
        ([("a", "Y"), ("b", "X"), ("c", "X")], ("Y", True)),
        ([("a", "X"), ("a", "Y")], None),
        ([("a", "X"), ("a", "Y"), ("b", "X"), ("c", "X")], None),
    ],
)
def test_own_word_first_then_what_two_units_agree_on_and_nothing_that_is_disputed(
    said: list[tuple[str, str]], meaning: tuple[str, bool] | None
) -> None:
    found = agreed_meanings([("w", "", unit, code) for unit, code in said], "a")
    assert found == ({("w", ""): meaning} if meaning else {})


def test_a_word_confirmed_by_two_counties_counts_for_a_third(session: Session) -> None:
    said_at(session, ZHAOJUE, SEWER)
    assert meaning_of(meanings_for(session, "county:513432"), WORD) is None
    row = said_at(session, BUTUO, SEWER)
    assert meaning_of(meanings_for(session, "county:513432"), WORD) == (SEWER, False)
    withdraw_meaning(session, actor_of(session, make_user(session, Role.ADMIN)), row, NOW)
    assert meaning_of(meanings_for(session, "county:513432"), WORD) is None


def test_who_says_otherwise_later_corrects_himself_and_every_word_is_in_the_audit(
    session: Session, clerk: User
) -> None:
    actor, unit = actor_of(session, clerk), county_unit(ZHAOJUE)
    for code in (SEWER, SEWER, WELDER):
        confirm_meaning(session, actor, unit, f"  {WORD}（熟手）", code, NOW)
    row = session.scalars(select(OccupationWord)).one()
    assert (row.word, row.code, row.times) == (WORD, WELDER, 1)
    session.commit()
    assert len(session.scalars(select(AuditEvent).where(AuditEvent.tag == EventTag.WORD_SAY)).all()) == 3


def test_an_unknown_occupation_is_refused_in_words(session: Session, clerk: User) -> None:
    with pytest.raises(TransitionRefused):
        confirm_meaning(session, actor_of(session, clerk), county_unit(ZHAOJUE), WORD, "9-99", NOW)


def test_a_word_with_several_meanings_is_kept_with_its_industry(session: Session, clerk: User) -> None:
    actor, unit = actor_of(session, clerk), organisation_unit(1)
    confirm_meaning(session, actor, unit, "车工", SEWER, NOW, "服装")
    confirm_meaning(session, actor, unit, "车位工", SEWER, NOW, "服装")
    meanings = meanings_for(session, unit)
    assert meaning_of(meanings, "车工", "服装") == (SEWER, True)
    assert meaning_of(meanings, "车工", "五金") is None


def draft(session: Session, user: User, firm: Organisation, title: str) -> Order:
    values = {"title": title, "headcount": 3, "city_code": firm.area_code, "valid_until": today()}
    return orders.create(session, actor_of(session, user), firm, values | {"description": ""}, today())


def test_a_title_confirmed_once_is_confirmed_the_next_time_for_the_same_firm_only(session: Session) -> None:
    firm, other = make_enterprise(session), make_enterprise(session)
    user = make_user(session, Role.ENTERPRISE, organisation_id=firm.id)
    first = draft(session, user, firm, "踩边车的师傅")
    assert not first.occupation_confirmed
    orders.confirm_occupation(session, actor_of(session, user), first, SEWER, NOW)
    again, theirs = (draft(session, user, each, "急招踩边车的师傅+包吃住") for each in (firm, other))
    assert (again.occupation_code, again.occupation_confirmed) == (SEWER, True)
    assert not theirs.occupation_confirmed


def test_ranking_reads_a_wish_as_its_county_said(session: Session, clerk: User) -> None:
    order = make_order(session, title="缝纫工", state=OrderState.OPEN)
    worker = make_worker(session, wishes=[WORD])

    def points() -> int:
        actor = actor_of(session, clerk)
        run = match_runs.start(session, actor, RunKind.ORDER, today(), order=order)
        session.commit()
        pair = session.get(MatchPair, (run.id, order.id, worker.id))
        return pair.factors["occupation"] if pair else -1

    before = points()
    confirm_meaning(session, actor_of(session, clerk), county_unit(ZHAOJUE), WORD, SEWER, NOW)
    session.commit()
    assert points() > before + 200
    assert len({run.input_digest for run in session.scalars(select(MatchRun))}) == 2


def test_a_clerk_settles_a_word_on_the_page_and_takes_it_back(
    session: Session, clerk: User, sign_in: SignIn
) -> None:
    for _n in range(2):
        make_worker(session, wishes=[WORD, "电焊工"])
    make_worker(session, county_code=BUTUO, wishes=["别县的怪活"])
    client = sign_in(clerk)
    page = client.get("/imports/words").text
    assert WORD in page
    assert "2 人" in page
    assert "电焊工" not in page
    assert "别县的怪活" not in page
    assert "缝纫" in client.get(f"/imports/words?word={WORD}&q=缝纫工").text
    client.post("/imports/words", data={"word": WORD, "code": SEWER, "once": "k1"})
    assert unknown_words.unread(session, actor_of(session, clerk)) == []
    row = session.scalars(select(OccupationWord)).one()
    client.post(f"/imports/words/{row.id}/withdraw", data={"once": "k2"})
    assert [one.word for one in unknown_words.unread(session, actor_of(session, clerk))] == [WORD]


def test_an_administrator_sees_all_words_corrects_and_withdraws_them(
    session: Session, sign_in: SignIn
) -> None:
    row = said_at(session, ZHAOJUE, WELDER)
    session.commit()
    client = sign_in(make_user(session, Role.ADMIN))
    page = client.get("/admin/words").text
    assert WORD in page
    assert "昭觉县" in page
    client.post(f"/admin/words/{row.id}", data={"code": SEWER, "once": "k1"})
    session.refresh(row)
    assert row.code == SEWER
    assert client.post(f"/admin/words/{row.id}", data={"code": "no", "once": "k2"}).status_code == 409
    client.post(f"/admin/words/{row.id}", data={"once": "k3"})
    session.refresh(row)
    assert row.withdrawn_at is not None


def test_the_likeliest_occupations_are_offered_before_anybody_searches(clerk: User, sign_in: SignIn) -> None:
    page = (
        sign_in(clerk).get("/imports/words", query_string={"word": "流水线电焊小工"}).get_data(as_text=True)
    )
    assert WELDER in page
    assert page.count("选它") == 5


def test_a_large_programme_keeps_the_words_and_the_page_leaves_out_what_has_a_meaning_since(
    session: Session, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words, people in (([WORD, "电工"], 3), (["摆摊帮手的", WORD], 2), (["摆摊帮手的"], 1)):
        for _n in range(people):
            make_worker(session, wishes=words)
    make_worker(session, county_code=BUTUO, wishes=["别县的说法"])
    actor = actor_of(session, clerk)
    at_this_moment = unknown_words.unread(session, actor)
    assert [(one.word, one.people) for one in at_this_moment] == [(WORD, 5), ("摆摊帮手的", 3)]
    monkeypatch.setattr(counting, "KEEPS_FROM_PEOPLE", 1)
    count_summary(session, today())
    monkeypatch.setattr(unknown_words, "_wishes", lambda *_: pytest.fail("gathered at the visit"))
    assert unknown_words.unread(session, actor) == at_this_moment
    row = said_at(session, ZHAOJUE, SEWER)
    assert [one.word for one in unknown_words.unread(session, actor)] == ["摆摊帮手的"]
    withdraw_meaning(session, actor, row, NOW)
    assert unknown_words.unread(session, actor) == at_this_moment
