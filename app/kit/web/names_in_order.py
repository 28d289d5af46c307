"""Lists of people by their names, as they are read: along the tree of the keys (decision 0008).

Only where the reader may read every name of the list: an order tells of a name what a mask hides.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, exists
from sqlalchemy.orm import aliased

from app.kit.web.ordering import For, Sort
from models.access import Actor, Role
from models.people.name_index import NameKey, begins
from models.people.name_reading import IN_ORDER


def is_one_county(actor: Actor, asked: Mapping[str, str]) -> bool:
    """Whether the reader's list is of one county: a letter is a place in it."""
    return bool(asked.get("county")) or len(actor.areas(Role.COUNTY)) == 1 or bool(actor.areas(Role.TOWNSHIP))


def by_name(county: Any, worker_id: Any, is_offered: For) -> Sort:
    """By the names of the people to whom ``worker_id`` leads, each in the ``county`` of its row."""
    name = aliased(NameKey)

    def is_of(key: Any) -> Any:
        return and_(key.worker_id == worker_id, key.county_code == county, begins(key.key, IN_ORDER))

    def joined(statement: Select[Any]) -> Select[Any]:
        return statement.join(name, is_of(name))

    def rest(statement: Select[Any]) -> Select[Any]:
        other = aliased(NameKey)
        return statement.where(~exists().where(is_of(other)))

    return Sort(
        "name",
        (name.county_code, name.key, name.worker_id),
        joined=joined,
        rest=rest,
        is_offered=is_offered,
        reading=name.key,
        has_letters=is_one_county,
    )
