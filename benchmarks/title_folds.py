"""How many labelled titles a model of titles finds that has not seen them: five folds of a file.

``python -m benchmarks.title_folds [FILE]`` (``make bench-title-folds FILE=``) holds every fifth of the
vocabulary's postings back in turn from model and style, and asks the model for it: guesses alone, no
dictionary and no clerk. With a CSV ``job_name,expected_code`` (rows whose code is none are left out) the
same with its titles first, as they stand, some of them twice; nothing is learnt from it beyond the run.
Afterwards the titles of the field that may be seen (``SEEN``) are read by ``normalise`` as shipped; those
held back are not. A fit takes a quarter of a minute; with ``--keep FOLDER`` models are kept there and read
again, for changes of how a model is asked and not of how it is taught.
"""

import argparse
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.titles import SURE, Labelled, report
from matching.text.postings import PostingModel
from matching.text.titles import title_key
from matching.vocabulary import postings

FOLDS = 5
FIELD = Path(__file__).parents[1] / "tests" / "matching"
STRANGERS, NOTICES = FIELD / "titles_strangers.csv", FIELD / "titles_notices.csv"
# The parts of titles of the field that somebody has looked at.
SEEN = ((STRANGERS, "fitted"), (STRANGERS, "named"), (NOTICES, "seen"))
_CODE = re.compile(r"\d-\d\d-\d\d-\d\d")
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One title, its label, and what a model that had not seen it offers, the first with the
    share of such guesses that are right."""

    title: str
    label: str
    offered: tuple[str, ...]
    share: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the file, print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.title_folds")
    parser.add_argument("file", type=Path, metavar="FILE", nargs="?")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    options = parser.parse_args(arguments)
    given = {options.file.stem: labelled(options.file)} if options.file else {}
    print("| guesses alone | exact | fifths | same major group | among five | sure, of which right |")
    print("|---|---|---|---|---|---|")
    for name, pairs in {**given, "postings": postings()}.items():
        keep = options.keep and options.keep / name
        folds = [ask(model, held) for model, held in held_back(pairs, keep)]
        print(f"| {name} ({len(pairs)}) | {' | '.join(figures(folds))} |", flush=True)
    for file, part in SEEN:
        print(f"\n{file.name}, {part}:\n\n{report(readings(file, part))}")


def labelled(path: Path) -> list[Pair]:
    """The titles of a file, each with its code."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["job_name"], row["expected_code"] or "") for row in csv.DictReader(file)]
    return [(title, code) for title, code in rows if _CODE.fullmatch(code)]


def readings(path: Path, part: str) -> list[Labelled]:
    """The titles of a file that belong to a part of it."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["part"] == part]
    return [Labelled(row["title"], row["first"], row["second"]) for row in rows]


def held_back(pairs: Sequence[Pair], keep: Path | None = None) -> Iterator[tuple[PostingModel, list[Pair]]]:
    """For every fold a model that has not seen it, and the fold."""
    for fold in range(FOLDS):
        kept = keep and keep / f"{fold}.npz"
        if kept and kept.exists():
            model = PostingModel.read(kept)
        else:
            taught = [pair for at, pair in enumerate(pairs) if at % FOLDS != fold]
            model = PostingModel.fit([(title_key(title), code) for title, code in taught])
            if kept:
                kept.parent.mkdir(parents=True, exist_ok=True)
                model.save(kept)
        yield model, list(pairs[fold::FOLDS])


def ask(model: PostingModel, held: Sequence[Pair]) -> list[Asked]:
    """What a model says of titles."""
    codes, shares = model.guess(model.words_of([title for title, _ in held]), 5)
    told = zip(held, codes.tolist(), shares[:, 0].tolist(), strict=True)
    return [Asked(title, label, tuple(offered), share) for (title, label), offered, share in told]


def figures(folds: Sequence[Sequence[Asked]]) -> list[str]:
    """The cells of a row: shares of all titles, in the folds, and what the sure ones are worth."""
    exact = [np.mean([one.offered[0] == one.label for one in fold]) for fold in folds]
    every = [one for fold in folds for one in fold]
    sure = [one.offered[0] == one.label for one in every if one.share >= SURE]
    return [
        f"{np.mean([one.offered[0] == one.label for one in every]):.4f}",
        ", ".join(f"{share:.3f}" for share in exact),
        f"{np.mean([one.offered[0][0] == one.label[0] for one in every]):.4f}",
        f"{np.mean([one.label in one.offered for one in every]):.4f}",
        f"{len(sure) / len(every):.1%}, {np.mean(sure or [False]):.1%}",
    ]


if __name__ == "__main__":
    main()
