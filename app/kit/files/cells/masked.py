"""Texts of strangers' files, fit to be shown: of long numbers only the last digits are left."""

import re
import unicodedata

LEAST_DIGITS = 11  # a mobile number; a landline with its area code has as many
OF_A_NUMBER = 7  # where nothing but telephones and identity numbers can stand, a local line too

_DAY = re.compile(r"(19|20)[0-9]{2}-[01]?[0-9]-[0-3]?[0-9]")
_RUN = re.compile(r"[0-9][0-9\s-]*[0-9Xx]")


def masked(text: str, least: int = LEAST_DIGITS) -> str:
    """``text``, of whose numbers of ``least`` digits and more, however spaced, the last four are left;
    days are no numbers."""
    half = text if text.isascii() else unicodedata.normalize("NFKC", text)
    hidden = _RUN.sub(lambda run: _tail(run[0], least), half)
    return text if hidden == half else hidden


def _tail(number: str, least: int) -> str:
    if _DAY.fullmatch(number):
        return number
    digits = "".join(character for character in number if character.isalnum())
    return f"…{digits[-4:]}" if len(digits) >= least else number
