"""The migrations make the very tables that the code describes, and take them down again."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, create_engine, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.sql import sqltypes

import config
from app.commands import fresh_tables
from app.commands.fresh_tables import BETWEEN, FILE, begin, statements_of
from app.commands.prepare import newest_file
from models.base import Base
from models.reports.standard_indicators import STANDARD
from tests.factories.databases import postgres_url
from tests.house.fresh_tables import in_order, migrated


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


def test_an_empty_file_gets_at_once_what_the_migrations_make(tmp_path: Path) -> None:
    """After a new migration: ``make fresh-tables``."""
    made = in_order(migrated())
    assert in_order(FILE.read_text("utf-8").split(BETWEEN)) == made
    engine = create_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    with engine.connect() as connection:
        assert not begin(connection, "0000")
        assert inspect(connection).get_table_names() == []
        assert begin(connection, newest_file())
        assert in_order(statements_of(connection)) == made
        assert not begin(connection, newest_file())
    engine.dispose()


def test_tables_made_at_once_are_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = FILE.read_text("utf-8")
    broken = tmp_path / "fresh.sql"
    *most, last = whole.split(BETWEEN)
    broken.write_text(BETWEEN.join([*most, "no words of SQL", last]), "utf-8")
    monkeypatch.setattr(fresh_tables, "FILE", broken)
    engine = create_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    with engine.connect() as connection:
        with pytest.raises(OperationalError):
            begin(connection, newest_file())
        connection.rollback()
        assert inspect(connection).get_table_names() == []
    engine.dispose()


# A row of the table as it was, before what it says is changed.
NOW = datetime(2025, 1, 1, tzinfo=UTC)
PLAIN: dict[type, Any] = {
    sqltypes.INTEGER: 0,
    sqltypes.NUMERIC: 0,
    sqltypes.VARCHAR: "",
    sqltypes.BOOLEAN: False,
    sqltypes.DATE: NOW.date(),
    sqltypes.JSON: [],
    sqlite.JSON: [],
    postgresql.JSON: [],
    sqltypes.DATETIME: NOW,
    sqlite.DATETIME: NOW,
    sqlite.DATE: NOW.date(),
    postgresql.TIMESTAMP: NOW,
}
NO = {"night_shift": False, "couple_rooms": False, "group_intake": False}
UNKNOWN = dict.fromkeys(NO)


def insert(connection: Connection, table: str, **given: Any) -> None:
    """A row of a table as the migrations left it; columns not given get a plain value of their type."""
    there = MetaData()
    there.reflect(connection, only=[table], resolve_fks=False)
    values = {
        column.name: PLAIN[type(column.type)] for column in there.tables[table].columns if not column.nullable
    }
    connection.execute(there.tables[table].insert().values(values | given))


def conditions(connection: Connection) -> dict[int, dict[str, bool | None]]:
    there = MetaData()
    there.reflect(connection, only=["job_order"], resolve_fks=False)
    columns = there.tables["job_order"].columns
    rows = connection.execute(select(columns.id, *(columns[name] for name in NO))).mappings()
    return {row["id"]: {name: row[name] for name in NO} for row in rows}


def changed(connection: Connection, number: int, order: int, *fields: str) -> None:
    payload = json.dumps({"fields": fields})
    values = {"id": number, "tag": "order:update", "subject": f"job_order:{order}", "payload": payload}
    insert(connection, "audit_event", hash=str(number), **values)


def test_a_no_that_nobody_said_becomes_unknown_and_goes_back_to_no(engine: Engine) -> None:
    settings = alembic_config()
    with engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0003")
        insert(connection, "organisation", id=1)
        said = {1: {}, 2: {"night_shift": True, "couple_rooms": True}, 3: {"shift": "day"}, 4: {}, 5: {}}
        for number, values in said.items():
            insert(
                connection, "job_order", **{"id": number, "enterprise_id": 1, "headcount": 1} | NO | values
            )
            insert(connection, "order_finding", id=number, order_id=number)
        changed(connection, 1, 4, "couple_rooms", "group_intake")
        changed(connection, 2, 5, "shift", "night_shift")
        connection.commit()

        command.upgrade(settings, "0004")
        assert conditions(connection) == {
            1: UNKNOWN,
            2: {"night_shift": True, "couple_rooms": True, "group_intake": None},
            3: {"night_shift": False, "couple_rooms": None, "group_intake": None},
            4: {"night_shift": None, "couple_rooms": False, "group_intake": False},
            5: UNKNOWN,
        }
        assert rows_of(connection, "order_finding") == 5
        connection.rollback()

        command.downgrade(settings, "0003")
        assert conditions(connection) == {
            number: NO | values for number, values in (said | {3: {}}).items() if values is not None
        }
        assert rows_of(connection, "order_finding") == 5


def rows_of(connection: Connection, table: str) -> int:
    return len(connection.exec_driver_sql(f"SELECT id FROM {table}").all())


def test_what_people_wrote_into_the_facts_is_marked_as_theirs(engine: Engine) -> None:
    settings = alembic_config()
    with engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0006")
        for number in (1, 2):
            insert(connection, "minimum_wage", id=number)
            insert(connection, "money_figure", id=number)
            insert(connection, "holiday", id=number)
        insert(connection, "area", code="451003")
        insert(connection, "area", code="451021")
        written = ("minimum_wage:2", "money_figure:2", "area:451003")
        for number, subject in enumerate(written, start=1):
            tag = "figure:update" if "figure" in subject else "reference:update"
            insert(connection, "audit_event", id=number, tag=tag, subject=subject, hash=str(number))
        connection.commit()
        command.upgrade(settings, "0007")
        found = {
            f"{table}:{row[0]}"
            for table, key in (("minimum_wage", "id"), ("money_figure", "id"), ("area", "code"))
            for row in connection.exec_driver_sql(f"SELECT {key} FROM {table} WHERE entered")
        }
        assert found == set(written)
        holidays = connection.exec_driver_sql("SELECT count(*) FROM holiday WHERE entered").scalar()
        assert holidays == 2, "none was ever shipped"


def test_a_database_older_than_the_definitions_has_them_after_its_upgrade(engine: Engine) -> None:
    settings = alembic_config()
    with engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0052")
        insert(connection, "area", code="513431")
        insert(connection, "indicator", id=1000, key="lifted_now", version_number=1, name="自己写的")
        connection.commit()
        command.upgrade(settings, "head")
        told = dict(connection.exec_driver_sql("SELECT key, name FROM indicator").all())
        assert told.keys() == {one.key for one in STANDARD}
        assert told["lifted_now"] == "自己写的"


def test_the_quotas_of_before_hold_for_their_year_and_keep_their_check(engine: Engine) -> None:
    settings = alembic_config()
    with engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0014")
        for number, year in enumerate((2018, 2026), start=1):
            insert(connection, "settlement_quota", id=number, year=year, total=60, used=2)
        connection.commit()
        command.upgrade(settings, "0015")
        columns = "valid_from, valid_to, confidence, checked_on, entered"
        rows = connection.exec_driver_sql(f"SELECT {columns} FROM settlement_quota ORDER BY id").all()
        assert [(str(row[0]), str(row[1]), *row[2:]) for row in rows] == [
            ("2018-01-01", "2018-12-31", None, None, False),
            ("2026-01-01", "2026-12-31", None, None, False),
        ]
        with pytest.raises(IntegrityError):
            connection.exec_driver_sql("UPDATE settlement_quota SET used = 61")
        connection.rollback()


def test_everybody_registered_before_waits_for_the_keys_of_their_name(engine: Engine) -> None:
    settings = alembic_config()
    with engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0005")
        for number in (1, 2):
            insert(connection, "worker", id=number, name="吉克·阿牛", id_digest=str(number), sex="M")
        connection.commit()

        command.upgrade(settings, "0006")
        insert(connection, "worker", id=3, name="马海尔布", id_digest="3", sex="M")
        assert rows_of(connection, "worker") == 3
        waiting = connection.exec_driver_sql("SELECT worker_id FROM name_waiting ORDER BY worker_id")
        assert waiting.scalars().all() == [1, 2, 3]
        connection.commit()

        command.downgrade(settings, "0005")
        assert rows_of(connection, "worker") == 3


def test_who_was_at_work_before_spells_were_kept_has_one_after_the_upgrade(engine: Engine) -> None:
    """An upgrade from the first release broke off here, wherever somebody had arrived."""
    settings = alembic_config()
    with engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0044")
        insert(connection, "area", code="513431")
        insert(connection, "organisation", id=1, name="佛山同心制衣厂", kind="enterprise")
        insert(connection, "worker", id=1, name="吉克·阿牛", id_digest="1", sex="M")
        insert(connection, "job_order", id=1, enterprise_id=1, title="缝纫工", headcount=1)
        came = {"state": "on_site", "on_site_on": date(2026, 9, 1), "county_code": "513431"}
        insert(connection, "placement", id=1, worker_id=1, order_id=1, enterprise_id=1, **came)
        connection.commit()
        command.upgrade(settings, "head")
        spells = connection.exec_driver_sql("SELECT worker_id, placement_id, began_on FROM employment_spell")
        assert [(row[0], row[1], str(row[2])) for row in spells] == [(1, 1, "2026-09-01")]
        assert rows_of(connection, "spell_evidence") >= 1
