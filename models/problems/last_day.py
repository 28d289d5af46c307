"""By when a problem must be dealt with: by its kind, whose turn it is, and the days that hold there."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from models.problems.kind import TO_CITY_AT_ONCE, ProblemKind, ProblemLevel
from models.reference.deadline import DeadlineName, Deadlines


def days_of(deadlines: Deadlines, kind: ProblemKind, level: ProblemLevel, area_code: str) -> int:
    """How many days ``level`` has; what went to the city at once keeps the days of its kind."""
    if level is ProblemLevel.INSPECTION:
        return deadlines.days(DeadlineName.PROBLEM_AT_INSPECTION, area_code)
    own = deadlines.days(DeadlineName(f"problem_{kind.value}"), area_code)
    if level is ProblemLevel.CITY and kind not in TO_CITY_AT_ONCE:
        return min(deadlines.days(DeadlineName.PROBLEM_AT_CITY, area_code), own)
    return own


def last_day(
    session: Session,
    kind: ProblemKind,
    level: ProblemLevel,
    county_code: str,
    city_code: str | None,
    day: date,
) -> date:
    """The last day of an office that gets the case on ``day``."""
    area = county_code if level is ProblemLevel.COUNTY else city_code or county_code
    return day + timedelta(days=days_of(Deadlines(session, day), kind, level, area))
