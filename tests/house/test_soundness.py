"""What every drill asks after an accident finds an accident."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from drills.soundness import orphans
from tests.factories.databases import postgres_url

TABLES = (
    "CREATE TABLE home (id INTEGER PRIMARY KEY)",
    "CREATE TABLE person (id INTEGER PRIMARY KEY, home_id INTEGER REFERENCES home (id))",
)


@pytest.mark.parametrize(
    ("database", "accident", "told"),
    [
        (
            "sqlite",
            ("PRAGMA defer_foreign_keys = ON", "INSERT INTO person VALUES (1, 7), (2, 8)"),
            "2 rows of person point at no home",
        ),
        pytest.param(
            "postgresql",
            ("ALTER TABLE person DISABLE TRIGGER ALL",),
            "person does not check where its rows point",
            marks=pytest.mark.postgres,
        ),
    ],
)
def test_a_row_that_may_point_at_nothing_is_found(
    database: str, accident: tuple[str, ...], told: str
) -> None:
    url = "sqlite://" if database == "sqlite" else postgres_url("soundness")
    engine = create_engine(url)
    with Session(engine) as session:
        for table in TABLES:
            session.execute(text(table))
        assert list(orphans(session)) == []
        for statement in accident:
            session.execute(text(statement))
        assert list(orphans(session)) == [told]
    engine.dispose()
