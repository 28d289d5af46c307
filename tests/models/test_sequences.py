"""After rows that brought their numbers along, the next row is not refused with somebody else's reason."""

from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import Engine, create_engine, insert, select
from sqlalchemy.orm import Session

from app.commands.demo.seed import Seeder
from app.commands.reference_load import load_all
from app.kit.web.connections import engine_options
from models.base import Base
from models.clock import today, utc_now
from models.people.household import Household
from models.people.worker import Worker
from models.sequences import behind, catch_up
from tests.factories.databases import postgres_url

pytestmark = pytest.mark.postgres
HOME = {"county_code": "513431", "created_at": utc_now()}


@pytest.fixture
def postgres(app: object) -> Iterator[Engine]:
    engine = create_engine(**engine_options(postgres_url("sequences")))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def test_the_demo_leaves_every_sequence_where_the_next_number_is_free(postgres: Engine) -> None:
    """Importing after `seed-demo` always failed: the numbers of households came from the program."""
    with Session(postgres) as session:
        load_all(session)
        Seeder(session, Random(1), today()).workers(60)
        session.commit()
        assert list(behind(session.connection())) == []
        newest = Household(code="next", **HOME)
        session.add(newest)
        session.commit()
        homes = select(Worker.household_id).join(Household, Household.id == Worker.household_id)
        assert len(session.scalars(homes).all()) == 60  # each person still has the household made for it


def test_a_sequence_that_is_behind_is_named_and_goes_on(postgres: Engine) -> None:
    with Session(postgres) as session:
        session.execute(insert(Household), [{"id": number, "code": str(number), **HOME} for number in (1, 7)])
        assert [(one.table, one.largest) for one in behind(session.connection())] == [("household", 7)]
        assert catch_up(session.connection()) == ["household"]
        assert list(behind(session.connection())) == []
        newest = Household(code="next", **HOME)
        session.add(newest)
        session.flush()
        assert newest.id == 8
        assert catch_up(session.connection()) == []
