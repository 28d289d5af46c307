"""A script of somebody inside who means harm, against cooperation, reports, messages, employment and search.

An honest account of another county, city, enterprise, school or of a worker asks for every page, file and
attachment by the numbers of rows that are not its own, by forged periods, keys, cursors and searches for the
names of others.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.routing.converters import NumberConverter

from models.access import Role
from models.user import User
from tests.factories.people import make_user
from tests.factories.world import World

SignIn = Callable[..., FlaskClient]
ROOMS = {
    *(
        "cooperation",
        "funds",
        "subsidies",
        "reports",
        "messages",
        "spells",
        "rosters",
        "differences",
        "duties",
    ),
    "home",
}
NUMBERS = (1, 2)
FORGED = ("2017-13", "440600-513400", "year_province", "..%2Fkeys")
ASKED = "?month=9999-99&kind=year&after=1&before=1&county=513431&ids=1&person=1&show=all&q={name}"


def attackers(session: Session, world: World) -> dict[str, User]:
    theirs = world.tenants["two"].ids
    return {
        "county": make_user(session, Role.COUNTY, area_code="520521"),
        "city": make_user(session, Role.CITY, area_code="440300"),
        "enterprise": make_user(session, Role.ENTERPRISE, organisation_id=theirs["enterprise"]),
        "school": make_user(session, Role.SCHOOL, organisation_id=theirs["school"]),
        "worker": make_user(session, Role.WORKER, worker_id=theirs["worker"]),
    }


def addresses(app: Flask, name: str) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in ROOMS and "GET" in (rule.methods or ()):
            for values in filled(rule):
                with app.test_request_context():
                    yield app.url_map.bind("localhost").build(rule.endpoint, values) + ASKED.format(name=name)


def filled(rule: Rule) -> Iterator[dict[str, object]]:
    """The rule's parts, each number as one of another's rows, each word forged."""
    parts = [
        [(part, one) for one in (NUMBERS if isinstance(converter, NumberConverter) else FORGED)]
        for part, converter in rule._converters.items()
    ]
    yield from (dict(some) for some in list(product(*parts))[:6])


@pytest.mark.parametrize("who", ["county", "city", "enterprise", "school", "worker"])
def test_no_address_of_the_new_rooms_tells_another_who_is_there(
    app: Flask, session: Session, world: World, sign_in: SignIn, who: str
) -> None:
    secrets = world.tenants["one"].canaries + world.tenants["one"].learners
    name = secrets[0]
    client = sign_in(attackers(session, world)[who])
    told, broken, asked = [], [], 0
    for address in addresses(app, name):
        answer = client.get(address)
        body, asked = text_of(answer.data), asked + 1
        # What was typed stands in the search's own field again.
        told += [(address, one) for one in secrets if body.count(one) > echoed(body, one)]
        broken += [(address, answer.status_code)] if answer.status_code >= 500 else []
    assert broken == []
    assert told == []
    assert asked > 100


def test_the_same_addresses_tell_the_own_county(
    app: Flask, session: Session, world: World, sign_in: SignIn
) -> None:
    """The script would find what it looks for."""
    client, name = sign_in(world.users[Role.COUNTY]), world.tenants["one"].canaries[0]
    bodies = [text_of(client.get(address).data) for address in addresses(app, name)]
    assert sum(body.count(name) > echoed(body, name) for body in bodies) >= 5


def echoed(body: str, text: str) -> int:
    """How often a page only gives back what its reader typed."""
    return sum(body.count(form.format(text=text)) for form in ('value="{text}"', "“{text}”", "q={text}"))


def text_of(data: bytes) -> str:
    """What stands in an answer, a workbook unpacked."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
