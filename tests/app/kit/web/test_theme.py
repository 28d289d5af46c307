"""Light and dark: chosen in a browser, kept there, made of the same tokens, readable in both."""

import re
from collections.abc import Callable
from itertools import combinations
from math import dist
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import config
from models.access import Role
from tests.factories.world import World

CSS = Path(config.ROOT) / "app" / "static" / "css"
DARK_LINK = re.compile(r'<link rel="stylesheet" href="[^"]*css/dark\.css[^"]*"\s+media="([^"]*)"')
# White on the deep brand colour of both themes; a QR code and a photographed paper; the ring of the focus.
SAME_IN_BOTH = re.compile(
    r"color: #(?:fff|d7e6e9|b9d0d5)\b|(?:\.qr|\.own-paper)[^{]*\{[^}]*\}|--focus: #e9b44c"
    r"|rgba\([^)]*\)"
)
TEXTS, GROUNDS = ("ink", "muted", "brand", "good", "warn", "bad"), ("paper", "ground")
PAIRS = (
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    *((tone, f"{tone}-soft") for tone in ("good", "warn", "bad")),
    *(("ink", f"{tone}-soft") for tone in ("brand", "good", "warn", "bad")),
    ("on-brand", "brand"),
    ("on-accent", "accent"),
)


def tokens(name: str) -> dict[str, str]:
    """The custom properties of a style sheet's first :root."""
    block = re.search(r":root \{(.*?)\}", (CSS / name).read_text(encoding="utf-8"), re.DOTALL)
    assert block
    return dict(re.findall(r"--([\w-]+): ([^;]+);", block[1]))


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of #abc or #aabbcc."""
    digits = colour.lstrip("#")
    digits = "".join(2 * one for one in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, the contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


SIX = tuple(f"p{number}" for number in range(1, 7))
# How linear red, green and blue are seen: Machado, Oliveira, Fernandes (2009), severity 1.
SEEN: dict[str, tuple[tuple[float, ...], ...]] = {
    "all three cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# CIE L*a*b*: below about 10 two areas that do not touch are taken for one colour.
LEAST_APART = 20


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def lab(red: float, green: float, blue: float) -> tuple[float, float, float]:
    """CIE 1976 L*a*b* of linear sRGB, white D65."""

    def root(part: float) -> float:
        return part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116

    x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047)
    y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def as_seen(colour: str, eyes: str) -> tuple[float, float, float]:
    told = linear(colour)
    mixed = (sum(weight * part for weight, part in zip(row, told, strict=True)) for row in SEEN[eyes])
    red, green, blue = (min(1.0, max(0.0, part)) for part in mixed)
    return lab(red, green, blue)


@pytest.fixture
def client(world: World, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(world.users[Role.COUNTY])


def dark_holds(client: FlaskClient, path: str = "/") -> list[str]:
    """Where the dark tokens hold on a page."""
    return DARK_LINK.findall(client.get(path).text)


def test_the_colours_follow_the_device_until_somebody_chooses(client: FlaskClient) -> None:
    assert dark_holds(client) == ["screen and (prefers-color-scheme: dark)"]
    assert client.post("/language", data={"theme": "dark", "next": "/"}).status_code == 303
    assert dark_holds(client) == ["screen"], "never on paper"
    assert re.search(r'value="dark" aria-pressed="true"', client.get("/").text)
    client.post("/language", data={"theme": "light", "next": "/"})
    assert dark_holds(client) == []
    client.post("/language", data={"theme": "purple", "next": "/"})
    assert dark_holds(client) == [], "what is no theme changes nothing"


def test_the_colours_outlive_the_sign_out_and_hold_on_the_front_door(client: FlaskClient) -> None:
    client.post("/language", data={"theme": "dark", "next": "/"})
    client.post("/sign-out")
    assert dark_holds(client, "/sign-in") == ["screen"]


def test_other_colours_keep_what_was_typed(client: FlaskClient) -> None:
    answer = client.post(
        "/language",
        data={"theme": "dark", "name": "阿牛伍各"},
        headers={"Referer": "http://localhost/workers/new"},
    )
    assert (answer.status_code, "阿牛伍各" in answer.text) == (200, True)
    assert DARK_LINK.findall(answer.text) == ["screen"], "drawn in them at once"


def test_every_colour_has_its_dark_one() -> None:
    dark = tokens("dark.css")
    for name in ("kit.css", "phone.css"):
        light = {token: value for token, value in tokens(name).items() if re.match(r"#|\d+, ", value)}
        assert len(light) > 10
        assert sorted(light.keys() - dark.keys() - {"bs-border-radius"}) == [], name


def test_no_rule_names_a_colour_past_the_tokens() -> None:
    colour = re.compile(r"#[0-9a-fA-F]{3,6}\b|\brgb\(|: (?:white|black)\b")
    for name in ("kit.css", "areas.css", "phone.css", "door.css"):
        text = re.sub(r"/\*.*?\*/", "", (CSS / name).read_text(encoding="utf-8"), flags=re.DOTALL)
        rules = SAME_IN_BOTH.sub("", re.sub(r":root \{.*?\}", "", text, flags=re.DOTALL))
        assert [line for line in rules.splitlines() if colour.search(line)] == [], name


@pytest.mark.parametrize("sheet", ["kit.css", "dark.css"])
def test_what_is_written_is_read_in_either_theme(sheet: str) -> None:
    values = tokens(sheet)
    pale = {pair: contrast(values[pair[0]], values[pair[1]]) for pair in PAIRS}
    assert {pair: round(ratio, 2) for pair, ratio in pale.items() if ratio < 4.5} == {}
    lines = {name: contrast(values[name], values["paper"]) for name in ("edge", "brand", "focus", *SIX)}
    assert {name: round(ratio, 2) for name, ratio in lines.items() if ratio < 3} == {}, "WCAG 1.4.11"


@pytest.mark.parametrize("eyes", SEEN)
@pytest.mark.parametrize("sheet", ["kit.css", "dark.css"])
def test_the_six_colours_of_the_charts_are_told_apart_by_all_eyes(sheet: str, eyes: str) -> None:
    """The six before had a teal and a grey that protanopes and deuteranopes took for one (3 apart)."""
    values = tokens(sheet)
    seen = {name: as_seen(values[name], eyes) for name in SIX}
    apart = {(one, other): dist(seen[one], seen[other]) for one, other in combinations(SIX, 2)}
    assert {pair: round(far, 1) for pair, far in apart.items() if far < LEAST_APART} == {}
