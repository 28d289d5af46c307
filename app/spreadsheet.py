"""Spreadsheets in and out: bytes to rows through a limited process, rows to a workbook. Knows no model.

Reading: ``open_workbook(bytes or path)`` answers sheets whose rows can be walked any number of times;
the rows lie in an unnamed temporary file, so that 100,000 of them cost this process no memory.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple

from models.words import N_

MEMORY_LIMIT = 448 * 1024 * 1024
OUTPUT_LIMIT = 400 * 1024 * 1024
SECONDS = 8
BYTES_A_SECOND = 5 * 1024 * 1024
APP = Path(__file__).parent
_CHILD = (
    "import sys; sys.path.append(sys.argv[1]); from spreadsheet_child.main import main;"
    " main(*map(int, sys.argv[2:]))"
)

Cell = str | int | float | bool | date | datetime


class SpreadsheetProblem(Enum):
    """Why a file is not taken, in words for the person who sent it."""

    EMPTY = N_("这个文件是空的，请选择有内容的表格")
    NOT_A_SHEET = N_("这不是表格文件，请选择Excel、WPS表格或CSV文件")
    NO_TABLE = N_("这个网页文件里没有表格，请在原系统里重新导出，或另存为.xlsx后再导入")
    PASSWORD = N_("这个文件有打开密码，请在Excel或WPS里去掉密码，保存后再导入")
    DAMAGED = N_("这个文件打不开，可能已损坏；请在Excel或WPS里打开，另存为.xlsx后再导入")
    TOO_LARGE = N_("这个表格太大，或在很远的单元格里有内容；请把名册复制到新的工作簿，或分成几个文件再导入")
    TOO_SLOW = N_("这个文件读得太久，已停止；请把名册复制到新的工作簿，或分成几个文件再导入")


class SpreadsheetError(Exception):
    """The file is not taken."""

    def __init__(self, problem: SpreadsheetProblem) -> None:
        super().__init__(problem.name)
        self.problem = problem

    @property
    def sentence(self) -> str:
        """What to tell the sender, in the source language."""
        return self.problem.value


class Range(NamedTuple):
    """A merged range; rows and columns count from 1."""

    top: int
    left: int
    bottom: int
    right: int


class Row(NamedTuple):
    """A row that is not blank: its number as the spreadsheet program shows it, its cells from column A on.

    A blank cell is ``""``; numbers, truth values and dates keep their kind.
    """

    number: int
    cells: list[Cell]


@dataclass
class Sheet:
    """One sheet. ``name`` is empty where the format has none (CSV, HTML)."""

    name: str
    visible: bool
    merged: list[Range] = field(default_factory=list)
    _spool: IO[bytes] = field(repr=False, kw_only=True)
    _lines: list[int] = field(default_factory=list, repr=False, kw_only=True)

    def rows(self) -> Iterator[Row]:
        """Walk the rows that are not blank, from the top; each call walks anew."""
        for place in self._lines:
            self._spool.seek(place)
            yield from map(Row._make, json.loads(self._spool.readline(), object_hook=_typed))


class Workbook:
    """The sheets of a file, hidden ones too. Closing it forgets the rows."""

    def __init__(self, spool: IO[bytes]) -> None:
        self._spool = spool
        self.sheets = _index(spool)

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Forget the rows."""
        self._spool.close()


def open_workbook(source: bytes | Path) -> Workbook:
    """Read a spreadsheet of any kind counties send, told by its content. Raises SpreadsheetError."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the workbook
    try:
        with _as_file(source) as file:
            _run_child(file, spool)
        return Workbook(spool)
    except BaseException:
        spool.close()
        raise


def _as_file(source: bytes | Path) -> IO[bytes]:
    if isinstance(source, Path):
        return source.open("rb")
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.write(source)
    file.seek(0)
    return file


def _run_child(file: IO[bytes], spool: IO[bytes]) -> None:
    """Let a process of its own read the file. Raises SpreadsheetError when it dies or takes too long."""
    seconds = SECONDS + file.seek(0, 2) // BYTES_A_SECOND
    file.seek(0)
    limits = [str(limit) for limit in (MEMORY_LIMIT, seconds, OUTPUT_LIMIT)]
    command = [sys.executable, "-I", "-X", "utf8", "-c", _CHILD, str(APP), *limits]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and script
            command, stdin=file, stdout=spool, stderr=subprocess.DEVNULL, env={}, timeout=seconds * 2, check=False
        )
    except subprocess.TimeoutExpired:
        raise SpreadsheetError(SpreadsheetProblem.TOO_SLOW) from None
    if done.returncode:
        raise SpreadsheetError(_DEATHS.get(done.returncode, SpreadsheetProblem.DAMAGED))


_DEATHS = {
    -6: SpreadsheetProblem.TOO_LARGE,  # SIGABRT: an allocation beyond the limit
    -9: SpreadsheetProblem.TOO_SLOW,  # SIGKILL: the hard limit of processor time
    -24: SpreadsheetProblem.TOO_SLOW,  # SIGXCPU
    -25: SpreadsheetProblem.TOO_LARGE,  # SIGXFSZ
}


def _index(spool: IO[bytes]) -> list[Sheet]:
    """Find the sheets in what the child wrote. Raises SpreadsheetError if it wrote a refusal."""
    sheets: list[Sheet] = []
    spool.seek(0)
    while line := spool.readline():
        if line.startswith(b"["):
            sheets[-1]._lines.append(spool.tell() - len(line))
            continue
        about = json.loads(line)
        if "refused" in about:
            raise SpreadsheetError(SpreadsheetProblem[about["refused"]])
        if "sheet" in about:
            sheets.append(Sheet(about["sheet"], about["visible"], _spool=spool))
        else:
            sheets[-1].merged = [Range(*one) for one in about["merged"]]
    return sheets


def _typed(value: dict[str, str]) -> Any:
    if "date" in value:
        text = value["date"]
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    return value["time"]
