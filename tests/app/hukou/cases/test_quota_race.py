"""The last place of a quota, wanted by many at the same moment, is given once; on both databases."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.commands.reference_rules import hukou_rules
from app.hukou.cases.operations import steps
from app.kit.web.extensions import db
from models.access import Role
from models.clock import today
from models.hukou.case import HukouCase
from models.hukou.rule import HukouQuota, HukouRule
from tests.factories.hukou import FIVE_YEARS, accept_papers, make_case
from tests.factories.people import FOSHAN, actor_of, make_user
from tests.factories.racing import at_once, racing_app

CROWD = 6


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_the_last_place_of_a_quota_is_given_once(tmp_path: Path, kind: str) -> None:
    with racing_app(kind, tmp_path, "quota_race") as application:
        db.session.add_all(HukouRule(**row) for row in hukou_rules())
        quota = HukouQuota(city_code=FOSHAN, route=FIVE_YEARS, year=today().year, total=1)
        db.session.add(quota)
        db.session.commit()
        officer = actor_of(db.session, make_user(db.session, Role.REGISTRATION))
        made = [make_case(db.session) for _n in range(CROWD)]
        for case in made:
            accept_papers(db.session, case)
        cases = [case.id for case in made]

        def approve(case_id: int) -> object:
            def work(session: Session) -> None:
                steps.approve(session, officer, session.get_one(HukouCase, case_id), today(), "")

            return work

        said = at_once(application, [approve(case_id) for case_id in cases])
        assert said.count(None) == 1
        assert set(said) - {None} == {"今年的入户指标已经用完。"}
        db.session.expire_all()
        assert db.session.get_one(HukouQuota, quota.id).used == 1
