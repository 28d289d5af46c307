"""What a weak line has to carry: little, and each file once."""

import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.kit.web.navigation import PLACES, flat
from models.access import Role
from tests.factories.people import ZHAOJUE, make_user

MOST_BYTES = 200_000
ROOT = Path(__file__).resolve().parents[4]


def fetched(client: FlaskClient, address: str) -> bytes:
    return client.get(address, headers={"Accept-Encoding": "gzip"}, buffered=True).data


def test_the_first_page_with_all_it_needs_is_light(session: Session, sign_in) -> None:
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    page = client.get("/").text
    files = {found.split("#")[0] for found in re.findall(r'(?:href|src)="([^"]*static/[^"]+)"', page)}
    assert len(files) > 6
    weight = len(page.encode()) + sum(len(fetched(client, file)) for file in files)
    assert weight < MOST_BYTES


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


def test_pages_with_secrets_are_not_compressed(app: Flask) -> None:
    answer = app.test_client().get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_every_icon_is_drawn() -> None:
    drawn = set(re.findall(r'id="([\w-]+)"', (ROOT / "app/static/icons.svg").read_text("utf-8")))
    pages = "".join(page.read_text("utf-8") for page in (ROOT / "templates").rglob("*.html"))
    used = set(re.findall(r'kit\.symbol\("([\w-]+)"\)', pages))
    assert used | {place.icon for place in (*PLACES, *flat(PLACES))} == drawn
