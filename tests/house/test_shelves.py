"""What every test with a database stands on: a state that is put back is what everybody sees."""

from datetime import date
from pathlib import Path

from sqlalchemy import Connection, insert, select

from models.reference.area import Area, AreaLevel
from tests.factories.shelves import SqliteShelf


def test_whoever_kept_a_connection_sees_what_was_put_back_and_not_what_an_earlier_test_wrote(
    tmp_path: Path,
) -> None:
    """As many changes by each test: the file would look to the second connection as it did before."""
    shelf = SqliteShelf(tmp_path)
    shelf.keep("empty")

    def codes(connection: Connection) -> list[str]:
        told = list(connection.scalars(select(Area.code)))
        connection.rollback()
        return told

    fact = {"name": "县", "level": AreaLevel.COUNTY, "source": "测试", "valid_from": date(2016, 1, 1)}
    with shelf.engine.connect() as writer, shelf.engine.connect() as reader:
        for code in ("510001", "510002", "510003"):
            shelf.bring("empty")
            writer.execute(insert(Area).values(code=code, **fact))
            writer.commit()
            assert codes(reader) == [code]
        shelf.bring("empty")
        assert codes(writer) == codes(reader) == []
    shelf.close()
