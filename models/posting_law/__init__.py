"""Checks a job posting against labour law: every finding with passage, reason and source.

>>> from datetime import date
>>> check_posting(Posting("普工", "不要彝族", None, None, date(2017, 5, 3)), lambda city, day: None)[0].rule
'ethnicity'
"""

from collections.abc import Callable, Iterator

from models.posting_law.case import Case, cited, open_case, strongest
from models.posting_law.rules.age import age, forbidden, minor
from models.posting_law.rules.money import contract, deposit, fee, insurance, papers
from models.posting_law.rules.people import ethnicity, health, marriage, origin, religion
from models.posting_law.rules.sex import sex
from models.posting_law.rules.time import hours
from models.posting_law.rules.trial import probation
from models.posting_law.rules.wage import wage
from models.posting_law.types import EarlierFloor, Finding, Floor, Level, MinimumWage, Posting

Rule = Callable[[Case], Iterator[Finding]]
RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        ethnicity,
        origin,
        sex,
        marriage,
        health,
        religion,
        minor,
        forbidden,
        deposit,
        papers,
        wage,
        probation,
        hours,
        contract,
        age,
        insurance,
        fee,
    )
}


def check_posting(posting: Posting, minimum_wage: MinimumWage) -> list[Finding]:
    """Everything the law has to say against ``posting``, rule by rule in the order of RULES.

    ``minimum_wage(city_code, day)`` answers the floor or None. Never raises on any text; time is linear in
    its length.
    """
    case = open_case(posting, minimum_wage)
    found = (finding for rule in RULES.values() for finding in strongest(rule(case)))
    return [cited(finding, posting) for finding in found]


__all__ = ["RULES", "EarlierFloor", "Finding", "Floor", "Level", "MinimumWage", "Posting", "check_posting"]
