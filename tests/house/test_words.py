"""Every word that a person can see exists in both languages."""

import enum
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import models
from app.formatters import LABELS

ROOT = Path(__file__).resolve().parents[2]
METHODS = [("app/**.py", "python"), ("models/**.py", "python"), ("matching/**.py", "python"),
           ("templates/**.html", "jinja2")]  # fmt: skip
KEYWORDS = {"_": None, "_l": None, "N_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}
NOT_SHOWN = {"EventTag", "AreaLevel"}


def enumerations() -> Iterator[type[enum.Enum]]:
    for module in pkgutil.iter_modules(models.__path__):
        loaded = importlib.import_module(f"models.{module.name}")
        for value in vars(loaded).values():
            if isinstance(value, type) and issubclass(value, enum.Enum) and value.__module__ == loaded.__name__:
                yield value


def test_every_label_table_covers_its_enumeration() -> None:
    for kind, labels in LABELS.items():
        assert set(labels) == set(kind), kind.__name__


def english() -> Catalog:
    with (ROOT / "app/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="en")


def chinese_sentences() -> set[str]:
    found = extract_from_dir(ROOT, METHODS, keywords=KEYWORDS, directory_filter=lambda path: ".venv" not in path)
    texts = {message[0] if isinstance(message, tuple) else message for _file, _line, message, *_rest in found}
    return {text for text in texts if text}


def test_the_english_catalogue_is_complete() -> None:
    catalogue = english()
    missing = sorted(
        text
        for text in chinese_sentences()
        if (message := catalogue.get(text)) is None or not all(_texts(message.string)) or message.fuzzy
    )
    assert not missing, f"{len(missing)} sentences without English, the first: {missing[:20]}"


def _texts(string: object) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (str(string or ""),)


def test_english_keeps_the_places_of_the_chinese() -> None:
    import re

    def places(text: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)", text))

    wrong = []
    for message in english():
        chinese = message.id[0] if isinstance(message.id, tuple) else message.id
        if chinese and any(places(text) - places(chinese) for text in _texts(message.string)):
            wrong.append(chinese)
    assert wrong == []
