"""The workers' index on disk: raw arrays opened by memory map, changed one worker at a time.

A folder holds ``bits``, ``codes``, ``needs`` and ``ids`` as .npy files, every column of the workers as codes
(.npy) and distinct values (.json), and ``index.json`` with the version, the keys of the bit rows and the
distinct texts. Opening reads only what is asked for.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from matching.pairs.bitmaps import BitRows
from matching.pairs.columns import Column, Frame
from matching.pairs.index import WorkerIndex
from matching.text.similarity import TextSide, TitleSide
from matching.text.titles import Title, title_of
from matching.types import Worker

VERSION = 4
ARRAYS = ("bits", "codes", "needs", "ids")
Mode = Literal["r+", "c"]


def save_index(index: WorkerIndex, folder: str | Path) -> None:
    """Write an index into a new folder. Raises ``FileExistsError`` when the folder is there.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_index(WorkerIndex([Worker(worker_id="1")]), Path(folder) / "index")
    ...     StoredIndex(Path(folder) / "index").frame.ids.tolist()
    ['1']
    """
    folder = Path(folder)
    (folder / "columns").mkdir(parents=True)
    # Rows of a user's conditions are made again when they are asked for: no file can hold what they compute.
    ours = [row for row, key in enumerate(index.rows.keys) if isinstance(key[0], str)]
    arrays = index.rows.bits[ours], index.codes, index.needs, index.frame.ids
    for name, array in zip(ARRAYS, arrays, strict=True):
        np.save(folder / f"{name}.npy", array)
    for name, column in index.frame.columns.items():
        np.save(folder / "columns" / f"{name}.npy", column.codes)
        _write(folder / "columns" / f"{name}.json", [_packed(value) for value in column.values])
    texts = {
        side: [[t.text, t.codes] for t in getattr(index, side).titles] for side in ("wishes", "experiences")
    }
    numbered = [index.rows.keys[row] for row in ours]
    keys = [[attribute, _packed(threshold)] for attribute, threshold in numbered]
    _write(folder / "texts.json", texts | {"wish_sets": index.wish_sets})
    _write(folder / "index.json", {"version": VERSION, "keys": keys})


class StoredIndex(WorkerIndex):
    """An index on disk. Changes by :meth:`replace` are written through to the mapped files, or with
    ``mode="c"`` (copy on write) stay this process's own. One process writes; others open the folder anew to
    see it.


    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_index(WorkerIndex([Worker(worker_id="1", health=1)]), Path(folder) / "index")
    ...     StoredIndex(Path(folder) / "index").replace(0, Worker(worker_id="1", health=2))
    ...     StoredIndex(Path(folder) / "index").frame.row(0).health
    2
    """

    def __init__(self, folder: str | Path, mode: Mode = "r+") -> None:
        """Open it. Raises ``ValueError`` for another version, ``FileNotFoundError`` where there is none."""
        self.folder, self._mode = Path(folder), mode
        about = json.loads((self.folder / "index.json").read_text("utf-8"))
        if about["version"] != VERSION:
            raise ValueError(f"index of version {about['version']}, this engine reads {VERSION}")
        bits, self.codes, self.needs, ids = (_mapped(self.folder / f"{name}.npy", mode) for name in ARRAYS)
        self.frame = Frame(Worker, ids, StoredColumns(self.folder / "columns", mode), is_checked=True)
        keys = [(attribute, _unpacked(threshold)) for attribute, threshold in about["keys"]]
        self.rows = BitRows(self.frame, bits, keys)

    def read_all(self) -> None:
        """Map every file and make the tables of texts, before it is waited for."""
        for name in self.frame.columns:
            _ = self.frame.columns[name]
        _ = self.wishes.vectors, self.wishes.codes, self.wishes.places
        _ = self.experiences.lists, self.experiences.rows

    def _admit(self, name: str, value: Any) -> None:
        super()._admit(name, value)
        if self._mode == "r+":  # the values first: a code on disk must never stand for nothing
            draft = self.folder / "columns" / f".{name}.json"
            _write(draft, [_packed(value) for value in self.frame.columns[name].values])
            draft.replace(self.folder / "columns" / f"{name}.json")

    @cached_property
    def _texts(self) -> dict[str, Any]:
        texts: dict[str, Any] = json.loads((self.folder / "texts.json").read_text("utf-8"))
        return texts

    @cached_property
    def wishes(self) -> TitleSide:  # type: ignore[override]
        """The distinct wishes."""
        return TitleSide(_titles(self._texts["wishes"]))

    @cached_property
    def experiences(self) -> TextSide:  # type: ignore[override]
        """The distinct experience texts."""
        return TextSide(_titles(self._texts["experiences"]))

    @cached_property
    def wish_sets(self) -> list[list[int]]:  # type: ignore[override]
        """Sets of wishes that share a slot."""
        sets: list[list[int]] = self._texts["wish_sets"]
        return sets

    @property
    def county(self) -> Column:  # type: ignore[override]
        """The counties."""
        return self.frame.columns["county_code"]

    @property
    def floor(self) -> Column:  # type: ignore[override]
        """The wage floors."""
        return self.frame.columns["wage_floor_yuan"]


class StoredColumns(Mapping[str, Column]):
    """Columns of a stored frame, each read when it is first asked for."""

    def __init__(self, folder: Path, mode: Mode) -> None:
        self._folder, self._mode = folder, mode
        self._names = sorted(path.stem for path in folder.glob("*.npy"))
        self._read: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._read:
            values = json.loads((self._folder / f"{name}.json").read_text("utf-8"))
            codes = _mapped(self._folder / f"{name}.npy", self._mode)
            self._read[name] = Column(codes, [_unpacked(value) for value in values])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _titles(stored: list[Any]) -> list[Title]:
    return [title_of(text, tuple(codes)) for text, codes in stored]


def _mapped(path: Path, mode: Mode) -> np.ndarray:
    """An array of a file; an empty one is read (it cannot be mapped)."""
    try:
        array: np.ndarray = np.load(path, mmap_mode=mode)
    except ValueError:
        array = np.load(path)
    return array


def _packed(value: Any) -> Any:
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return date.fromisoformat(value["day"])
    return tuple(value) if isinstance(value, list) else value


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
