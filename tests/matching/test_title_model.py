"""The model of titles that ships is the one that its vocabulary teaches, and asks for nothing heavy."""

import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from pypinyin import lazy_pinyin

from matching.text import postings as titles_model
from matching.text.postings import MODEL, PostingModel, shipped_model
from matching.vocabulary import postings, syllables

READ = """import sys
from matching import normalise
print(normalise(["扎钢筋的"])[0].code, *sorted({"sklearn", "pypinyin", "numba"} & set(sys.modules)))"""


SOLVED = ("weights", "step")


def differing(fresh: PostingModel, without: Sequence[str] = ()) -> list[str]:
    """Which arrays of the file are not those of a model, but for the last bits, which are the machine's."""
    arrays = {key: np.asarray(value) for key, value in fresh.arrays().items()}
    with np.load(MODEL) as kept:
        assert sorted(kept) == sorted(arrays)
        return [name for name in arrays if name not in without and not alike(name, kept[name], arrays[name])]


def alike(name: str, kept: np.ndarray, ours: np.ndarray) -> bool:
    if name in ("weights", "style.weights"):
        off = np.abs(kept.astype(int) - ours) if kept.shape == ours.shape else np.array([99])
        return bool(off.max() <= 2 and np.mean(off > 0) < 0.01)
    if ours.dtype.kind == "f":
        return kept.shape == ours.shape and np.allclose(kept, ours, rtol=1e-4, atol=0)
    return np.array_equal(kept, ours)


def test_what_ships_was_taught_by_the_words_that_are_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of the model but the solutions of its equations, which a drill solves: no word changes unseen."""
    monkeypatch.setattr(titles_model, "_kernel", lambda asked, *_: np.eye(asked.shape[0], dtype=np.float32))
    monkeypatch.setattr("scipy.linalg.cho_factor", lambda kernel, **_: kernel)
    monkeypatch.setattr("scipy.linalg.cho_solve", lambda _, targets: targets)
    monkeypatch.setattr(titles_model.Style, "of", lambda *_: shipped_model().style)
    assert differing(PostingModel.fit(postings()), SOLVED) == []


def test_the_model_that_ships_is_the_one_that_the_vocabulary_teaches() -> None:
    """Whoever changes titles, trade words or postings fits it anew: ``make title-model``."""
    assert differing(PostingModel.fit(postings())) == []


def test_the_model_is_whole_numbers_and_small() -> None:
    with np.load(MODEL) as kept:
        real = [name for name in kept if kept[name].dtype.kind == "f" and kept[name].size > 2]
    assert real == []
    assert MODEL.stat().st_size < 9_000_000


def test_a_first_title_is_read_without_fitting_anything() -> None:
    done = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["6-29-01-04"]


def test_characters_are_read_as_the_dictionary_reads_them() -> None:
    read = {sign: lazy_pinyin(sign)[0] for sign in map(chr, range(0x4E00, 0xA000))}
    assert syllables() == {sign: said for sign, said in read.items() if said != sign}
