"""An administrator maintains the standards of training; sums are typed in yuan."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.training.standard import StandardName, TrainingStandard
from models.training.standards import figure_on
from models.training.training_order import SkillLevel
from tests.factories.people import ZHAOJUE, make_user

TABLE = "/admin/reference/training-standards"


def test_a_sum_is_typed_in_yuan_and_an_unchecked_figure_is_marked(
    session: Session, sign_in: Callable
) -> None:
    client = sign_in(make_user(session, Role.ADMIN))
    page = client.get(TABLE).get_data(as_text=True)
    assert "50 元" in page
    assert "待核" in page
    row = session.scalars(
        select(TrainingStandard).where(TrainingStandard.name == StandardName.LIVING_ALLOWANCE).limit(1)
    ).one()
    path, shown = f"{TABLE}/{row.id}", str(row.value // 100)
    assert f'value="{shown}"' in client.get(path).get_data(as_text=True)
    typed = {
        "name": "living_allowance",
        "area_code": row.area_code,
        "level": "",
        "occupation_code": "",
        "value": "45",
        "valid_from": "2016-12-25",
        "source": "川人社发〔2018〕1号",
        "verified": "y",
    }
    answer = client.post(path, data=typed)
    assert answer.status_code == 303
    version = session.scalars(select(TrainingStandard).where(TrainingStandard.base_id == row.id)).one()
    assert (version.value, version.verified, version.level) == (4500, True, None)


def test_the_narrowest_figure_of_the_day_counts(session: Session) -> None:
    day = date(2019, 5, 8)
    living = figure_on(session, StandardName.LIVING_ALLOWANCE, ZHAOJUE, day)
    assert living is not None
    assert (living.value, living.verified) == (5000, False)
    special = figure_on(session, StandardName.MOST_PERIODS, ZHAOJUE, day, SkillLevel.SPECIAL)
    usual = figure_on(session, StandardName.MOST_PERIODS, ZHAOJUE, day, SkillLevel.FIVE)
    assert special
    assert usual
    assert (special.value, usual.value) == (80, 160)
    assert figure_on(session, StandardName.CERTIFICATE_RATE, ZHAOJUE, day) is None
