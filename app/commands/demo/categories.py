"""What the demo's households say of themselves: lifted out of poverty, monitored, relocated, as in a sheet of
today; drawn from the household's number alone, so that people and jobs stay the same."""

from datetime import date
from typing import Any

from models.people.category import Claim, claims_of
from models.people.household import Household
from models.people.worker import Worker

FILED_ON = date(2014, 6, 1)


def home_columns(number: int) -> dict[str, Any]:
    """The columns of household ``number``."""
    attribute = "低保脱贫户" if number % 9 == 4 else "一般脱贫户"
    return {"poverty_attribute": attribute, "lifted": "已脱贫(享受政策)", "identified_on": FILED_ON}


def own_columns(number: int) -> dict[str, Any]:
    """The columns of each person of household ``number``."""
    is_monitored, is_cleared = number % 17 in (3, 5), number % 17 == 5
    return {
        "lifted_year": 2016 + number % 5,
        "monitored_type": "脱贫不稳定户" if is_monitored else "非监测对象",
        "monitored_on": date(2021, 8, 1) if is_monitored else None,
        "risk_cleared": is_cleared if is_monitored else None,
        "risk_cleared_on": date(2023, 5, 20) if is_cleared else None,
        "relocated": number % 6 == 0,
    }


def claims(number: int) -> list[Claim]:
    """The categories that these columns put a person of household ``number`` in."""
    return claims_of(Worker(**own_columns(number), household=Household(**home_columns(number))))
