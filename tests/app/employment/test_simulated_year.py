"""A few simulated months through the real operations: both ends say what happened, and nothing else.

The year of 20,000 workers is `make simulate-year`.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.simulated_year import comparing
from drills.simulated_year.rosters import Plants
from drills.simulated_year.year import simulate
from models.employment.difference import DifferenceKind
from models.employment.spell import EmploymentSpell
from models.placement.placement import Evidence


def test_after_four_simulated_months_both_ends_say_the_truth_but_for_what_was_planted(
    session: Session,
) -> None:
    result = simulate(session, workers=120, months=4, seed=3)
    assert result.wrong == []
    assert result.planted == {kind.value: 1 for kind in DifferenceKind}
    programme = result.programme
    assert programme is not None
    jobs = [job for person in programme.people for job in person.jobs]
    on = max(job.began for job in jobs) + timedelta(days=60)
    cells = {cell for job in jobs if (cell := job.became(3, on)) is not None}
    # Everything the tables can say did happen, so that agreement means something.
    assert {became for became, _level in cells} == {"stayed", "left", "unknown"}
    assert {level for _became, level in cells} >= {Evidence.SELF_REPORT, Evidence.ROSTER}
    assert {job.placement_id is None for job in jobs} == {True, False}
    # And the comparison notices one wrong day of one person.
    spell = session.scalars(select(EmploymentSpell).where(EmploymentSpell.ended_on.is_not(None))).first()
    assert spell is not None
    spell.ended_on = spell.began_on
    session.flush()
    said = list(comparing.registers(programme, Plants().people))
    assert any(str(spell.worker_id) in line for line in said)
