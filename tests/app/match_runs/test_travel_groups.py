"""Who is grouped with whom."""

import pytest
from sqlalchemy.orm import Session

from app.match_runs.travel_groups import travel_groups
from models.access import Role
from models.clock import today
from models.match_run import MatchGroup, RunKind
from models.people.household import Household
from models.people.worker import WorkerState, candidate_condition
from tests.app.match_runs.conftest import Toy
from tests.app.match_runs.test_runs import pairs_of, start
from tests.factories.people import ZHAOJUE, make_order, make_user, make_worker


def household(session: Session) -> int:
    home = Household(county_code=ZHAOJUE, code="510001")
    session.add(home)
    session.commit()
    return home.id


def test_one_of_a_couple_need_say_it(session: Session) -> None:
    home = household(session)
    husband = make_worker(session, name="吉克阿牛", household_id=home, companions="与妻子沙马阿呷同去")
    wife = make_worker(session, name="沙马阿呷", household_id=home)
    groups = travel_groups(session, candidate_condition(today()))
    assert groups.of_worker == dict.fromkeys((husband.id, wife.id), (str(husband.id), "order"))
    assert groups.unclear == []


@pytest.mark.parametrize(
    "text",
    ["配偶", "和妻子同去", "夫妻一起，同一个厂", "老婆", "与妻子阿呷一起外出务工", "跟爱人一块儿去打工"],
)
def test_the_only_spouse_of_the_household_is_meant_without_a_name(session: Session, text: str) -> None:
    home = household(session)
    head = make_worker(session, name="吉克阿牛", household_id=home, relation="户主", sex="M", companions=text)
    wife = make_worker(session, name="沙马阿呷", household_id=home, relation="配偶", sex="F")
    make_worker(session, name="吉克木呷", household_id=home, relation="之子")
    groups = travel_groups(session, candidate_condition(today()))
    assert set(groups.of_worker) == {head.id, wife.id}
    assert groups.unclear == []


def test_a_couple_that_wrote_it_among_the_wishes_is_a_group(session: Session) -> None:
    home = household(session)
    make_worker(session, household_id=home, relation="户主", sex="M", wishes=["电子厂普工", "和妻子同去"])
    wife = make_worker(session, household_id=home, relation="配偶", sex="F", wishes=["普工"])
    assert wife.id in travel_groups(session, candidate_condition(today())).of_worker


@pytest.mark.parametrize(
    "text", ["妻子不去", "和妻子、小舅子一起", "妻子阿牛", "丈夫", "不和老婆一个厂", "妻子在家带娃"]
)
def test_words_that_say_more_than_going_together_are_asked(session: Session, text: str) -> None:
    home = household(session)
    head = make_worker(session, name="吉克阿牛", household_id=home, relation="户主", sex="M", companions=text)
    make_worker(session, name="沙马阿呷", household_id=home, relation="配偶", sex="F")
    groups = travel_groups(session, candidate_condition(today()))
    assert (groups.of_worker, groups.unclear) == ({}, [head.id])


def test_of_two_spouses_in_a_household_none_is_guessed(session: Session) -> None:
    home = household(session)
    head = make_worker(session, household_id=home, relation="户主", sex="M", companions="配偶")
    make_worker(session, household_id=home, relation="配偶", sex="F")
    # The second one has a job and takes no part: still there are two.
    make_worker(session, household_id=home, relation="配偶", sex="F", state=WorkerState.WORKING)
    groups = travel_groups(session, candidate_condition(today()))
    assert (groups.of_worker, groups.unclear) == ({}, [head.id])


def test_a_spouse_who_already_works_is_asked_about(session: Session) -> None:
    home = household(session)
    head = make_worker(session, household_id=home, relation="户主", sex="M", companions="和妻子一起")
    make_worker(session, household_id=home, relation="配偶", sex="F", state=WorkerState.WORKING)
    assert travel_groups(session, candidate_condition(today())).unclear == [head.id]


def test_villagers_must_name_each_other(session: Session) -> None:
    make_worker(session, name="吉克阿牛", village="尔打村", companions="和俄木木加一起")
    other = make_worker(session, name="俄木木加", village="尔打村")
    assert travel_groups(session, candidate_condition(today())).of_worker == {}
    other.companions = "同吉克阿牛结伴，同城也行"
    session.commit()
    assert len(travel_groups(session, candidate_condition(today())).of_worker) == 2


def test_two_of_the_same_name_are_asked_not_guessed(session: Session) -> None:
    asker = make_worker(session, name="吉克阿牛", village="尔打村", companions="和俄木木加一起")
    for _twin in range(2):
        make_worker(session, name="俄木木加", village="尔打村", companions="和吉克阿牛一起")
    groups = travel_groups(session, candidate_condition(today()))
    assert asker.id in groups.unclear
    assert groups.of_worker == {}


def test_a_couple_is_placed_whole_or_not_at_all(session: Session) -> None:
    home = household(session)
    make_order(session, headcount=1)
    make_worker(session, name="吉克阿牛", household_id=home, companions="与妻子沙马阿呷同去")
    make_worker(session, name="沙马阿呷", household_id=home)
    county = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    assert pairs_of(session, start(session, county, RunKind.COUNTY)) == []
    order = make_order(session, headcount=2)
    assert [pair[0] for pair in pairs_of(session, start(session, county, RunKind.COUNTY))] == [order.id] * 2


def test_whom_nobody_found_is_listed_to_be_asked(session: Session, toy: Toy) -> None:
    toy.welder.companions = "跟表哥一起"
    session.commit()
    run = start(session, toy.county, RunKind.COUNTY)
    assert session.get(MatchGroup, (run.id, "companions")).worker_ids == [toy.welder.id]
