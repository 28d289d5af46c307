"""Files in and out: CSV (UTF-8, with or without BOM) or Parquet, by extension."""

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from matching.clock import as_of
from matching.files.cells import EXTRA_CELLS, ORDER_CELLS, ORDERED_PAIRS, Parser, identifier, worker_cells
from matching.pairs.columns import Column, Frame, id_field
from matching.types import CellError, InputError, Order, Worker

FIRST_ROW = 2
BLOCK_BYTES = 64 << 20


def read_workers(path: str | Path, today: date | None = None) -> Frame:
    """Workers of a file. Raises ``InputError`` with one entry per bad cell.

    Units and unknown values as for :class:`Worker`; all columns of the contract must be there. No birth date
    lies after ``today`` (China's day by default).

    >>> from matching.generator import write_province
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_province(Path(folder), workers=3, orders=2, seed=7)
    ...     len(read_workers(Path(folder) / "workers.csv"))
    3
    >>> read_workers("nowhere.csv")
    Traceback (most recent call last):
    matching.problems.InputError: nowhere.csv: [Errno 2] No such file or directory: 'nowhere.csv'
    """
    return _read_frame(Path(path), Worker, worker_cells(as_of(today)))


def read_orders(path: str | Path) -> Frame:
    """Orders of a file. Raises ``InputError`` with one entry per bad cell.

    Units and unknown values as for :class:`Order`; all columns of the contract must be there.

    >>> from matching.generator import write_province
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_province(Path(folder), workers=3, orders=2, seed=7)
    ...     len(read_orders(Path(folder) / "orders.csv"))
    2
    >>> read_orders("nowhere.csv")
    Traceback (most recent call last):
    matching.problems.InputError: nowhere.csv: [Errno 2] No such file or directory: 'nowhere.csv'
    """
    return _read_frame(Path(path), Order, ORDER_CELLS)


def rows_of(source: "str | Path | pa.Table", kind: type, today: date | None = None) -> Frame:
    """Workers or orders (``kind``) of a file or an Arrow table that has some of the contract's columns.

    Only the id must be there; what has no column is unknown. Raises ``InputError`` with one entry per bad
    cell, and for a column that the contract does not have: a misspelt one would be unknown in silence.

    >>> rows_of(pa.table({"worker_id": ["1"], "wishes": [["焊工", "保安"]]}), Worker).row(0).wishes
    ('焊工', '保安')
    >>> rows_of(pa.table({"worker_id": ["1"], "wage": [3000]}), Worker)
    Traceback (most recent call last):
    matching.problems.InputError: worker table: row 1: wage: no such column
    """
    name = id_field(kind)
    if isinstance(source, pa.Table):
        path = Path(f"{kind.__name__.lower()} table")
        table = {column: _as_text(source.column(column)) for column in source.column_names}
        if name not in table:
            raise InputError([CellError(path.name, 1, name, "column is missing")])
    else:
        path, table = Path(source), read_text_table(source, (name,))
    known = {field.name for field in fields(kind)}
    strange = [CellError(path.name, 1, column, "no such column") for column in table if column not in known]
    if strange:
        raise InputError(strange)
    return _frame(path, kind, worker_cells(as_of(today)) if kind is Worker else ORDER_CELLS, table)


def read_text_table(path: str | Path, required: tuple[str, ...]) -> dict[str, pa.Array]:
    """Columns of a file as stripped text. Raises ``InputError`` when it cannot be read or lacks a column."""
    path = Path(path)
    try:
        table = parquet.read_table(path) if path.suffix == ".parquet" else _read_csv(path)
    except (OSError, pa.ArrowException) as error:
        raise InputError([CellError(path.name, 0, "", _first_line(error))]) from error
    names = [name.strip() for name in table.column_names]
    missing = [CellError(path.name, 1, name, "column is missing") for name in required if name not in names]
    twice = [
        CellError(path.name, 1, name, "column occurs twice") for name in required if names.count(name) > 1
    ]
    if missing or twice:
        raise InputError(missing + twice)
    return {name: _as_text(table.column(number)) for number, name in enumerate(names)}


def write_table(path: str | Path, columns: "Mapping[str, Any] | pa.Table") -> None:
    """Write a table, or columns (arrays or lists of equal length), to a file, all of it or nothing."""
    path = Path(path)
    table = columns if isinstance(columns, pa.Table) else pa.table(dict(columns))
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        if path.suffix == ".parquet":
            parquet.write_table(table, draft)
        else:
            csv.write_csv(table, draft, csv.WriteOptions(quoting_style="needed"))
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def _read_csv(path: Path) -> pa.Table:
    """All cells as text; rows of the wrong length are reported with their numbers."""
    with path.open("rb") as file:
        header = file.readline(1 << 20).decode("utf-8-sig", "replace").strip()
    if not header:
        raise InputError([CellError(path.name, 1, "", "the file is empty")])
    names = [name.strip().strip('"') for name in header.split(",")]
    wrong: list[CellError] = []
    table = _parse_csv(path, names, wrong, threads=True)
    if wrong:  # only a reading by one thread knows the numbers of rows
        wrong.clear()
        _parse_csv(path, names, wrong, threads=False)
        raise InputError(wrong)
    return table


