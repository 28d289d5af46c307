"""The telephones of a person or a household: every number in its order, and whose it is.

What people write beside a number says whose it is: 13870561489(他爸), 母亲：0834-7221234. A number that is
somebody else's is never the person's own: nobody is told apart, called by name or let in by it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from models.i18n import N_

MOST = 10
OWNER_LENGTH = 12

_NUMBER = re.compile(
    r"(?<![\d.])(?:(?:\+?0{0,2}86[-\s]?)?0?(1[3-9](?:\d{9}|\d(?:[-\s]\d{4}[-\s]|[-\s]\d{4})\d{4}"
    r"|\d{2}[-\s]\d{3}[-\s]\d{4}|\d[-\s]\d{3}[-\s]\d{5}|\d{4}[-\s]\d{5}|\d{5}[-\s]\d{4}(?!-)))"
    r"|\(?(0(?:10|2\d|[3-9]\d\d))\)?[-\s]*([1-9]\d{2,3}[-\s]?\d{4})(?:\s*(?:转|ext\.?|-)\s*(\d{1,6}))?"
    r"|(400[-\s]?\d{3}[-\s]?\d{4}|[2-8]\d{6,7}))(?!\d)",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_BRACKET = re.compile(r"[\s:.\-]*[(\[【〔<]([^()\[\]【】〔〕<>]*)[)\]】〕>]")
_PARTS = re.compile(r"[,，、;；/|\n\r+&:()\[\]【】〔〕<>]+|或者?|\s和\s")
_SEPARATOR = re.compile(r"[,，、;；/|\n\r+&]+|或者?|\s和\s")
_AROUND = re.compile(r"^[\s:：.·\-—~]+|[\s:：.·\-—~]+$")
_KIND_OF_PHONE = re.compile(r"(?:的|联系)?(?:手机|电话|座机|号码|联系方式|tel|phone)+号?码?", re.IGNORECASE)
_OF_SOMEBODY = re.compile(r"^(?:他|她|其|我|本人|孩子|学生)(?:的)?(?=.)")
_REMARK = re.compile(
    r"停机|空号|关机|打不通|无人接|没人接|错号|微信|QQ|常用|备用|新号|旧号|白天|晚上|[12一二]号", re.I
)
_OWN = frozenset({"", "本人", "自己", "个人", "自用", "本", "自"})
_RELATIONS = {
    word: relation
    for relation, words in {
        N_("父亲"): "爸 爸爸 父 父亲 爹 阿爸 老爸 老父",
        N_("母亲"): "妈 妈妈 母 母亲 娘 阿妈 老妈 老母",
        N_("妻子"): "妻 妻子 老婆 媳妇 爱人 婆娘",
        N_("丈夫"): "夫 丈夫 老公 男人",
        N_("配偶"): "配偶",
        N_("儿子"): "儿 儿子 子 大儿子 小儿子",
        N_("女儿"): "女 女儿 大女儿 小女儿",
        N_("哥哥"): "哥 哥哥 大哥 二哥 兄",
        N_("弟弟"): "弟 弟弟",
        N_("姐姐"): "姐 姐姐 大姐",
        N_("妹妹"): "妹 妹妹",
        N_("爷爷"): "爷 爷爷 祖父",
        N_("奶奶"): "奶 奶奶 祖母",
        N_("家里"): "家 家里 家中 家庭 宅电 宅",
    }.items()
    for word in words.split()
}


class Phone(NamedTuple):
    """One number; ``owner`` is empty for the person's own, else a relation or the words that were written."""

    number: str
    owner: str = ""

    @property
    def tail(self) -> str:
        """The last four digits of the number itself, without an extension."""
        return self.number.partition("转")[0][-4:]

    @property
    def end(self) -> str:
        """The last four digits with the extension, as they may be shown."""
        return self.tail + "".join(self.number.partition("转")[1:])


class Reading(NamedTuple):
    """What stands in a text: the telephones, words that say something else, and what could not be read."""

    phones: list[Phone]
    remarks: list[str]
    unread: list[str]


def read_phones(text: str) -> Reading:
    """Read every telephone in a text, and whose it is."""
    text = unicodedata.normalize("NFKC", text).strip()
    found = list(_NUMBER.finditer(text))
    if not found:
        return Reading([], [], [text] if text else [])
    edges = [0, *(edge for match in found for edge in match.span()), len(text)]
    between = [text[edges[n] : edges[n + 1]] for n in range(0, len(edges), 2)]
    words = _shared_out(between)
    reading = Reading([], [], [])
    for match, (owner, *others) in zip(found, map(_told, words), strict=True):
        _add(reading, _number_of(match), owner)
        for word in others:
            (reading.unread if re.search(r"\d", word) else reading.remarks).append(word)
    return reading


