"""What is said about input that cannot be used."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellError:
    """One thing wrong with one cell of an input file; rows are numbered as a spreadsheet shows them.

    Row 0 and an empty column mean the whole file, or the whole row.

    >>> str(CellError("workers.csv", 7, "education", "must be 0 to 5"))
    'workers.csv: row 7: education: must be 0 to 5'
    """

    file: str
    row: int
    column: str
    problem: str

    def __str__(self) -> str:
        row = f"row {self.row}" if self.row else ""
        return ": ".join(part for part in (self.file, row, self.column, self.problem) if part)


class InputError(ValueError):
    """The input cannot be used; ``errors`` holds one :class:`CellError` per bad cell.

    >>> raise InputError([CellError("workers.csv", 1, "", "the file is empty")])
    Traceback (most recent call last):
    matching.problems.InputError: workers.csv: row 1: the file is empty
    """

    def __init__(self, errors: list[CellError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors
