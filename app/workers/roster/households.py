"""Rules over the rows of one household: one head and no more, one spouse, of the other sex (domain.md 2)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.kit.files.cells.cell import text_of
from app.kit.files.cells.people import parse_code
from app.kit.files.cells.spoilt import spoilt
from app.workers.roster.blank_cells import Filler
from app.workers.roster.choices import RELATION, parse_choice
from app.workers.roster.tables import Person
from models.i18n import Sentence
from models.people.identity import normalise

Place = tuple[int, int]

NO_HEAD = Sentence("这一户在名册里没有户主，请核对")


@dataclass(slots=True)
class _Household:
    first: Place
    heads: dict[str, Place] = field(default_factory=dict)
    spouses: dict[str, Place] = field(default_factory=dict)


class Households:
    """Filled in a first walk through the file, asked in a second. Places are (sheet, row)."""

    def __init__(self) -> None:
        self._known: dict[str, _Household] = {}

    def add(self, sheet: int, person: Person, filler: Filler) -> None:
        """Note one row. Rows without 户编号 or without a column of relations are not checked."""
        table = person.table
        cells = filler.fill(person.row)
        if not {"household_code", "relation"} <= table.places.keys():
            return
        cell = table.cell(cells, "household_code")
        code = None if spoilt(cell) else parse_code(cell).value
        if not code:
            return
        relation = parse_choice(RELATION, table.cell(cells, "relation")).value
        self.note(code, relation, text_of(table.cell(cells, "id_number")), (sheet, person.row.number))

    def note(self, code: str, relation: str | None, number: str, place: Place) -> None:
        """Note a member of a household."""
        household = self._known.setdefault(code, _Household(place))
        group = {"户主": household.heads, "配偶": household.spouses}.get(relation or "")
        if group is not None:
            group.setdefault(_who(number), place)

    def errors(self, code: str, relation: str, number: str) -> Iterator[Sentence]:
        """Say that a person is the household's second head."""
        household = self._known.get(code)
        if household and relation == "户主":
            first, place = next(iter(household.heads.items()), (number, (0, 0)))
            if first != number:
                yield Sentence(
                    "这一户已经有户主（第%(row)d行），一户只能有一个户主，请核对", {"row": place[1]}
                )

    def warnings(self, code: str, relation: str, number: str, place: Place) -> Iterator[Sentence]:
        """Say what else is odd about a member of the household at ``place``."""
        household = self._known.get(code)
        if not household:
            return
        if not household.heads and household.first == place:
            yield NO_HEAD
        if relation == "配偶":
            first, where = next(iter(household.spouses.items()), (number, place))
            if first != number:
                yield Sentence("这一户已经有户主的配偶（第%(row)d行），请核对", {"row": where[1]})
            if any(_sex_digit(head) == _sex_digit(number) for head in household.heads):
                yield Sentence("配偶和户主性别相同，请核对")


def _who(text: str) -> str:
    return normalise(text)[:18]


def _sex_digit(number: str) -> str:
    """Odd or even by the seventeenth digit; a number too short agrees with none."""
    return str(int(number[16]) % 2) if len(number) == 18 and number[16].isdigit() else number
