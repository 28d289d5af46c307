"""How a text is encoded, told by the weight of the evidence: one bad byte does not condemn a file."""

import codecs
from functools import cache
from typing import BinaryIO, NamedTuple

from .events import Refused

HEAD = 65536
EVIDENCE = 1 << 20
LEAST = 0.2  # below it neither encoding reads as Chinese: two are mixed, or it is no text
BIG5 = "cp950"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEVEL_1 = {"gb2312": (0xB0, 0xD7), "big5": (0xA4, 0xC6)}
_SIGNS = frozenset(
    "，。、；：？！“”‘’（）《》〈〉【】「」『』〔〕—…·～￥×÷℃№○●□■△▲☆★→←↑↓√〇　〃々％／－＋＝．"
)


class _Reading(NamedTuple):
    """How Chinese a text is in one encoding, at most 1, and that encoding."""

    likelihood: float
    codec: str


def encoding_of(file: BinaryIO) -> str:
    """The codec of a text file. Raises Refused where no encoding makes sense of it."""
    head = file.read(HEAD)
    file.seek(0)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if wide := wide_encoding(head):
        return wide
    return "utf-8" if _is_utf8(file) else _likeliest(file)


def wide_encoding(head: bytes) -> str:
    """UTF-16 without its mark, told by the zero bytes beside every comma, digit and line end; else ""."""
    zeros = {"utf-16-be": head[0::2].count(0), "utf-16-le": head[1::2].count(0)}
    other, name = sorted(zeros, key=lambda codec: zeros[codec])
    if zeros[name] < 2 or zeros[name] * 100 < len(head) or zeros[other] * 10 > zeros[name]:
        return ""
    text = head.decode(name, "replace")
    odd = sum(not (char.isprintable() or char in "\t\r\n\ufeff\x00") for char in text)
    return name if odd * 20 < len(text) else ""


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(1 << 20):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _likeliest(file: BinaryIO) -> str:
    data = _evidence(file)
    gb, big5 = _level_1("gb2312"), _level_1("big5")
    best = max(
        _Reading(_likelihood(data, "utf-8", gb | big5), "utf-8"),
        _Reading(_likelihood(data, "gb18030", gb), "gb18030"),
        _Reading(_likelihood(data, BIG5, big5), BIG5),
    )
    if best.likelihood < LEAST:
        raise Refused("ENCODING")
    return best.codec


def _evidence(file: BinaryIO) -> bytes:
    """The lines that are not plain ASCII, as far as a mebibyte of them."""
    lines, size = [], 0
    while size < EVIDENCE and (line := file.readline(EVIDENCE)):
        if not line.isascii():
            lines.append(line)
            size += len(line)
    file.seek(0)
    return b"".join(lines)


def _likelihood(data: bytes, codec: str, common: frozenset[str]) -> float:
    """The share of common characters among all that are not ASCII, less the share of bytes that are none."""
    text = [char for char in data.decode(codec, "replace") if char > "\x7f"]
    good, bad = sum(char in common for char in text), text.count("\ufffd")
    return (good - bad) / len(text) if text else 0.0


@cache
def _level_1(codec: str) -> frozenset[str]:
    """The common characters of a national standard: its first level, signs and full-width letters."""
    first, last = _LEVEL_1[codec]
    pairs = (bytes((lead, trail)) for lead in range(first, last + 1) for trail in range(0x40, 0xFF))
    wide = (chr(code) for code in range(0xFF01, 0xFF5F))
    return (
        frozenset("".join(pair.decode(codec, "ignore") for pair in pairs)) - set(map(chr, range(128)))
        | _SIGNS
        | set(wide)
    )
