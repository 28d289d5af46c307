"""What is wrong or doubtful, and where the file shows it."""

from typing import Any, NamedTuple


class Finding(NamedTuple):
    """A sentence about one cell: ``row`` as the program shows it, ``column`` the heading the file shows."""

    sheet: str
    row: int
    column: str
    sentence: str
    params: dict[str, Any]

    @property
    def text(self) -> str:
        """The sentence filled in, untranslated."""
        return self.sentence % self.params
