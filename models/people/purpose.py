"""What personal data is opened for: one of a list, and a word of one's own.

个人信息保护法 6条: 明确、合理的目的. Kept as one text, ``contact:通知面试``: in the audit beside the act,
in a row where the act goes on later. What was noted before there was a list is free text and stays as it was.
"""

import enum
import re

from models.i18n import N_, NOTHING, Sentence

LONGEST_WORD = 80
SHORTEST_OWN_WORD = 2


class Purpose(enum.StrEnum):
    """What somebody's number, telephone, bank account or health is looked at for."""

    CONTACT = "contact"
    IDENTIFY = "identify"
    TRAVEL = "travel"
    SERVICE = "service"
    PAYMENT = "payment"
    REQUEST = "request"
    QUALITY = "quality"
    INSPECTION = "inspection"
    OTHER = "other"


PURPOSE_LABELS = {
    Purpose.CONTACT: N_("联系本人"),
    Purpose.IDENTIFY: N_("核对身份或证件"),
    Purpose.TRAVEL: N_("买票、乘车、住宿"),
    Purpose.SERVICE: N_("办本人申请的事"),
    Purpose.PAYMENT: N_("申报或拨付补贴"),
    Purpose.REQUEST: N_("本人要查、要改、要走自己的资料"),
    Purpose.QUALITY: N_("核对数据、找重复"),
    Purpose.INSPECTION: N_("检查、审计、核实举报"),
    Purpose.OTHER: N_("其他（请写明）"),
}
UNCHOSEN = Sentence("请选用途。")
A_NUMBER = re.compile(r"\d[\d\s-]{9,}[\dXx]")
NO_NUMBERS = Sentence("用途里不要写证件号、电话和账号，它会留在审计记录里。")
UNSAID = Sentence("选了“其他”，请写明做什么用。")


def stated(purpose: Purpose, word: str = "") -> str:
    """The text that is kept."""
    return f"{purpose}:{word.strip()[:LONGEST_WORD]}"


def obstacle(purpose: str, word: str) -> Sentence | None:
    """Why this states no purpose, or None: one of the list, in words what "other" is, and no number."""
    if purpose not in set(Purpose):
        return UNCHOSEN
    if purpose == Purpose.OTHER and len(word.strip()) < SHORTEST_OWN_WORD:
        return UNSAID
    return NO_NUMBERS if A_NUMBER.search(word) else None


def parts(kept: str) -> tuple[Purpose | None, str]:
    """What was chosen and what was written; no choice in a text from before there was a list."""
    code, colon, word = kept.partition(":")
    return (Purpose(code), word) if colon and code in set(Purpose) else (None, kept)


def purpose_in_words(kept: str) -> Sentence:
    """The kept text for people."""
    purpose, word = parts(kept)
    if purpose is None:
        return Sentence("%(word)s", {"word": word}) if word else NOTHING
    label = Sentence(PURPOSE_LABELS[purpose])
    return Sentence("%(purpose)s：%(word)s", {"purpose": label, "word": word}) if word else label
