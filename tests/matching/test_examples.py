"""Every public function says by an example what it does, and the examples run."""

import doctest
import inspect
import pkgutil
from importlib import import_module

import pytest

import matching

MODULES = [module.name for module in pkgutil.walk_packages(matching.__path__, "matching.")]
# What other rooms and benchmarks call besides `matching.__all__`.
CALLED = {
    "matching.pairs.bitmaps": ["BitRows", "BitRows.all_of"],
    "matching.pairs.cluster": ["Cluster"],
    "matching.pairs.columns": ["Column", "Frame"],
    "matching.assign.demand": ["congestion", "requirement_costs"],
    "matching.pairs.factors": ["pair_points", "split_keys"],
    "matching.generator": ["draw_orders", "draw_workers", "load_trade", "write_province"],
    "matching.pairs.index": ["WorkerIndex", "WorkerIndex.replace", "WorkerIndex.born_by"],
    "matching.learn.learning": ["Learned", "learn_scorecard"],
    "matching.learn.outcomes": ["Outcome", "levels_of"],
    "matching.pairs.order_tables": ["build_order_tables"],
    "matching.pairs.scanning": ["Best", "scan_all"],
    "matching.text.similarity": ["TextSide"],
    "benchmarks.single_worker": ["orders_of"],
    "matching.pairs.store": ["StoredIndex", "save_index"],
    "matching.files.tables": ["read_orders", "read_workers"],
    "matching.text.cleaning": ["clean", "skill_key", "strip_noise"],
    "matching.text.titles": ["parse", "readings", "term_list"],
    "matching.assign.unplaced": ["reasons"],
    "matching.vocabulary": ["occupations", "titles"],
}


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith("__main__")])
def test_the_examples_run(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


def test_every_public_function_has_an_example() -> None:
    public = [getattr(matching, name) for name in matching.__all__]
    without = [each.__name__ for each in public if callable(each) and not _has_example(each)]
    for module, names in CALLED.items():
        for name in names:
            found = import_module(module)
            for part in name.split("."):
                found = getattr(found, part)
            without += [] if _has_example(found) else [f"{module}.{name}"]
    assert without == []


def _has_example(thing: object) -> bool:
    return ">>> " in (inspect.getdoc(thing) or "")
