"""What a weak line has to carry: little, and each file once."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.kit.web.navigation import PLACES, flat
from models.access import Role
from tests.factories.world import World

ROOT = Path(__file__).resolve().parents[4]
MOST_FIRST_WIRE, MOST_FIRST_DECODED, MOST_LATER_WIRE = 100_000, 200_000, 20_000
ASKED = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
LOADED = re.compile(r'(?:<link[^>]+href|<script[^>]+src|<use href)="([^"#]+)')


def weight(client: FlaskClient, address: str) -> tuple[int, int, str]:
    """Bytes on the wire, bytes decoded, and the text."""
    with client.get(address, headers=ASKED) as answer:
        assert answer.status_code == 200, address
        wire = sum(len(name) + len(value) + 4 for name, value in answer.headers) + len(answer.data)
        packed = answer.headers.get("Content-Encoding") == "gzip"
        content = gzip.decompress(answer.data) if packed else answer.data
    return wire, len(content), content.decode("utf-8", "replace")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_a_first_visit_and_the_pages_after_it_are_light(world: World, sign_in, role: Role) -> None:
    """`make weights` weighs every page of every role on a demo; a worker's have a bound of their own."""
    client = sign_in(world.users[role])
    wire, decoded, page = weight(client, "/")
    files = set(LOADED.findall(page))
    assert len(files) > 6
    for file in files:
        more, content, _text = weight(client, file)
        wire, decoded = wire + more, decoded + content
    assert wire < MOST_FIRST_WIRE
    assert decoded < MOST_FIRST_DECODED
    menu, later = re.findall(r'href="(/[a-z/-]*)"', page.split("<main")[0]), {}
    for path in dict.fromkeys(menu[:4]):
        later[path], _decoded, page = weight(client, path)
        later[path] += sum(weight(client, file)[0] for file in set(LOADED.findall(page)) - files)
    assert len(later) > 2
    assert {path: one for path, one in later.items() if one > MOST_LATER_WIRE} == {}


def test_a_versioned_file_is_kept_and_a_changed_one_has_another_address(app: Flask) -> None:
    client = app.test_client()
    address = re.findall(r'href="([^"]*door\.css[^"]*)"', client.get("/sign-in").text)[0]
    assert re.search(r"\?v=[0-9a-f]{12}$", address)
    assert "immutable" in client.get(address, buffered=True).headers["Cache-Control"]
    assert "immutable" not in client.get(address.split("?")[0], buffered=True).headers["Cache-Control"]


def test_who_cannot_unpack_gets_the_file_as_it_is(app: Flask) -> None:
    client = app.test_client()
    assert (
        client.get("/static/css/kit.css", buffered=True).data
        == (ROOT / "app/static/css/kit.css").read_bytes()
    )
    packed = client.get("/static/css/kit.css", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_every_icon_is_drawn() -> None:
    drawn = set(re.findall(r'id="([\w-]+)"', (ROOT / "app/static/icons.svg").read_text("utf-8")))
    pages = "".join(page.read_text("utf-8") for page in (ROOT / "templates").rglob("*.html"))
    used = set(re.findall(r'kit\.symbol\("([\w-]+)"\)', pages))
    assert used | {place.icon for place in (*PLACES, *flat(PLACES))} == drawn
