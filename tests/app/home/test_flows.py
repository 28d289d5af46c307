"""The table of who works where: what it hides is found in tests/models/test_published.py."""

from sqlalchemy.orm import Session

from app.home.flows import table
from tests.factories.people import BUTUO, FOSHAN, GUANGZHOU, ZHAOJUE


def test_a_small_group_and_what_would_tell_it_are_not_shown(session: Session) -> None:
    cells = {(ZHAOJUE, FOSHAN): 3, (ZHAOJUE, GUANGZHOU): 40, (BUTUO, FOSHAN): 50, (BUTUO, GUANGZHOU): 60}
    shown = table(session, cells, hides=True)
    assert shown.total == 153
    assert sum(persons is None for row in shown.rows for persons in row.cells) >= 3
    assert table(session, cells, hides=False).rows[0].cells == [60, 50]


def test_the_place_of_a_hidden_sum_does_not_tell_its_size(session: Session) -> None:
    homes = {}
    for small, other in ((3, 4), (4, 3)):
        cells = {(ZHAOJUE, FOSHAN): small, (BUTUO, FOSHAN): other, ("513422", FOSHAN): 50}
        homes[small] = [row.name for row in table(session, cells, hides=True).rows]
    assert homes[3] == homes[4]
