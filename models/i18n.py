"""Sentences for people: a Chinese text with its values, translated once, where it is shown.

Operations and rules make sentences and never translate them; the edge (a view, a template, a file, a message)
says them with ``app.kit.web.formatters.say``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from models.clock import CHINA


def N_(text: str) -> str:
    """Mark a word or label for the catalogue; it is translated where it is shown."""
    return text


@dataclass(frozen=True)
class Sentence:
    """``text`` is the key of the catalogue, with a place ``%(name)s`` for each of ``params``.

    ``count`` chooses between the forms for one and for many, where a language has them (:func:`counted`).

    Params are text, numbers, dates, instants (aware), members of a labelled enumeration, other sentences,
    or lists of these; each is put into the reader's words when the sentence is said. In a JSON column they
    keep to text, numbers, dates, sentences and lists.

    >>> str(Sentence("还差 %(n)s 天。", {"n": 3}))
    '还差 3 天。'
    """

    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    count: int | None = None

    def __str__(self) -> str:
        """The Chinese reading, for logs, jobs and messages to workers."""
        if not self.params:
            return self.text
        return self.text % {name: _in_chinese(value) for name, value in self.params.items()}

    def __hash__(self) -> int:
        return hash(self.text)  # values may be lists

    def __bool__(self) -> bool:
        return bool(self.text)

    def as_json(self) -> dict[str, Any]:
        """What a JSON column keeps: {"text": ..., "params": {...}}, and "count" where one is set."""
        params = {name: _stored(value) for name, value in self.params.items()}
        kept = {"text": self.text, "params": params}
        return kept if self.count is None else kept | {"count": self.count}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Sentence":
        """The sentence that :meth:`as_json` wrote."""
        params = {name: _restored(value) for name, value in (kept.get("params") or {}).items()}
        return cls(kept["text"], params, kept.get("count"))


NO_TEXT = ""
NOTHING = Sentence(NO_TEXT)


def counted(count: int, words: str, **values: object) -> Sentence:
    """Words that stand behind a number: one and many differ in English, in Chinese they do not."""
    return Sentence(words, values, count)


def _in_chinese(value: Any) -> Any:
    if isinstance(value, datetime):
        here = value.astimezone(CHINA)
        return f"{_in_chinese(here.date())} {here:%H:%M}"
    if isinstance(value, date):
        return f"{value.year} 年 {value.month} 月 {value.day} 日"
    return "、".join(str(_in_chinese(one)) for one in value) if isinstance(value, list | tuple) else value


def _stored(value: Any) -> Any:
    if isinstance(value, Sentence):
        return value.as_json()
    if isinstance(value, date) and not isinstance(value, datetime):
        return {"date": value.isoformat()}
    return [_stored(one) for one in value] if isinstance(value, list | tuple) else value


def _restored(value: Any) -> Any:
    if isinstance(value, dict):
        return date.fromisoformat(value["date"]) if "date" in value else Sentence.from_json(value)
    return [_restored(one) for one in value] if isinstance(value, list) else value


class Refusal(Exception):
    """What was asked for is not done; ``sentences`` say why, all at once, the first is ``sentence``."""

    def __init__(self, sentence: Sentence, *more: Sentence) -> None:
        self.sentence = sentence
        self.sentences = (sentence, *more)
        super().__init__(sentence, *more)

    def __str__(self) -> str:
        return "".join(map(str, self.sentences))
