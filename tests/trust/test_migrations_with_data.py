"""T17: a downgrade with a row in every table; each step up, down and up is `python -m drills.migrations`."""

from collections.abc import Iterator

import pytest
from alembic.util import CommandError
from sqlalchemy import inspect

from drills.migrations import Ladder, changed, ladder_on


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def ladder(request: pytest.FixtureRequest) -> Iterator[Ladder]:
    """A database as it was at 0032, with a row in every table."""
    with ladder_on(request.param) as ladder:
        ladder.up("0032")
        ladder.fill()
        yield ladder


def test_a_downgrade_that_would_lose_rows_is_refused_until_it_may(ladder: Ladder) -> None:
    """It dropped 32 tables, the ledger among them, without a word."""
    before = ladder.rows()
    assert all(before.values()), "every table holds a row"
    with pytest.raises(CommandError, match=r"lose .*evidence_paper \(1 rows\).*Nothing was done"):
        ladder.down("0031")
    assert changed(before, ladder.rows(), "refused") == []
    ladder.down("0031", lose=True)
    assert any("evidence_paper (1 rows)" in line for line in ladder.told)
    assert "evidence_paper" not in inspect(ladder.connection).get_table_names()
