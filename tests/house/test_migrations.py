"""The migrations make the very tables that the code describes, and take them down again."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect

import config
from models.base import Base
from tests.factories.databases import postgres_url


def alembic_config() -> Config:
    settings = Config(toml_file=str(config.ROOT / "pyproject.toml"))
    settings.set_main_option("script_location", str(config.ROOT / "migrations"))
    return settings


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('migrations') / 'm.db'}"
    else:
        url = postgres_url("migrations")
    made = create_engine(url)
    yield made
    made.dispose()


def test_migrations_equal_the_metadata_and_go_down_again(engine: Engine) -> None:
    settings = alembic_config()
    with engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        connection.rollback()
        command.downgrade(settings, "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
