"""Words as people type them, made comparable."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from matching import vocabulary

BRACKETS = re.compile(r"[(\[{<【《「『].{0,200}?[)\]}>】》」』]")
_PAY = re.compile(
    r"\d{1,20}(?:[.,]\d{1,20})?(?:\s{0,20}[-~至到/]\s{0,20}\d{1,20}(?:[.,]\d{1,20})?)?\s{0,20}(?:万|千|百|k|w|元|块|薪|%|人|名|岁|年|月|天|小时|点|起)+(?:/(?:月|天|小时|人))?\+?"
)
_NOT_WORDS = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")
LONGEST_TEXT = 2000


def require_texts(given: Iterable[str], name: str) -> None:
    """Raise ``TypeError`` unless ``given`` is a list of texts: one text would be read letter by letter."""
    if isinstance(given, str) or not all(isinstance(each, str) for each in given):
        raise TypeError(f"{name} must be a list of texts")


def clean(text: str) -> str:
    """Fold width and case and put one space between runs of letters, digits and Chinese characters.

    >>> clean("ＳＭＴ操机员（夜班）")
    'smt操机员 夜班'
    """
    folded = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()
    return _NOT_WORDS.sub(" ", folded).strip()


@lru_cache(maxsize=262144)
def strip_noise(text: str) -> str:
    """Drop what a posting says besides the job: brackets, pay, "包吃住", "高薪诚聘".

    >>> strip_noise("高薪诚聘电焊工5-6k+包吃住(长期)")
    '电焊工'
    """
    folded = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()
    bare = _PAY.sub(" ", BRACKETS.sub(" ", folded))
    return _NOT_WORDS.sub(" ", _noise_pattern().sub(" ", bare)).strip()


@lru_cache(maxsize=65536)
def skill_key(name: str) -> str:
    """The vocabulary's name of a skill or certificate, or the cleaned text where it has none.

    >>> skill_key("踩平车")
    '平车操作'
    """
    cleaned = clean(name)
    return _skill_names().get(cleaned, cleaned)


@cache
def _noise_pattern() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(phrase) for phrase in vocabulary.noise()))


@cache
def _skill_names() -> dict[str, str]:
    """Cleaned alias -> skill name; an alias of two skills (啤机) names neither."""
    owners: dict[str, set[str]] = {}
    for skill in vocabulary.skills():
        for alias in (skill.name, *skill.aliases):
            owners.setdefault(clean(alias), set()).add(skill.name)
    return {alias: next(iter(names)) for alias, names in owners.items() if len(names) == 1}
