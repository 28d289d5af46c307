"""What the PIN of a worker's account has to be: six digits that nobody tries first."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from models.i18n import Sentence
from models.people.worker import Worker

DIGITS = 6
# What Chinese telephones are opened with most, beyond the patterns below: 我爱你, 一生一世, keys in a row.
COMMON = re.compile(
    "520520|521521|520131|131452|147258|258369|159357|147852|369258|789456|456852|741852"
    "|963852|159753|357159|112358|314159|100200|168888|666888|888666|686868|518518|110110|119119|120120"
)


def pin_typed(text: str) -> str:
    """The PIN as it was typed: wide digits are digits, blanks around and between them are nothing."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def pin_refusal(pin: str, birth_date: date, own_numbers: Iterable[str]) -> Sentence | None:
    """Why ``pin`` may not open the account of somebody born on ``birth_date``; ``own_numbers``: ID number,
    telephones, the code of the slip. None for a good one."""
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", pin):
        return Sentence("密码是 6 位数字，例如 3 个你记得住的两位数。")
    if COMMON.fullmatch(pin) or _is_pattern(pin):
        return Sentence("这个密码太简单，别人一猜就中。不要用连着的、重复的数字，换一个只有你知道的。")
    if pin in _birthday(birth_date) or any(pin in number for number in own_numbers):
        return Sentence("密码不能是你的生日、证件号、电话里的数字，别人看得到。换一个只有你知道的。")
    return None


def _is_pattern(pin: str) -> bool:
    """One digit or two alone, halves or pairs repeated or mirrored, digits in a row up or down."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    halves = pin[:3] in (pin[3:], pin[:2:-1])
    pairs = pin[:2] == pin[2:4] == pin[4:] or all(pin[at] == pin[at + 1] for at in (0, 2, 4))
    return len(steps) == 1 or len(set(pin)) <= 2 or halves or pairs


def _birthday(born: date) -> set[str]:
    """A birthday in six digits, in every order people write it: 900503, 030590, 050390, 199053."""
    year, short, month, day = f"{born:%Y}", f"{born:%y}", f"{born:%m}", f"{born:%d}"
    return {
        short + month + day,
        day + month + short,
        month + day + short,
        year + month,
        month + year,
        year + day,
        f"{year}{born.month}{born.day}",
        f"{born.month}{born.day}{year}",
    }


def refusal_for(worker: Worker, pin: str, code: str = "") -> Sentence | None:
    """``pin_refusal`` with what the register knows of ``worker``, and the ``code`` of the slip."""
    numbers = [worker.id_number or "", *(phone.number for phone in worker.telephones), code]
    return pin_refusal(pin, worker.birth_date, numbers)
