"""How many titles of a labelled file find their occupation, and how far its two readers agree.

``python -m benchmarks.titles FILE`` (``make bench-titles FILE=``) reads a CSV ``title,first,second``: a title
and what two readers, apart from each other, took it for (codes of the occupations; empty where a reader could
not tell). It prints one table; nothing is learnt from the file. A title whose first reading is empty is
counted apart: only silence is right there.
"""

import argparse
import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matching import Normalised, normalise, vocabulary
from matching.problems import CellError, InputError

COLUMNS = ("title", "first", "second")
SURE = 0.85


@dataclass(frozen=True, slots=True)
class Labelled:
    """One title with two readings, occupation codes or empty."""

    title: str
    first: str
    second: str

    @property
    def either(self) -> set[str]:
        """The codes that one of the readers gave."""
        return {self.first, self.second} - {""}


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the file, print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.titles", description=report.__doc__)
    parser.add_argument("file", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    try:
        rows = read(options.file)
    except InputError as problem:
        raise SystemExit(str(problem)) from None
    print(report(rows))


def read(path: Path) -> list[Labelled]:
    """The rows of a file. Raises ``InputError`` for a missing column, a code that no occupation has, and a
    title that is there twice."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        absent = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if absent:
            raise InputError([CellError(path.name, 1, name, "column is missing") for name in absent])
        rows = [Labelled(*((row[name] or "").strip() for name in COLUMNS)) for row in reader]
    known, seen, errors = vocabulary.occupations(), set[str](), []
    for number, row in enumerate(rows, start=2):
        for name in ("first", "second"):
            code = getattr(row, name)
            if code and code not in known:
                errors.append(CellError(path.name, number, name, f"no occupation has this code: {code}"))
        if row.title in seen:
            errors.append(CellError(path.name, number, "title", f"twice: {row.title}"))
        seen.add(row.title)
    if errors:
        raise InputError(errors)
    return rows


def report(rows: Sequence[Labelled]) -> str:
    """What ``normalise`` finds of labelled titles and how far their readers agree, as tables of Markdown."""
    found = normalise([row.title for row in rows])
    pairs = [(one, row) for one, row in zip(found, rows, strict=True) if row.first]
    lines = [
        f"| {len(pairs)} titles | exact | either reading | same major group | among five | "
        f"sure ({SURE}), of which right | silent |",
        "|---|---|---|---|---|---|---|",
        f"| as shipped | {' | '.join(_found(pairs))} |",
        "",
        "| the readers | agree | Cohen's kappa |",
        "|---|---|---|",
        *_agreement(rows),
    ]
    unclear = [one for one, row in zip(found, rows, strict=True) if not row.first]
    if unclear:
        silent = sum(not one.code for one in unclear)
        lines += ["", f"{len(unclear)} titles that the first reader could not tell: silent on {silent}."]
    return "\n".join(lines)


def _found(pairs: Sequence[tuple[Normalised, Labelled]]) -> list[str]:
    """The cells of the row of figures."""
    counted = {
        "exact": sum(one.code == row.first for one, row in pairs),
        "either": sum(one.code in row.either for one, row in pairs),
        "major": sum(one.code[:1] == row.first[:1] for one, row in pairs),
        "five": sum(row.first in {choice.code for choice in one.best} for one, row in pairs),
    }
    sure = [one.code in row.either for one, row in pairs if one.confidence >= SURE]
    silent = sum(not one.code for one, _ in pairs)
    cells = [_share(count, len(pairs)) for count in counted.values()]
    certain = f"{_percent(len(sure), len(pairs))}, {_percent(sum(sure), len(sure))}"
    return [*cells, certain, _percent(silent, len(pairs))]


def _agreement(rows: Sequence[Labelled]) -> list[str]:
    """Percent and kappa of the titles that both readers read, by code and by the code's beginning."""
    both = [(row.first, row.second) for row in rows if row.first and row.second]
    lines = []
    for name, length in (("by code", 10), ("by minor group", 7), ("by major group", 1)):
        cut = [(first[:length], second[:length]) for first, second in both]
        same = sum(first == second for first, second in cut)
        lines.append(f"| {name}, {len(both)} titles | {_percent(same, len(cut))} | {cohen_kappa(cut):.3f} |")
    return lines


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """How far two readers agree beyond chance: 1 always, 0 as often as chance would have it.

    >>> cohen_kappa([("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")])
    0.5
    """
    if not pairs:
        return float("nan")
    seen = len(pairs)
    first, second = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    agreed = sum(one == other for one, other in pairs) / seen
    by_chance = sum(first[code] * second[code] for code in first) / seen**2
    return 1.0 if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)


def _share(count: int, of: int) -> str:
    return f"{count / of:.3f}" if of else "-"


def _percent(count: int, of: int) -> str:
    return f"{100 * count / of:.1f} %" if of else "-"


if __name__ == "__main__":
    main()
