"""Whom "和妻子同去" or "配偶" means: the one spouse whom the household's own relations allow, or nobody.

The words of a roster name no spouse, but its 与户主关系 does. Where the household has two who could be meant,
where the sexes contradict the word, or where the text says more than that the two go together, nothing is
guessed.
"""

import re
from collections.abc import Iterable

from models.people.couples import Member, married

_WORDS = {"F": "妻子|老婆|媳妇|婆娘|妻", "M": "丈夫|老公|男人|夫", "": "配偶|爱人|夫妻|夫妇|两口子"}
_SPOUSE = re.compile("|".join(_WORDS[sex] for sex in ("", "F", "M")))
_SEX_MEANT = {sex: re.compile(_WORDS[sex]) for sex in ("F", "M")}
# What may stand beside the word without changing its meaning; longer ones first.
_TOGETHER = re.compile(
    r"同一[个座]?城市|一个城市|同一?[个家]?工?厂|一[个家]厂|夫妻房|结伴|同行|同去|同往|同城|一起|一块儿?|一道|一同|"
    r"外出|出去|出门|打工|务工|工作|上班|干活|做工|进厂|本人|自己|希望|愿意|必须|最好|也行|就行|都行|"
    r"[与和跟同随我他她其的俩要想去走在到进都双方人]|[\s,，、。；;:：（）()“”\"'·-]"
)


def speaks_of_spouse(text: str) -> bool:
    """Whether the words speak of a husband or a wife."""
    return _SPOUSE.search(text) is not None


def spouse_meant(person_id: int, text: str, household: Iterable[Member]) -> int | None:
    """The number of the spouse whom ``text``, written by or about a person, can only mean."""
    members = list(household)
    spouse = married(members).get(person_id)
    other = next((member for member in members if member.id == spouse), None)
    if other is None or not speaks_of_spouse(text):
        return None
    if any(word.search(_without_both(text)) and other.sex != sex for sex, word in _SEX_MEANT.items()):
        return None
    rest = _TOGETHER.sub("", _SPOUSE.sub("", text))
    return other.id if not rest or (len(rest) > 1 and rest in other.name.replace("·", "")) else None


def _without_both(text: str) -> str:
    """夫妻 names both, not one of them."""
    return re.sub(_WORDS[""], "", text)
