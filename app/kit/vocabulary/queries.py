"""What words mean, and the search for an occupation.

Words whose meaning a person has said come before the engine's reading; the rules are in
models.reference.occupation_word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching import is_ambiguous, normalise, occupation_codes, occupations, title_key
from models.reference.dated_fact import Occupation
from models.reference.occupation_word import Meaning, Meanings, OccupationWord, meanings_for
from models.reference.wish_word import no_jobs
from models.user import User

LONGEST = 40
MOST_MATCHES = 20
PAGE = 50


def key_of(text: str) -> str:
    """A title or wish without the noise around it: what two spellings of one word share."""
    return title_key(text)[:LONGEST]


def industry_of(word: str, industry: str) -> str:
    """What a word's meaning depends on: the industry where the word has several meanings, else ""."""
    return industry[:60] if is_ambiguous(word) else ""


def meaning_of(meanings: Meanings, text: str, industry: str = "") -> Meaning | None:
    """What a title or wish means by what people said, or None where they do not agree."""
    word = key_of(text)
    return meanings.get((word, industry_of(word, industry)))


def names_for(session: Session, unit: str) -> dict[str, str]:
    """Word -> name of its occupation, of the words that the engine alone reads otherwise; "" for no job.

    For ranking. A wish stands alone, so no industry belongs to it.
    """
    return dict.fromkeys(no_jobs(session, unit), "") | {
        word: occupations()[meaning.code]
        for (word, industry), meaning in meanings_for(session, unit).items()
        if not industry and meaning.code not in occupation_codes(word)
    }


def in_other_words(wishes: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """Wishes with every word in ``names`` replaced by the name of its occupation, or left out for ""."""
    if not names:
        return tuple(wishes)
    return tuple(told for wish in wishes if (told := names.get(key_of(wish), wish)))


def words_page(session: Session, find: str, before: int | None) -> list[tuple[OccupationWord, str]]:
    """One page of words with the name of who said each (one more than fits), the newest first."""
    statement = select(OccupationWord, User.name).join(User, User.id == OccupationWord.user_id)
    if before:
        statement = statement.where(OccupationWord.id < before)
    if find:
        statement = statement.where(OccupationWord.word.contains(find, autoescape=True))
    rows = session.execute(statement.order_by(OccupationWord.id.desc()).limit(PAGE + 1))
    return [(word, name) for word, name in rows]


@dataclass(frozen=True)
class OccupationMatch:
    """One occupation: code, official name, the trade it belongs to, and other names people give it."""

    code: str
    name: str
    category: str
    also: str


def search(session: Session, wanted: str) -> list[OccupationMatch]:
    """The occupations whose name, code or other name contains ``wanted``, the closest first.

    The whole table (about 1,700 rows) is read: the other names lie in JSON, which SQL cannot search in
    Chinese.
    """
    wanted = wanted.strip()
    if not wanted:
        return []
    rows = session.execute(select(Occupation.code, Occupation.name, Occupation.category, Occupation.synonyms))
    scored = [
        (_distance(wanted, code, name, also), code, name, category, also)
        for code, name, category, also in rows
    ]
    near = sorted(row for row in scored if row[0] is not None)
    return [
        OccupationMatch(code, name, trade, _closest(wanted, also))
        for _, code, name, trade, also in near[:MOST_MATCHES]
    ]


def likeliest(session: Session, word: str) -> list[OccupationMatch]:
    """Up to five occupations that a word may mean, the likeliest first, to offer before a search."""
    best = [one.code for one in normalise([word])[0].best]
    columns = Occupation.code, Occupation.name, Occupation.category, Occupation.synonyms
    rows = {row.code: row for row in session.execute(select(*columns).where(Occupation.code.in_(best)))}
    return [
        OccupationMatch(row.code, row.name, row.category, _closest(word, row.synonyms))
        for row in (rows[code] for code in best if code in rows)
    ]


def _closest(wanted: str, names: list[str]) -> str:
    return "、".join(sorted(names, key=lambda name: (wanted not in name, len(name)))[:6])


def _distance(wanted: str, code: str, name: str, synonyms: list[str]) -> tuple[int, int] | None:
    if wanted == code:
        return 0, 0
    names = [name, *synonyms]
    hits = [len(one) for one in names if wanted in one]
    if not hits:
        return None
    return (0 if wanted in names else 1 if wanted in name else 2), min(hits)
