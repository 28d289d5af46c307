"""What the rows of one file say of each other: the same person twice, and the rules of households."""

from dataclasses import replace

from app.workers.roster.households import Households
from app.workers.roster.rows import RosterRow, RowReader
from models.i18n import Sentence
from models.people.name import name_key


class WholeFile:
    """Rows pass by in the order of the file; what an earlier one said is remembered."""

    def __init__(self, households: Households) -> None:
        self._households = households
        self._seen: dict[str, tuple[str, int, str]] = {}

    def note(self, sheet: str, row: int, number: str, name: str) -> None:
        """Remember who a number belongs to, and where; the first row counts."""
        if name:
            self._seen.setdefault(number, (sheet, row, name_key(name)))

    def check(self, sheet: int, reader: RowReader, row: RosterRow) -> RosterRow:
        """``row`` with what contradicts or repeats another; ``sheet`` is the place of its sheet."""
        if "id_number" not in row.values:
            return row
        self._ask_household(sheet, reader, row)
        return self._compare(reader, row)

    def _ask_household(self, sheet: int, reader: RowReader, row: RosterRow) -> None:
        code, relation = row.values.get("household_code", ""), row.values.get("relation", "")
        number = row.values["id_number"]
        for sentence in self._households.errors(code, relation, number):
            reader.reject(row, "relation", sentence)
        for sentence in self._households.warnings(code, relation, number, (sheet, row.row)):
            reader.warn(row, "relation", sentence)

    def _compare(self, reader: RowReader, row: RosterRow) -> RosterRow:
        """Look for the same number above: the same person counts once, another name rejects the row."""
        name, number = row.values.get("name", ""), row.values["id_number"]
        if number not in self._seen:
            self.note(row.sheet, row.row, number, name)
            return row
        sheet, first, other = self._seen[number]
        if name and name_key(name) != other:
            clash = Sentence(
                "这个证件号码在第%(row)d行已经登记给另一个姓名，请核对是谁的号码", {"row": first}
            )
            reader.reject(row, "id_number", clash)
            return row
        same = Sentence("和第%(row)d行是同一个人，只登记一次，以第%(row)d行为准", {"row": first})
        reader.warn(row, "id_number", same)
        return replace(row, repeats=(sheet, first))
