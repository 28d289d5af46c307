"""The engine as a library: its page is typed in, its facade equals the functions, it installs by itself."""

import doctest
import os
import random
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from matching import (
    DEFAULT_SCORECARD,
    RULES,
    Condition,
    InputError,
    Matcher,
    Order,
    Worker,
    assign,
    rank,
    save_index,
    score_pair,
    waterfall,
)
from matching.assign.unplaced import reasons
from matching.pairs.store import StoredIndex
from tests.matching.worlds import START, random_world, welder, welding_order

ROOT = Path(__file__).parents[2]
NEAR = Condition("near_home", "只在本省", "county_code", "city_code", lambda home, city: home[:2] == city[:2])
SCHOOLED = Condition(
    "schooled", "学历", "education", "min_mandarin", lambda has, asks: has > asks, is_wish=True
)
LISTED = Condition(
    "in_list", "愿去", "cities", "city_code", lambda cities, city: city in cities, is_wish=True
)
ALL = (NEAR, SCHOOLED, LISTED)


def test_the_page_of_documentation_is_a_session_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "library.md").read_text("utf-8").replace("```", "")
    session = doctest.DocTestParser().get_doctest(page, {}, "library.md", None, 0)
    outcome = doctest.DocTestRunner().run(session)
    assert outcome.attempted > 20
    assert outcome.failed == 0
    assert (tmp_path / "why.svg").read_text("utf-8").startswith("<svg")


def test_the_facade_answers_as_the_functions_do() -> None:
    workers, orders = random_world(21, 120, 20)
    matcher = Matcher(today=START, jobs=1).fit(workers)
    for by in ("order", "worker"):
        assert list(matcher.rank(orders, 5, by)) == list(rank(workers, orders, 5, by, today=START))
    assert matcher.assign(orders) == assign(workers, orders, today=START)


@pytest.mark.parametrize("seed", range(3))
def test_a_condition_declared_in_one_place_holds_in_the_definition_and_in_every_pass(seed: int) -> None:
    workers, orders = random_world(30 + seed, 90, 15)
    matcher = Matcher(conditions=ALL, today=START, jobs=1).fit(workers)
    matches = {
        (o.order_id, w.worker_id): score_pair(w, o, today=START, conditions=ALL)
        for o in orders
        for w in workers
    }
    feasible = {pair: match.score for pair, match in matches.items() if match.feasible}
    ranked = matcher.rank(orders, len(workers))
    assert {(row.order_id, row.worker_id): row.score for row in ranked} == feasible
    assert len(feasible) < len(rank(workers, orders, len(workers), "order", today=START))
    result = matcher.assign(orders)
    assert result.placed
    assert all(feasible[pair.order_id, pair.worker_id] == pair.score for pair in result.pairs)
    told = {reason.worker_id: reason.reason for reason in reasons(result, today=START)}
    assert set(told) == set(result.unplaced)


def test_who_is_kept_out_by_a_condition_alone_is_told_so() -> None:
    result = Matcher(conditions=[NEAR]).fit([welder()]).assign([welding_order()])
    assert reasons(result)[0].reason == "rule:near_home"


@pytest.mark.parametrize("seed", range(3))
def test_after_updates_nothing_is_left_of_what_was(seed: int) -> None:
    """Known people with known words, known people with new words, and new people."""
    workers, orders = random_world(40 + seed, 60, 10)
    dice, matcher = random.Random(seed), Matcher(conditions=ALL, today=START).fit(workers)
    now = {worker.worker_id: worker for worker in workers}
    matcher.rank(orders, 3)
    for number in range(12):
        donor = dice.choice(workers)
        name = dice.choice(workers).worker_id if number % 3 else f"N{number}"
        changed = replace(donor, worker_id=name, wishes=("新行当",) if number % 4 == 3 else donor.wishes)
        now[name] = changed
        matcher.update(changed)
    anew = Matcher(conditions=ALL, today=START).fit(list(now.values()))
    assert list(matcher.rank(orders, 9)) == list(anew.rank(orders, 9))


def test_somebody_with_more_wishes_than_slots_changes_in_place() -> None:
    many = welder(wishes=("电焊工", "保安", "木工", "厨师", "保洁员", "司机"))
    matcher = Matcher(today=START).fit([many, welder(worker_id="W2")])
    ready = matcher.index
    matcher.update(replace(many, education=5))
    assert matcher.index is ready
    assert matcher.index.frame.row(0).education == 5
    orders = [welding_order(), welding_order(order_id="O2", title="保洁员", city_code="440300")]
    assert list(matcher.rank(orders, 3)) == list(
        rank(list(matcher.index.frame), orders, 3, "order", today=START)
    )


