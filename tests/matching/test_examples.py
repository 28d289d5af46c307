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
    "matching.bitmaps": ["BitRows", "rule_keys"],
    "matching.cluster": ["Cluster"],
    "matching.columns": ["Column", "Frame"],
    "matching.demand": ["congestion", "requirement_costs"],
    "matching.factors": ["pair_points", "split_keys"],
    "matching.generator": ["draw_orders", "draw_workers", "load_trade", "write_province"],
    "matching.index": ["WorkerIndex", "WorkerIndex.replace"],
    "matching.learning": ["Learned", "learn"],
    "matching.learning_history": ["Outcome", "levels_of"],
    "matching.order_tables": ["build_order_tables"],
    "matching.scanning": ["Best", "scan_all"],
    "matching.similarity": ["TextSide"],
    "matching.single": ["orders_of"],
    "matching.store": ["StoredIndex", "save_index"],
    "matching.tables": ["read_orders", "read_workers"],
    "matching.text": ["clean", "skill_key", "strip_noise"],
    "matching.titles": ["parse", "readings", "term_list"],
    "matching.unplaced": ["reasons"],
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
