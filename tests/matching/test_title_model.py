"""The model of titles that ships is the one that its vocabulary teaches, and asks for nothing heavy."""

import subprocess
import sys

import numpy as np
from pypinyin import lazy_pinyin

from matching.text.postings import MODEL, PostingModel
from matching.vocabulary import postings, syllables

READ = """import sys
from matching import normalise
print(normalise(["扎钢筋的"])[0].code, *sorted({"sklearn", "pypinyin", "numba"} & set(sys.modules)))"""


def test_the_model_that_ships_is_the_one_that_the_vocabulary_teaches() -> None:
    """Whoever changes titles, trade words or postings fits it anew: ``make title-model``."""
    fresh = {key: np.asarray(value) for key, value in PostingModel.fit(postings()).arrays().items()}
    with np.load(MODEL) as kept:
        assert sorted(kept) == sorted(fresh)
        for name, ours in fresh.items():
            if name in ("weights", "style.weights"):  # the last bits of a solution are the machine's
                assert np.abs(kept[name].astype(int) - ours).max() <= 2, name
                assert np.mean(kept[name] != ours) < 0.01, name
            elif ours.dtype.kind == "f":
                np.testing.assert_allclose(kept[name], ours, rtol=1e-4)
            else:
                assert np.array_equal(kept[name], ours), name


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
