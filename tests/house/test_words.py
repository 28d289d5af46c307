"""Every word that a person can see exists in both languages."""

import enum
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

import models
from app.kit.web.labels import LABELS
from app.workers.roster.fields import FIELDS
from models.care import CareKind
from models.hukou.catalogue import FactType
from models.jobs.order import BOARD_LABELS, LODGING_LABELS, TRAVEL_LABELS, Provision
from models.people.identity import SEX_LABELS, IdNumberProblem, Sex
from models.people.standing import Pursuit
from models.posting_law.types import Level
from models.summary.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "app/translations/en/LC_MESSAGES/messages.po"
KEYWORDS = {
    "_": None,
    "_l": None,
    "N_": None,
    "Sentence": None,
    "gettext": None,
    "ngettext": (1, 2),
    "counted": (2, 2),
    "lazy_gettext": None,
}
# Not in LABELS: what is provided has three words, a number's problem is a sentence, the law's level a
# notice's heading; what type a fact has nobody is told.
WORDED_ELSEWHERE = {CareKind, Provision, IdNumberProblem, Sex, Level, FactType, Pursuit, Figure}
CHINESE = re.compile(r"[\u4e00-\u9fff]+")


@cache
def sources() -> dict[str, tuple[str, ...]]:
    """The Chinese sentences by their first form; those that count something have two."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, KEYWORDS)
    texts = [forms(message) for _file, _line, message, *_rest in found]
    return {text[0]: text for text in texts if text[0]}


@cache
def english() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def sentences() -> list[Message]:
    return [message for message in english() if message.id]


def forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, tuple | list) else (str(text or ""),)


def places(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text))


def enumerations() -> Iterator[type[enum.Enum]]:
    for module in pkgutil.walk_packages(models.__path__, "models."):
        loaded = importlib.import_module(module.name)
        for value in vars(loaded).values():
            if (
                isinstance(value, type)
                and issubclass(value, enum.Enum)
                and value.__module__ == loaded.__name__
            ):
                yield value


def test_every_enumeration_has_its_words() -> None:
    assert set(enumerations()) == set(LABELS) | WORDED_ELSEWHERE


def test_every_label_table_covers_its_enumeration() -> None:
    for kind, labels in LABELS.items():
        assert set(labels) == set(kind), kind.__name__


def test_every_label_is_extracted() -> None:
    tables = [*LABELS.values(), SEX_LABELS, BOARD_LABELS, LODGING_LABELS, TRAVEL_LABELS]
    labels = {
        *chain.from_iterable(table.values() for table in tables),
        *(one.value for one in IdNumberProblem),
    }
    assert labels <= set(sources()), labels - set(sources())


def test_the_english_catalogue_is_complete() -> None:
    catalogue = english()
    missing = sorted(
        text
        for text, said in sources().items()
        if (message := catalogue.get(text)) is None
        or forms(message.id) != said
        or not all(forms(message.string))
        or message.fuzzy
    )
    assert not missing, f"{len(missing)} sentences without English, the first: {missing[:20]}"


def test_the_english_catalogue_holds_nothing_that_nobody_says() -> None:
    assert [message.id for message in sentences() if forms(message.id)[0] not in sources()] == []


def test_the_english_catalogue_compiles() -> None:
    assert [(message.id, error) for message, errors in english().check() for error in errors] == []


def test_english_counts_one_and_many_apart() -> None:
    counting = [message for message in sentences() if message.pluralizable]
    assert counting
    assert [message.id for message in counting if len(set(forms(message.string))) < 2] == []


def test_english_keeps_the_places_of_the_chinese() -> None:
    wrong = [
        message.id
        for message in sentences()
        if any(places(text) != places(forms(message.id)[0]) for text in forms(message.string))
    ]
    assert wrong == []


def test_english_is_english_but_for_chinese_that_it_quotes() -> None:
    """What an English reader has to type, or finds on a document, stays as it is written there."""
    wrong = []
    for message in sentences():
        chinese = forms(message.id)[0]
        for text in forms(message.string):
            invented = [word for word in CHINESE.findall(text) if word not in chinese]
            if invented or (text == chinese and CHINESE.search(text)):
                wrong.append((chinese, text))
    assert wrong == []


# The headings of the national roster stand as they are printed there.
PRINTED = {field.label for field in FIELDS}
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”」》][,:;!?()]|[,:;!?()][\u4e00-\u9fff“「《]")


def test_chinese_sentences_have_full_width_punctuation() -> None:
    said = {form for text in sources().values() for form in text} - PRINTED
    assert any("，" in text for text in said)
    assert sorted(text for text in said if HALF_WIDTH.search(text)) == []