def test_arrow_tables_go_in_and_come_out() -> None:
    people = pa.table(
        {"worker_id": ["1", "2"], "birth_date": ["1990-01-01", None], "wishes": [["焊工"], None]}
    )
    matcher = Matcher(today=START).fit(people)
    jobs = pa.table({"order_id": ["A"], "title": ["焊工"], "headcount": [1]})
    assert matcher.rank(jobs, 2).arrow().select(["worker_id", "score"]).to_pylist() == [
        {"worker_id": "1", "score": 400}
    ]
    assert matcher.assign(jobs).arrow().to_pylist() == [{"worker_id": "1", "order_id": "A", "score": 400}]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (pa.table({"worker_id": ["1"], "wage_floor": [3000]}), "wage_floor: no such column"),
        (pa.table({"birth_date": ["1990-01-01"]}), "worker_id: column is missing"),
        (pa.table({"worker_id": ["1"], "sex": ["Male"]}), "sex: must be M, F or empty"),
    ],
)
def test_a_table_that_says_something_else_is_refused(table: pa.Table, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Matcher().fit(table)


def test_what_cannot_be_asked_is_said_at_once() -> None:
    with pytest.raises(RuntimeError, match="fit"):
        Matcher().rank([Order(order_id="A")], 1)
    with pytest.raises(ValueError, match="of one name"):
        Matcher(conditions=[NEAR, NEAR])
    with pytest.raises(ValueError, match="no field 'salary'"):
        replace(NEAR, order_field="salary")
    with pytest.raises(ValueError, match="a rule of this name"):
        replace(NEAR, name=RULES[0].name)
    with pytest.raises(ValueError, match="top"):
        Matcher().fit([]).rank([], 0)


def test_progress_is_told_up_to_the_end_and_changes_nothing() -> None:
    workers, orders = random_world(50, 90, 15)
    told: list[tuple[str, int, int]] = []
    watched = Matcher(today=START, progress=lambda *step: told.append(step)).fit(workers)
    silent = Matcher(today=START).fit(workers)
    assert list(watched.rank(orders, 4)) == list(silent.rank(orders, 4))
    assert told[-1] == ("pairs", told[-1][2], told[-1][2])
    assert watched.assign(orders) == silent.assign(orders)
    assert told[-1][0] in ("pricing", "proof")


def test_an_index_on_disk_leaves_conditions_to_be_asked_anew(tmp_path: Path) -> None:
    matcher = Matcher(conditions=[NEAR]).fit([welder(), welder(worker_id="W2", county_code="440304")])
    assert [row.worker_id for row in matcher.rank([welding_order()], 5)] == ["W2"]
    save_index(matcher.index, tmp_path / "index")
    assert all(isinstance(key[0], str) for key in StoredIndex(tmp_path / "index").rows.keys)


def test_a_waterfall_ends_where_the_score_is_and_escapes_names() -> None:
    match = score_pair(welder(skills=("氩弧焊",)), welding_order(skills=("氩弧焊",)))
    drawn = waterfall(match, {"occupation": "<b>&"}, "Total")
    assert "<b>" not in drawn
    assert f">{match.score}<" in drawn
    widths = [float(part.split("'")[0]) for part in drawn.split("width='")[1:]]
    assert widths[-1] == pytest.approx(sum(widths[:-1]), abs=0.5)


def test_the_folder_installs_by_itself_and_runs_without_the_platform(tmp_path: Path) -> None:
    pytest.importorskip("setuptools")
    source = tmp_path / "source" / "matching"
    ignore = shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
    shutil.copytree(ROOT / "matching", source, ignore=ignore)
    target = tmp_path / "target"
    # What `pip install ./matching` puts in place; pip itself would fetch a builder from the network.
    build = [
        sys.executable,
        "-P",
        "-c",
        "import setuptools; setuptools.setup()",
        "-q",
        "build",
        "--build-lib",
        target,
    ]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    code = "import matching; print(matching.__file__, matching.normalise(['电焊工'])[0].code)"
    environment = {**os.environ, "PYTHONPATH": str(target)}
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert said[0].startswith(str(target))
    assert said[1]
    about = tomllib.loads((ROOT / "matching" / "pyproject.toml").read_text("utf-8"))
    folders = {".".join(p.parent.relative_to(ROOT).parts) for p in (ROOT / "matching").rglob("__init__.py")}
    assert set(about["tool"]["setuptools"]["packages"]) == folders
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert about["project"]["version"] == ours["project"]["version"]


def test_arrays_have_one_row_per_pair() -> None:
    ranking = Matcher().fit([welder()]).rank([welding_order()], 3)
    assert (ranking.factors.sum(axis=1) == ranking.score).all()
    assert isinstance(ranking.score, np.ndarray)
    assert DEFAULT_SCORECARD.version


def test_a_worker_made_of_nothing_but_an_id_is_unknown_everywhere() -> None:
    assert Matcher().fit([Worker(worker_id="1")]).score("1", Order(order_id="A")).needs
