"""What was typed, held in the answer and sent again by a button: for a page that may ask no database."""

from typing import NamedTuple

from flask import request

from models.i18n import N_

# Asked again, never written into a page. Of the first form that has all of a row's fields.
PASSWORDS = (
    {"current": N_("现在的密码"), "password": N_("新密码（至少 10 个字符）"), "again": N_("再输一次新密码")},
    {"password": N_("密码")},
)
NEW_EACH_TIME = frozenset({"csrf_token"})


class HeldForm(NamedTuple):
    """A form as it was sent: where to, its values in order; the passwords (with their labels) and files that
    have to be given once more.

    Its ``once`` stays: should the first sending have done its work after all, the second does nothing.
    """

    action: str
    values: list[tuple[str, str]]
    passwords: dict[str, str]
    files: list[str]


def held_form() -> HeldForm | None:
    """The form of this request; None where it is none."""
    if request.method != "POST":
        return None
    secret = next((labels for labels in PASSWORDS if labels.keys() <= set(request.form)), {})
    values = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in secret.keys() | NEW_EACH_TIME
    ]
    action = request.full_path if request.query_string else request.path
    files = [name for name, file in request.files.items() if file.filename]
    return HeldForm(action, values, secret, files)
