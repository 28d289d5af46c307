"""A page must not lose a rule of Bootstrap's in silence."""

import re

import pytest

from tests.house import light_styles
from tests.house.light_styles import CLASS, LIGHT, WHOLE

ADVICE = "`make styles` writes app/static/css/bootstrap.css anew"


def classes(css: str) -> set[str]:
    """Every class that a selector of ``css`` names."""
    return set(CLASS.findall(re.sub(r"\{[^{}]*\}", " ", css)))


def test_every_rule_that_our_pages_use_is_shipped() -> None:
    shipped = LIGHT.read_text("utf-8").splitlines()
    assert [rule for rule in light_styles.light_styles().splitlines() if rule not in shipped] == [], ADVICE


def test_every_class_of_a_page_that_bootstrap_knows_is_shipped() -> None:
    """Read off the pages anew, by their class attributes alone."""
    alone = re.findall(r"(?:^|[{},])\.([\w-]+)(?=[,{:])", WHOLE.read_text("utf-8"))  # with a rule of its own
    known, shipped = set(alone), classes(LIGHT.read_text("utf-8"))
    pages = (light_styles.config.ROOT / "templates").rglob("*.html")
    attributes = [
        found for page in pages for found in re.findall(r'class="([^"]*)"', page.read_text("utf-8"))
    ]
    used = {word for text in attributes for word in re.findall(r"[\w-]+", text)} & known
    assert len(used) > 20
    assert used - shipped == set(), ADVICE


@pytest.mark.parametrize(
    ("selector", "stays"),
    [
        (".btn", True),
        (".btn-danger:hover", True),
        ("h1", True),
        (".accordion-item", False),
        (".btn .accordion-item", False),
        (".btn:not(.accordion-item)", True),
        ("[data-bs-theme=dark] .btn-close", False),
    ],
)
def test_a_rule_stays_when_a_page_can_bear_all_it_asks_for(selector: str, stays: bool) -> None:
    assert light_styles._can_match(selector) is stays


def test_what_is_put_together_of_a_piece_and_a_value_counts_as_used() -> None:
    assert light_styles.BEGUN.findall('class="btn btn-{{ kind }}" id="problem-" ~ name') == [
        "btn-",
        "problem-",
    ]
