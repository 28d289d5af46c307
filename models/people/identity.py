"""The citizen's identity number (GB 11643-1999) as counties really write it, and nothing guessed.

Disability cards carry the same number followed by category and grade and, once reissued, by the letter B and
how often (``…42B1``: 20 to 22 characters, GB/T 26341); the register keeps the first 18 and the disability
apart.
"""

import csv
import functools
import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum
from pathlib import Path

from stdnum.cn import ric

from models.clock import full_years
from models.i18n import N_, Sentence

LENGTH = 18
OLDEST_YEARS = 110
PREFIX_FILE = Path(__file__).parent.parent / "reference" / "idcard_prefix_history.csv"
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")

_WHOLE = re.compile(r"\d{17}[\dX]", re.ASCII)
_FORMULA = re.compile(r'=\s*"(.*)"')
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d{1,2}", re.ASCII)
_QUOTES = str.maketrans("", "", "'\"`‘’“”′＇")
_SEPARATORS = re.compile(r"[-‐-―−_,,.。、;;]")
X_LOOKALIKES = str.maketrans({"×": "X", "Χ": "X", "Х": "X", "✕": "X"})
_LETTERS_FOR_DIGITS = str.maketrans({"O": "0", "I": "1", "L": "1", "Q": "0"})
_CARD_TAIL = re.compile(r"([1-7])([1-4])(?:B[1-9]?|(\d\d))?")
_CARD_LENGTHS = range(20, 23)


class Sex(StrEnum):
    """Sex as the seventeenth digit tells it."""

    MALE = "M"
    FEMALE = "F"


SEX_LABELS = {Sex.MALE: N_("男"), Sex.FEMALE: N_("女")}


class IdNumberProblem(Enum):
    """Why a number cannot be taken, in words for the person who has to correct it."""

    EMPTY = N_("没有填证件号码，请补填18位身份证号码")
    NUMERIC = N_("证件号码存成了数值，后几位已经丢失，无法恢复；请把这一格设为文本，重新填写18位号码")
    SCIENTIFIC = N_("证件号码变成了科学计数的样子，后几位已经丢失，请以文本重新填写18位号码")
    OLD_FIFTEEN = N_("这是15位的旧身份证号码，请填写现在的18位号码")
    LENGTH = N_("证件号码应为18位（残疾人证20位，补发过的末尾是B和次数），这里是%(length)d位，请核对")
    CHARACTERS = N_("证件号码里有不能识别的字符“%(characters)s”，请只填数字，最后一位可以是X")
    LETTERS = N_("证件号码第%(places)s位是字母，像是把数字0或1打成了字母O或I，请对照证件改正")
    BIRTH_DATE = N_("证件号码里的出生日期不存在，请对照证件核对第7至14位")
    FUTURE = N_("证件号码里的出生日期还没有到，请对照证件核对第7至14位")
    TOO_OLD = N_("按证件号码这个人已超过110岁，请对照证件核对第7至14位")
    CHECK_DIGIT = N_("证件号码校验位不对，有一位或几位数字填错了，请对照证件核对")
    CARD_TAIL = N_(
        "残疾人证号码末尾不对：第19位是类别1至7，第20位是等级1至4，补发过的再加B和次数，请对照证件核对"
    )


class InvalidIdNumber(ValueError):
    """A number that cannot be taken. Neither its text nor its sentence contains the number."""

    def __init__(self, problem: IdNumberProblem, **params: object) -> None:
        super().__init__(problem.name)
        self.problem = problem
        self.sentence = Sentence(problem.value, params)


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A checked number of 18 characters, with what a disability card added to it.

    ``odd_tail``: two digits where a reissued card has B and how often. Offices do write them; the number
    before them stands its check, so that it is taken, with a warning.
    """

    number: str = field(repr=False)
    disability_category: int | None = None
    disability_grade: int | None = None
    odd_tail: str = ""

    @classmethod
    def parse(cls, text: str | None, today: date) -> "IdNumber":
        """Check what was typed. Raises InvalidIdNumber; never repairs a digit."""
        number = normalise(text or "")
        _check_shape(number)
        _check_birth(number, today)
        if ric.calc_check_digit(number[:LENGTH]) != number[LENGTH - 1]:
            raise InvalidIdNumber(IdNumberProblem.CHECK_DIGIT)
        return cls(number[:LENGTH], *_card_tail(number[LENGTH:]))

    @property
    def birth_date(self) -> date:
        """The holder's date of birth."""
        return _birth_date(self.number)

    @property
    def sex(self) -> Sex:
        """The holder's sex: the seventeenth digit is odd for men."""
        return Sex.MALE if int(self.number[16]) % 2 else Sex.FEMALE

    @property
    def last_four(self) -> str:
        """What lists may show and search."""
        return self.number[-4:]

    @property
    def masked(self) -> str:
        """The number with the ten characters of district end and birth date starred."""
        return mask(self.number)

    @property
    def has_known_prefix(self) -> bool:
        """Whether the first six digits were ever given out, as far as we know.

        The prefix is the area code of the day of issue and stays for life, so it is never compared with
        today's county.
        """
        return is_known_prefix(self.number[:6])

    @property
    def ends_like_a_lost_number(self) -> bool:
        """Whether the end is 000, which a spreadsheet writes over lost digits; rarely it is real."""
        return self.number.endswith("000")

    def age_on(self, day: date) -> int:
        """Completed years on ``day``."""
        return full_years(self.birth_date, day)


