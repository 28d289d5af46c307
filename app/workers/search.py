"""What a clerk types to find somebody, and the conditions it becomes.

A name by any of its keys (models/people/name_index.py), a whole number, the last four digits of a number or
a telephone, a township or a village beside a name: 四开 吉克, 日哈乡马, jike aniu, 阿牛 123X. Each kind is
answered by an index (tests/app/workers/test_search.py asks the database for its plan).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.workers.operations import town_stem
from models import vault
from models.people.name import MIDDLE_DOT, name_key
from models.people.name_index import NameKey, NameWaiting, begins
from models.people.worker import Worker, holders

WHOLE_NUMBER, TELEPHONE, TAIL = 18, 11, 4
MOST_PLACES = 2  # 日哈乡 觉呷村 马

# A whole number, with what a disability card adds: category, grade, B and how often it was reissued.
_WHOLE = r"\d{17}[\dx](?:[1-7][1-4](?:b\d?|\d\d)?)?"
_NUMBER = re.compile(rf"(?<![0-9a-z])(?:{_WHOLE}|1\d{{10}}|\d{{3}}[\dx])(?![0-9a-z])")
# As our own list says it: 证件尾号 123X.
_SAID = re.compile(r"(?:(?:身份证|证件|电话|手机)(?:号码|号)?|尾号|后四位|末四位){1,9}[:\s]*(?=\d)")
_DIGITS = re.compile(rf"{_WHOLE}|\d{{3,}}[\dx]")
_PARTED = re.compile(r"[\s,，、;；+/]+")
_PLACE = re.compile(r"(?:街道|乡|镇|村|社区)$")
_GLUED = re.compile(r"(.{1,12}?(?:街道|乡|镇|村|社区))(.+)")
_HAN = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True)
class Reading:
    """One way to understand the words: places, and the key that a name begins with ("" for none)."""

    name: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """A search text, taken apart. ``numbers`` are whole, ``telephones`` too; ``tails`` end either."""

    readings: tuple[Reading, ...] = ()
    numbers: tuple[str, ...] = ()
    telephones: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()

    @property
    def only_reading(self) -> Reading | None:
        """The one that is left where nothing but a name (in a place) can be meant."""
        if self.numbers or self.telephones or self.tails or len(self.readings) != 1:
            return None
        return self.readings[0] if self.readings[0].name else None


def without_numbers(text: str) -> str:
    """A search text for the audit: of whole numbers and telephones the last four digits."""
    plain = unicodedata.normalize("NFKC", text)
    joined = re.sub(r"[\s-]", "", plain)
    if _DIGITS.fullmatch(joined.lower()):
        plain = joined
    return re.sub(r"\d{5,}[\dXx]", lambda number: f"…{number[0][-TAIL:]}", plain)


NOBODY = Wanted()


def understand(text: str) -> Wanted:
    """Take a search text apart; an empty one wants nothing."""
    text = unicodedata.normalize("NFKC", text).lower().replace("ü", "v")
    text = _SAID.sub("", text).strip()
    joined = re.sub(r"^\+?86(?=1\d{10}$)", "", re.sub(r"[\s-]", "", text))
    if _DIGITS.fullmatch(joined):
        return _number(joined)
    numbers = _NUMBER.findall(text)
    parts = [_number(number) for number in numbers]
    words = [word for word in _PARTED.split(_NUMBER.sub(" ", text)) if name_key(word)]
    return Wanted(
        tuple(dict.fromkeys(_readings(words))),
        tuple(number for part in parts for number in part.numbers),
        tuple(number for part in parts for number in part.telephones),
        tuple(tail for part in parts for tail in part.tails),
    )


def _number(digits: str) -> Wanted:
    """A number of 18 characters (with what a disability card adds), a telephone, or the end of either."""
    if re.fullmatch(_WHOLE, digits):
        return Wanted(numbers=(digits[:WHOLE_NUMBER].upper(),))
    digits = digits.upper()
    if len(digits) == TELEPHONE and digits.startswith("1"):
        return Wanted(telephones=(digits,))
    return Wanted(tails=(digits[-TAIL:],))


def _readings(words: Sequence[str]) -> Iterator[Reading]:
    """The ways to part words into places before or behind, and the name between them."""
    for before in range(MOST_PLACES + 1):
        for behind in range(MOST_PLACES + 1 - before):
            end = len(words) - behind
            places = (*words[:before], *words[end:])
            if before < end and all(map(_HAN.search, places)):
                yield Reading(name_key("".join(words[before:end])), places)
    if words and all(map(_PLACE.search, words)) and len(words) <= MOST_PLACES:
        yield Reading("", tuple(words))
    if len(words) == 1 and (glued := _GLUED.fullmatch(words[0])):
        yield Reading(name_key(glued[2]), (glued[1],))


# --- conditions -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reach:
    """Where to look: ``counties`` is a list of codes or a query for them, since every index begins with one.

    ``waiting``: some people have no keys yet; they are looked for by the characters of their names.
    """

    counties: Any
    waiting: bool = False

    def _ids(self, *conditions: ColumnElement[bool]) -> Select[int]:
        return select(Worker.id).where(Worker.county_code.in_(self.counties), *conditions)

    def keyed(self, key: str) -> ColumnElement[bool]:
        """The keys of the counties that begin with ``key``."""
        return and_(NameKey.county_code.in_(self.counties), begins(NameKey.key, key))

    def _named(self, key: str) -> list[Select[int]]:
        keyed = select(NameKey.worker_id.label("id")).where(self.keyed(key))
        if not self.waiting:
            return [keyed]
        plain = func.lower(func.replace(Worker.name, MIDDLE_DOT, ""))
        waiting = Worker.id.in_(select(NameWaiting.worker_id))
        return [keyed, self._ids(waiting, plain.contains(key, autoescape=True))]

    def _living_in(self, place: str) -> list[Select[int]]:
        """Those of a township or village; 日哈乡 is found where the register says 日哈镇."""
        stem = town_stem(place)
        stem = stem.removesuffix("村") if len(stem) > 2 else stem
        return [self._ids(begins(column, stem)) for column in (Worker.township, Worker.village)]

    def _ending_in(self, tail: str) -> list[Select[int]]:
        """Whose ID number or telephone ends so. Two look-ups: a plain OR would walk through the county."""
        return [self._ids(column == tail) for column in (Worker.id_last4, Worker.phone_last4)]

    def _meant(self, reading: Reading) -> Select[int]:
        """Those whom one way to understand the words means."""
        sets = [*([self._named(reading.name)] if reading.name else []), *map(self._living_in, reading.places)]
        first, *others = (union_all(*some).subquery() for some in sets)
        checked = _kept_for_later(first.c.id)
        return select(first.c.id).where(*(checked.in_(select(other.c.id)) for other in others))

    def settled(self, session: Session, wanted: Wanted) -> Wanted:
        """``wanted`` with only those readings that mean somebody: 吉克 is no township here."""
        if len(wanted.readings) < 2:
            return wanted
        real = tuple(r for r in wanted.readings if session.scalar(self._meant(r).limit(1)) is not None)
        return replace(wanted, readings=real or wanted.readings[:1])

    def narrow(self, statement: Select[Worker], wanted: Wanted) -> Select[Worker]:
        """Leave who is wanted: for a name along the tree of the keys, where the first fifty are near."""
        if (only := self._along_keys(wanted)) is None:
            return statement.where(self._condition(wanted))
        along = statement.join(NameKey, NameKey.worker_id == Worker.id)
        homes = (_kept_for_later(NameKey.worker_id).in_(union_all(*self._living_in(p))) for p in only.places)
        return along.where(self.keyed(only.name), is_first_key(only.name), *homes)

    def order(self, wanted: Wanted) -> tuple[InstrumentedAttribute[Any], ...]:
        """By what was found in the name, after :meth:`narrow`; () where that has no order."""
        along = self._along_keys(wanted)
        return () if along is None else (NameKey.county_code, NameKey.key, NameKey.worker_id)

    def _along_keys(self, wanted: Wanted) -> Reading | None:
        return None if self.waiting else wanted.only_reading

    def _condition(self, wanted: Wanted) -> ColumnElement[bool]:
        """That a worker is wanted. Numbers are compared by their keyed digests alone."""
        conditions = [
            *(Worker.id.in_(_with_number(number)) for number in wanted.numbers),
            *(Worker.id.in_(_having(telephone)) for telephone in wanted.telephones),
            *(Worker.id.in_(union_all(*self._ending_in(tail))) for tail in wanted.tails),
        ]
        if wanted.readings:
            conditions.append(Worker.id.in_(union_all(*map(self._meant, wanted.readings))))
        return and_(*conditions) if conditions else false()


def _kept_for_later(number: Any) -> ColumnElement[int]:
    """A number that no index is asked for: else SQLite begins with a township's thousands of people, not with
    the few of a name, and the order of the keys is lost."""
    later: ColumnElement[int] = number + 0
    return later


def _with_number(number: str) -> Select[int]:
    """Whose number it is; that of a record merged away is the person's, too."""
    holder = holders([vault.digest(number)]).subquery()
    return select(holder.c[1])


def _having(telephone: str) -> Select[int]:
    """Looked up on its own: the order of the list would make the database walk through the county."""
    return select(Worker.id).where(Worker.phone_digest == vault.digest(telephone))


def is_first_key(key: str) -> ColumnElement[bool]:
    """That no smaller key of the same person begins with ``key``, too: nobody is listed twice.

    A person's few keys are found by the person: ``+ ""`` keeps PostgreSQL, which takes all who are called so
    for one, from reading their thousands again for each.
    """
    smaller = aliased(NameKey)
    own = smaller.key + ""
    return ~exists().where(
        smaller.worker_id == NameKey.worker_id,
        smaller.county_code + "" == NameKey.county_code,
        begins(own, key),
        own < NameKey.key,
    )
