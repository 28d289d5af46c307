"""The laws behind the legal check as a list: each with those of its articles that are cited."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import ClassVar

from models.posting_law.laws import GROUNDS, Citation
from models.posting_law.numerals import chinese

# 《title》（number or year of revision）articles, or a number alone and its articles; remarks stand behind.
_PARTS = re.compile(
    r"(?P<title>《[^》]+》|最高人民法院)?"
    r"(?:（(?P<edition>[^）]*(?:号|年修正))）|(?P<number>[^《]{0,60}?\d{1,9}号))?"
    r"(?P<articles>[^（]*)(?:（.*）)?"
)

_ARTICLE = re.compile("第([一二三四五六七八九十百]+)条")


@dataclass(frozen=True, slots=True)
class CitedLaw:
    """One law and the articles of it that share their dates and the day somebody last looked at them."""

    MONTHS_FRESH: ClassVar[int] = Citation.MONTHS_FRESH

    title: str
    number: str
    articles: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    area: str
    verified: bool
    checked_on: date | None

    @property
    def area_code(self) -> str | None:
        """The division where it holds, None for the whole country."""
        return self.area.ljust(6, "0") if self.area else None


def parts_of(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Title, document number and articles of a citation. Raises ValueError where it is none."""
    parts = _PARTS.fullmatch(text)
    if parts is None or not (parts["title"] or parts["number"]):
        raise ValueError(text)
    number = parts["edition"] or parts["number"] or ""
    return parts["title"] or "", number, tuple(filter(None, parts["articles"].split("、")))


def _place(article: str) -> tuple[float, str]:
    """An annex stands behind all articles; paragraphs of one article behind it."""
    numbered = _ARTICLE.match(article)
    return (chinese(numbered[1]) if numbered else float("inf"), article)


def cited_laws(grounds: Iterable[Iterable[Citation]] = GROUNDS) -> list[CitedLaw]:
    """Every law that a finding can cite, by title and number, its articles in the order of the law."""
    articles: dict[CitedLaw, dict[str, None]] = {}
    for citation in chain.from_iterable(grounds):
        if citation.is_law:
            title, number, cited = parts_of(citation.text)
            law = CitedLaw(
                title,
                number,
                (),
                citation.valid_from,
                citation.valid_to,
                citation.area,
                citation.verified,
                citation.checked_on,
            )
            articles.setdefault(law, {}).update(dict.fromkeys(cited))
    laws = [replace(law, articles=tuple(sorted(cited, key=_place))) for law, cited in articles.items()]
    return sorted(laws, key=lambda law: (law.title or law.number, law.number, law.valid_from, law.articles))