def normalise(text: str) -> str:
    """Remove what spreadsheets and keyboards add around a number; digits are never changed."""
    if _WHOLE.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cc") and not c.isspace())
    formula = _FORMULA.fullmatch(plain)
    plain = (formula.group(1) if formula else plain).translate(_QUOTES).upper()
    if _SCIENTIFIC.fullmatch(plain):
        return plain
    plain = _SEPARATORS.sub("", plain)
    return plain[:17] + plain[17:18].translate(X_LOOKALIKES) + plain[18:]


def mask(number: str) -> str:
    """Star the middle ten of 18 characters: ``5134**********1234``."""
    return f"{number[:4]}{'*' * 10}{number[-4:]}"


def keyed_digest(key: bytes, number: str) -> str:
    """HMAC-SHA256 in hex of the 18 characters: for lookup and uniqueness without the number itself."""
    return hmac.new(key, number.encode("ascii"), hashlib.sha256).hexdigest()


@functools.lru_cache
def is_known_prefix(prefix: str) -> bool:
    """Whether an area code is of a known province and, in the paired prefectures, was ever in use."""
    if not _PROVINCES.fullmatch(prefix[:2]):
        return False
    codes = _prefixes()
    return prefix in codes or prefix[:4] not in {code[:4] for code in codes}


@functools.cache
def _prefixes() -> frozenset[str]:
    with PREFIX_FILE.open(encoding="utf-8-sig", newline="") as lines:
        return frozenset(row["code"] for row in csv.DictReader(lines))


def _check_shape(number: str) -> None:
    if not number:
        raise InvalidIdNumber(IdNumberProblem.EMPTY)
    if _SCIENTIFIC.fullmatch(number):
        raise InvalidIdNumber(IdNumberProblem.SCIENTIFIC)
    _check_letters(number)
    strange = sorted(set(re.sub(r"[0-9]|(?<=^.{17})X|(?<=^.{20})B", "", number)))
    if strange:
        raise InvalidIdNumber(IdNumberProblem.CHARACTERS, characters="".join(strange)[:10])
    if len(number) == 15:
        raise InvalidIdNumber(IdNumberProblem.OLD_FIFTEEN)
    if len(number) != LENGTH and len(number) not in _CARD_LENGTHS:
        raise InvalidIdNumber(IdNumberProblem.LENGTH, length=len(number))


def _check_letters(number: str) -> None:
    """Name the places of letters that stand for digits, if that is all that is strange."""
    digits = number.translate(_LETTERS_FOR_DIGITS)
    if digits != number and re.fullmatch(r"[0-9]{17}[0-9X][0-9]*(B[0-9]?)?", digits):
        places = [str(i) for i, (a, b) in enumerate(zip(number, digits, strict=True), 1) if a != b]
        raise InvalidIdNumber(IdNumberProblem.LETTERS, places=places)


def _check_birth(number: str, today: date) -> None:
    try:
        born = _birth_date(number)
    except ValueError:
        raise InvalidIdNumber(IdNumberProblem.BIRTH_DATE) from None
    if born > today:
        raise InvalidIdNumber(IdNumberProblem.FUTURE)
    if today.year - born.year > OLDEST_YEARS:
        raise InvalidIdNumber(IdNumberProblem.TOO_OLD)


def _birth_date(number: str) -> date:
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def _card_tail(tail: str) -> tuple[int | None, int | None, str]:
    if not tail:
        return None, None, ""
    codes = _CARD_TAIL.fullmatch(tail)
    if not codes:
        raise InvalidIdNumber(IdNumberProblem.CARD_TAIL)
    return int(codes.group(1)), int(codes.group(2)), codes.group(3) or ""
