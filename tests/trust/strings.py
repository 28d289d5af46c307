"""Texts that have broken other people's programs: what is typed into fields, addresses and files on
purpose."""

import json
from pathlib import Path

BLNS = Path(__file__).parents[3] / "shared" / "data" / "hostile" / "blns.json"
CONTROL = [
    "\x00",
    "阿木\x00牛",
    "\x01\x02\x07\x1b[31m",
    "a\x0bb\x0cc",
    "\x7f\x85",
    "\r\nSet-Cookie: a=1",
    "\t \n",
]
UNICODE = [
    "\ud800",
    "阿\udfff木",
    "\ufeff阿木",
    "\u200b\u200d\u2060",
    "\u202e木阿\u202c",
    "مرحبا بالعالم",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "Z̸̡͈a̷l̴g̵o̶",
    "ﷺ" * 40,
    "\U0010ffff",
    "\uffff\ufffe",
    "𠮷野家",
    "ａ１＝＋",
    "İıſß",
    "e\u0301" * 70,
    "²",
    "٣",
    "½",
]
LONG = [
    "长" * 10_000,
    "%" * 10_000,
    "_\\" * 5_000,
    " " * 9_999 + "x",
    "\n" * 3_000,
    "=" * 70_000,
    "9" * 5_000,
]
INJECTION = [
    "' OR '1'='1",
    "1; DROP TABLE worker;--",
    "\\'; SELECT 1--",
    '"><script>xs1()</script>',
    "<img src=x onerror=xs2()>",
    "'\"><svg/onload=xs3()>",
    "javascript:xs4()",
    "</textarea><b>xs5",
    "&lt;i&gt;",
    "<!--",
    "]]>",
    "%s %d",
    "%(name)s",
    "%(x)s %",
    "{0.__class__}",
    "{x}",
    "{{9187*7919}}",
    "{%raw%}",
    "${9187*7919}",
    "#{9187*7919}",
    "<%= 9187*7919 %>",
    "../../../etc/passwd",
    "..\\..\\x",
    "//evil.example/",
    "/\\evil.example",
    "https://evil.example",
    "=cmd|' /C calc'!A0",
    "+1",
    "@SUM(A1)",
    "$(id)",
    "`id`",
    "\\x00",
]
NUMBERS = [
    str(10**30),
    "-1",
    "-" + "9" * 30,
    "2147483648",
    "9223372036854775808",
    "NaN",
    "sNaN",
    "-Infinity",
    "1e400",
    "1E+17",
    "0x10",
    "1_000",
    "１２３",
    "0",
    "-0",
    "00",
    "1.5",
    "1,2,3",
    "7_" + "9" * 30,
    "0.500-" + "9" * 12,
]
DATES = [
    "9999-99-99",
    "0001-01-01",
    "9999-12-31",
    "0000-00-00",
    "2017-02-30",
    "20170503",
    "2017-W10-1",
    "10000-01-01",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "2017-05-03T25:61",
    "2017-05-03T08:00+99:99",
]
WORDS = ["", "null", "None", "undefined", "true", "[]", "{}", "open", "hire", "event"]
NAUGHTY = CONTROL + UNICODE + LONG + INJECTION + NUMBERS + DATES + WORDS
MARKS = ("xs1()", "xs2()", "xs3()", "xs5")
CALCULATED = str(9187 * 7919)


def blns() -> list[str]:
    """The Big List of Naughty Strings, where the shared data are present."""
    return json.loads(BLNS.read_text()) if BLNS.exists() else []


def share(texts: list[str], part: int, count: int) -> list[str]:
    """Return ``count`` texts, others for each ``part``: neighbours together meet them all."""
    return [texts[(part * count + n) % len(texts)] for n in range(min(count, len(texts)))]