def _add(reading: Reading, number: str, owner: str) -> None:
    if re.search(r"\d", owner) or len(owner) > OWNER_LENGTH:
        reading.unread.append(owner)
        owner = ""
    if number in [phone.number for phone in reading.phones]:
        return
    if len(reading.phones) < MOST:
        reading.phones.append(Phone(number, owner))
    else:
        reading.unread.append(number)


def _number_of(match: re.Match[str]) -> str:
    mobile, area, local, extension, bare = (re.sub(r"\D", "", part or "") for part in match.groups())
    if mobile:
        return mobile
    return (f"{area}-{local}" if area else bare) + (f"转{extension}" if extension else "")


def _shared_out(between: Sequence[str]) -> list[list[str]]:
    """The words before, between and behind the numbers, given to the number they stand with."""
    words: list[list[str]] = [[] for _gap in between[1:]]
    leads = bool(_AROUND.sub("", between[0]))
    words[0] += _parts(between[0])
    for place, gap in enumerate(between[1:]):
        bracket = _BRACKET.match(gap)
        if bracket:
            words[place] += _parts(bracket.group(1))
            gap = gap[bracket.end() :]
        is_last = place == len(words) - 1
        behind, separator, before = _cut(gap)
        if separator or is_last:
            words[place] += _parts(behind)
            words[place if is_last else place + 1] += _parts(before)
        else:
            is_of_the_next = leads or bracket or gap.rstrip().endswith(":")
            words[place + 1 if is_of_the_next else place] += _parts(gap)
    return words


def _cut(gap: str) -> tuple[str, str, str]:
    separator = _SEPARATOR.search(gap)
    if not separator:
        return gap, "", ""
    return gap[: separator.start()], separator.group(), gap[separator.end() :]


def _parts(text: str) -> Iterator[str]:
    for part in _PARTS.split(text):
        if part := _AROUND.sub("", part):
            yield part


def _told(words: list[str]) -> list[str]:
    """Whose a number is, then what else is written beside it."""
    owners, remarks = [], []
    for word in words:
        if _REMARK.search(word):
            remarks.append(word)
        else:
            owners.append(owner_of(word))
    named = [owner for owner in owners if owner]
    return [named[0] if named else "", *named[1:], *remarks]


def owner_of(word: str) -> str:
    """The relation a word means; "" for the person; other words as they were written."""
    plain = _AROUND.sub("", _KIND_OF_PHONE.sub("", word)).strip()
    bare = _OF_SOMEBODY.sub("", plain)
    if plain in _OWN or bare in _OWN:
        return ""
    return _RELATIONS.get(bare, plain)


def is_mobile(number: str) -> bool:
    """Whether a text message can be sent to ``number``."""
    return _MOBILE.fullmatch(number) is not None


def written(phones: Iterable[Phone]) -> str:
    """Telephones as a cell shows them; :func:`read_phones` reads the same again."""
    return "、".join(f"{phone.number}（{phone.owner}）" if phone.owner else phone.number for phone in phones)


def masked(text: str) -> str:
    """Telephones as previews show them: …1489（父亲）; numbers keep their last four digits."""
    return written(Phone(f"…{phone.end}", phone.owner) for phone in read_phones(text).phones)


def own_number(phones: Iterable[Phone]) -> str | None:
    """The person's own number: the first mobile one, else the first of any kind."""
    own = [phone.number for phone in phones if not phone.owner]
    return next((number for number in own if _MOBILE.fullmatch(number)), own[0] if own else None)


def merged(known: Sequence[Phone], told: Sequence[Phone]) -> list[Phone]:
    """What is known after a sheet told ``told``: its numbers replace the person's own, and no other's.

    A number known to be somebody else's stays theirs where the sheet does not say whose it is; a sheet that
    tells nothing new changes nothing.
    """
    owners = dict(known)
    new = [Phone(phone.number, phone.owner or owners.get(phone.number, "")) for phone in told]
    said = dict(new)
    if all(number in owners for number in said):
        return [Phone(phone.number, said.get(phone.number, phone.owner)) for phone in known]
    return [*new, *(phone for phone in known if phone.owner and phone.number not in said)]