def _parse_csv(path: Path, names: list[str], wrong: list[CellError], threads: bool) -> pa.Table:
    def refuse(row: csv.InvalidRow) -> str:
        counts = f"{row.actual_columns} cells where the header has {row.expected_columns}"
        wrong.append(CellError(path.name, row.number or 0, "", counts))
        return "skip"

    text = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    return csv.read_csv(
        path,
        read_options=csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=threads),
        parse_options=csv.ParseOptions(newlines_in_values=True, invalid_row_handler=refuse),
        convert_options=text,
    )


def _as_text(column: pa.ChunkedArray) -> pa.Array:
    """Any column as stripped text: empty for null, 0 and 1 for booleans, ``|`` between list entries."""
    kind = column.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        column = pc.binary_join(pc.cast(column, pa.list_(pa.string())), "|")
    elif pa.types.is_boolean(kind):
        column = pc.cast(column, pa.int8())
    elif pa.types.is_timestamp(kind):
        column = pc.cast(column, pa.date32())
    elif pa.types.is_floating(kind) and pc.all(pc.equal(pc.floor(column), column)).as_py():
        column = pc.cast(column, pa.int64())
    text = pc.fill_null(pc.cast(column, pa.string()), "")
    combined = text.combine_chunks()
    return pc.utf8_trim_whitespace(combined)


def _read_frame(path: Path, kind: type, cells: dict[str, Parser]) -> Frame:
    return _frame(path, kind, cells, read_text_table(path, tuple(cells)))


def _frame(path: Path, kind: type, cells: dict[str, Parser], table: dict[str, pa.Array]) -> Frame:
    known = {field.name for field in fields(kind)}
    name = id_field(kind)
    errors = _check_ids(path, name, table[name])
    columns = {}
    for column_name in sorted(known - {name}):
        parser = cells.get(column_name) or EXTRA_CELLS[column_name]
        cell_texts = table.get(column_name)
        if cell_texts is None:
            cell_texts = pa.array([""] * len(table[name]))
        columns[column_name], wrong = _parse_column(path, column_name, cell_texts, parser)
        errors += wrong
    if not errors:
        errors = _check_order_of_pairs(path, columns)
    if errors:
        raise InputError(sorted(errors, key=lambda error: error.row))
    ids = table[name].to_numpy(zero_copy_only=False).astype(np.str_)
    return Frame.sorted_by_id(kind, ids, columns, is_checked=True)


def _parse_column(path: Path, name: str, texts: pa.Array, parser: Parser) -> tuple[Column, list[CellError]]:
    """Parse each distinct text once."""
    encoded = texts.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    values, problems = [], {}
    for number, cell in enumerate(encoded.dictionary.to_pylist()):
        try:
            values.append(parser(cell))
        except ValueError as error:
            values.append(None)
            problems[number] = str(error)
    rows = np.flatnonzero(np.isin(codes, list(problems)))
    return Column(codes, values), [
        CellError(path.name, int(r) + FIRST_ROW, name, problems[codes[r]]) for r in rows
    ]


def _check_ids(path: Path, name: str, ids: pa.Array) -> list[CellError]:
    odd = pc.invert(pc.match_substring_regex(ids, r"^[0-9A-Za-z_.:-]{1,64}$")).to_numpy(zero_copy_only=False)
    problems = [(int(row), _problem(identifier, ids[int(row)].as_py())) for row in np.flatnonzero(odd)]
    errors = [CellError(path.name, row + FIRST_ROW, name, problem) for row, problem in problems if problem]
    encoded = ids.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    if len(encoded.dictionary) < len(ids):
        first = np.zeros(len(ids), bool)
        first[np.unique(codes, return_index=True)[1]] = True
        again = [row for row in np.flatnonzero(~first).tolist() if ids[row].as_py()]
        errors += [
            CellError(path.name, row + FIRST_ROW, name, f"occurs twice: {ids[row].as_py()!r}")
            for row in again
        ]
    return errors


def _problem(parser: Callable[[str], Any], cell: str) -> str:
    try:
        parser(cell)
    except ValueError as error:
        return str(error)
    return ""


def _check_order_of_pairs(path: Path, columns: dict[str, Column]) -> list[CellError]:
    errors = []
    for low, high in ORDERED_PAIRS:
        if low in columns:
            bounds = [[-1 if v is None else v for v in columns[name].values] for name in (low, high)]
            lows, highs = (
                np.array(b)[columns[name].codes] for b, name in zip(bounds, (low, high), strict=True)
            )
            rows = np.flatnonzero((highs >= 0) & (lows > highs)).tolist()
            errors += [CellError(path.name, row + FIRST_ROW, low, f"is above {high}") for row in rows]
    return errors


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
