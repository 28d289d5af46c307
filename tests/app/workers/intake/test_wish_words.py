"""Words among the wishes that name no job: settled once, they answer for who said them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.vocabulary.queries import in_other_words, names_for
from app.workers.intake import unknown_words, wish_words
from models.access import Role
from models.audit import AuditEvent
from models.clock import utc_now
from models.event_tags import EventTag
from models.reference.occupation_word import county_unit
from models.reference.wish_word import WishMeaning, WishWord
from models.user import User
from models.workflow import TransitionRefused
from tests.factories.people import ZHAOJUE, actor_of, make_user, make_worker

M = WishMeaning


@pytest.fixture
def clerk(session: Session) -> User:
    return make_user(session, Role.COUNTY, area_code=ZHAOJUE)


@pytest.mark.parametrize(
    ("word", "meaning", "yuan"),
    [
        ("随便", M.ANYTHING, None),
        ("莫得夜班就要得", M.NO_NIGHT, None),
        ("4500以上", M.WAGE_FLOOR, 4500),
        ("不想出远门", M.HOME_COUNTY, None),
        ("省内", M.HOME_PROVINCE, None),
    ],
)
def test_what_a_word_seems_to_say_is_offered_first(word: str, meaning: WishMeaning, yuan: int | None) -> None:
    assert wish_words.guess(word) == (meaning, yuan)


def test_a_word_that_may_be_a_job_is_not_guessed_away() -> None:
    assert wish_words.guess("踩边车") is None


@pytest.mark.parametrize(
    ("word", "meaning", "yuan", "field", "value"),
    [
        ("莫得夜班就要得", M.NO_NIGHT, None, "night_shift", False),
        ("4500以上", M.WAGE_FLOOR, 4500, "wage_floor_yuan", 4500),
        ("不想出远门", M.HOME_COUNTY, None, "willing", False),
        ("省内", M.HOME_PROVINCE, None, "willing", False),
    ],
)
def test_a_settled_word_answers_for_all_who_said_it_and_is_taken_back_whole(
    session: Session,
    clerk: User,
    word: str,
    meaning: WishMeaning,
    yuan: int | None,
    field: str,
    value: object,
) -> None:
    unknown = {"night_shift": None, "wage_floor_yuan": None, "willing": None}
    said = make_worker(session, wishes=["缝纫工", word], **unknown)
    answered = make_worker(session, wishes=[word], **(unknown | {field: 5000 if yuan else True}))
    other = make_worker(session, wishes=["缝纫工"], **unknown)
    before, actor = getattr(answered, field), actor_of(session, clerk)
    row, filled = wish_words.settle(session, actor, word, meaning, yuan, utc_now())
    session.commit()
    assert (filled, getattr(said, field), getattr(answered, field)) == (1, value, before)
    assert getattr(other, field) is None
    assert said.wishes == ["缝纫工", word]
    events = session.scalars(select(AuditEvent).where(AuditEvent.tag == EventTag.WORKER_UPDATE)).all()
    assert [event.subject for event in events] == [f"worker:{said.id}"]
    assert wish_words.withdraw(session, actor, row, utc_now()) == 1
    session.commit()
    assert (getattr(said, field), getattr(answered, field)) == (None, before)


def test_what_was_answered_since_stays_when_the_word_is_taken_back(session: Session, clerk: User) -> None:
    said, actor = make_worker(session, wishes=["莫得夜班"], night_shift=None), actor_of(session, clerk)
    row, _filled = wish_words.settle(session, actor, "莫得夜班", M.NO_NIGHT, None, utc_now())
    said.night_shift = True
    session.commit()
    assert wish_words.withdraw(session, actor, row, utc_now()) == 0
    assert said.night_shift is True


def test_a_settled_word_is_asked_no_more_and_no_match_reads_it(session: Session, clerk: User) -> None:
    make_worker(session, wishes=["随便"])
    actor, unit = actor_of(session, clerk), county_unit(ZHAOJUE)
    assert "随便" in {one.word for one in unknown_words.unread(session, actor)}
    wish_words.settle(session, actor, "随便", M.ANYTHING, None, utc_now())
    assert unknown_words.unread(session, actor) == []
    assert in_other_words(["随便", "缝纫工"], names_for(session, unit)) == ("缝纫工",)
    with pytest.raises(TransitionRefused, match="已经认过了"):
        wish_words.settle(session, actor, "随便", M.NOT_A_JOB, None, utc_now())


def test_a_wage_floor_needs_its_sum(session: Session, clerk: User) -> None:
    with pytest.raises(TransitionRefused, match="每月最低多少元"):
        wish_words.settle(session, actor_of(session, clerk), "高工资", M.WAGE_FLOOR, None, utc_now())


def test_the_page_offers_every_meaning_and_settles(
    session: Session, clerk: User, sign_in: Callable[..., FlaskClient]
) -> None:
    said = make_worker(session, wishes=["4500以上"], wage_floor_yuan=None)
    client = sign_in(clerk)
    assert "工资不能低于 4500 元" in client.get("/imports/words").text
    page = client.get("/imports/words?word=4500以上").text
    offered = ("不是工种", "什么活都行", "不上夜班", "不出县", "不出省", "是最低工资")
    assert [one for one in offered if one not in page] == []
    told = {"word": "4500以上", "meaning": "wage_floor", "yuan": "4500"}
    assert client.post("/imports/words/wishes", data=told).status_code == 303
    session.expire_all()
    assert said.wage_floor_yuan == 4500
    row = session.scalars(select(WishWord)).one()
    late = make_worker(session, wishes=["4500以上"], wage_floor_yuan=None)
    assert client.post(f"/imports/words/wishes/{row.id}/fill").status_code == 303
    assert client.post(f"/imports/words/wishes/{row.id}/withdraw").status_code == 303
    session.expire_all()
    assert (said.wage_floor_yuan, late.wage_floor_yuan) == (None, None)
