"""What a new password and a new account's name have to be."""

import re
import secrets

from models.access import Role
from models.i18n import Sentence

LEAST_SCORE = 3  # zxcvbn's "safely unguessable": more than 100 million guesses
MOST_LOOKED_AT = 72
# No 0/O, 1/l/I: a clerk copies it from paper.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRSTUVWXYZ23456789"  # noqa: S105
# What one tries first at a stranger's door: roles, offices, and names of machines.
GUESSABLE = {role.value for role in Role} | {
    "admin",
    "administrator",
    "root",
    "chief",
    "boss",
    "manager",
    "operator",
    "system",
    "sysadmin",
    "user",
    "test",
    "guest",
    "demo",
    "support",
    "helpdesk",
    "office",
    "bureau",
    "clerk",
    "county",
    "city",
    "town",
    "province",
    "prefecture",
    "school",
    "teacher",
    "enterprise",
    "auditor",
    "hr",
    "xieshou",
    "guanli",
    "guanliyuan",
    "jiuyeju",
    "renshe",
    "laowu",
}


def new_password() -> str:
    """A drawn password of 12 easily copied characters."""
    return "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(12))


def password_refusal(password: str, present: str, personal: list[str]) -> Sentence | None:
    """Why ``password`` may not be the new one after ``present``; ``personal`` are words about its owner."""
    if password == present:
        return Sentence("新密码不能和现在的一样，换一个只有你知道的。")
    from zxcvbn import zxcvbn  # its word lists are read when first needed

    told = zxcvbn(password[:MOST_LOOKED_AT], user_inputs=[word for word in personal if word])
    if told["score"] < LEAST_SCORE:
        return Sentence("这个密码太常见，几下就能猜到。换几个不相干的词，或加长一些。")
    return None


def is_guessable(username: str) -> bool:
    """Whether a stranger would try this name first: a role or an office, alone or with figures behind it."""
    parts = [part for part in re.split(r"[._-]", username.rstrip("0123456789")) if part]
    return not parts or all(part.rstrip("0123456789") in GUESSABLE for part in parts)


def suggested_name(name: str) -> str:
    """A name for the account of a person called ``name``: as it sounds, and three drawn characters."""
    from pypinyin import lazy_pinyin  # loads a dictionary for half a second, not at every start

    letters = "".join(re.findall(r"[a-z]", "".join(lazy_pinyin(name)).lower()))[:24]
    drawn = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(3))
    return f"{letters or 'u'}.{drawn}"


def name_refusal(username: str, name: str) -> Sentence | None:
    """Why production does not take ``username`` for the person called ``name``, with one that it takes."""
    if not is_guessable(username):
        return None
    return Sentence(
        "账号不能是“%(account)s”这样一猜就中的职务名，可以用 %(other)s。",
        {"account": username, "other": suggested_name(name)},
    )
