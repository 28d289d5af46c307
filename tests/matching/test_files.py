"""Files in and out, and the command line: the public contract, and inputs that lie."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from matching import FACTORS, InputError, rank, score_pair
from matching.__main__ import main
from matching.files import tables
from matching.files.cells import ORDER_CELLS, worker_cells


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("province")
    assert main(["generate", "--workers", "300", "--orders", "25", "--seed", "9", "--out", str(folder)]) == 0
    return folder


def run(capsys: pytest.CaptureFixture, *arguments: Any) -> tuple[int, str, list[str]]:
    """Exit status, standard output, and the lines on standard error."""
    status = main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return status, said.out, said.err.splitlines()


def both(folder: Path) -> list[Any]:
    return ["--workers", folder / "workers.csv", "--orders", folder / "orders.csv"]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_generates_the_same_province(province: Path, tmp_path: Path) -> None:
    main(["generate", "--workers", "300", "--orders", "25", "--seed", "9", "--out", str(tmp_path)])
    for name in ("workers.csv", "orders.csv"):
        assert (tmp_path / name).read_bytes() == (province / name).read_bytes()


@pytest.mark.parametrize("by", ["order", "worker"])
def test_rank_writes_the_contracts_columns_and_points_that_add_up(province, tmp_path, capsys, by) -> None:
    out = tmp_path / "ranks.csv"
    status, _, _ = run(capsys, "rank", *both(province), "--top", 5, "--by", by, "--out", out)
    rows = rows_of(out)
    assert status == 0
    assert list(rows[0]) == ["order_id", "worker_id", "rank", "score", "needs", *FACTORS]
    assert all(sum(int(row[name]) for name in FACTORS) == int(row["score"]) for row in rows)
    workers = {w.worker_id: w for w in tables.read_workers(province / "workers.csv")}
    orders = {o.order_id: o for o in tables.read_orders(province / "orders.csv")}
    for row in rows[::7]:
        match = score_pair(workers[row["worker_id"]], orders[row["order_id"]])
        assert (match.feasible, match.score, "|".join(match.needs)) == (True, int(row["score"]), row["needs"])


def test_assign_prints_one_line_and_accounts_for_everybody(province, tmp_path, capsys) -> None:
    out, left = tmp_path / "assigned.csv", tmp_path / "unplaced.csv"
    status, said, _ = run(capsys, "assign", *both(province), "--out", out, "--unplaced", left)
    figures = json.loads(said)
    placed, unplaced = rows_of(out), rows_of(left)
    assert status == 0
    assert set(figures) >= {"placed", "value", "bound", "gap", "seconds", "peak_mib"}
    assert figures["placed"] == len(placed)
    assert figures["value"] == sum(int(row["score"]) for row in placed) <= figures["bound"]
    assert len(placed) + len(unplaced) == 300
    assert list(unplaced[0]) == ["worker_id", "reason", "nearest_change"]
    assert all(row["reason"] for row in unplaced)


def test_a_policy_file_is_obeyed_and_a_bad_one_refused(province, tmp_path, capsys) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text('{"placements_first": true}', "utf-8")
    arguments = ["assign", *both(province), "--out", tmp_path / "a.csv", "--policy", policy]
    assert run(capsys, *arguments)[0] == 0
    (tmp_path / "a.csv").unlink()
    for bad in ('{"placement": 1}', "{", '{"pairing_bonus": -3}', "[]"):
        policy.write_text(bad, "utf-8")
        status, _, lines = run(capsys, *arguments)
        assert (status, len(lines)) == (2, 1)
        assert lines[0].startswith("policy.json")
    assert not (tmp_path / "a.csv").exists()


def test_explain_is_json_with_every_rule_and_factor(province, capsys) -> None:
    status, said, _ = run(capsys, "explain", *both(province), "--worker", "W0000003", "--order", "O0000004")
    answer = json.loads(said)
    assert status == 0
    assert sum(factor["points"] for factor in answer["factors"]) == answer["score"]
    assert {rule["verdict"] for rule in answer["rules"]} <= {"pass", "fail", "ask"}


def test_explaining_somebody_unknown_is_refused(province, capsys) -> None:
    status, _, lines = run(capsys, "explain", *both(province), "--worker", "nobody", "--order", "O0000004")
    assert (status, len(lines)) == (2, 1)
    assert "nobody" in lines[0]


def test_normalise_writes_code_name_and_confidence(tmp_path, capsys) -> None:
    titles, out = tmp_path / "titles.csv", tmp_path / "codes.csv"
    titles.write_text("title,industry\n车工,制衣厂\n,\n???,\n", "utf-8-sig")
    assert run(capsys, "normalise", "--titles", titles, "--out", out)[0] == 0
    rows = rows_of(out)
    assert list(rows[0]) == ["title", "code", "name", "confidence"]
    assert rows[0]["code"] == "6-05-01-03"
    assert [row["code"] for row in rows[1:]] == ["", ""]


def test_parquet_and_a_byte_order_mark_read_the_same(province: Path, tmp_path: Path) -> None:
    plain = tables.read_workers(province / "workers.csv")
    marked = tmp_path / "workers.csv"
    marked.write_bytes(b"\xef\xbb\xbf" + (province / "workers.csv").read_bytes())
    rows = rows_of(province / "workers.csv")
    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in rows[0]}
    columns["education"] = [int(cell) if cell else None for cell in columns["education"]]
    columns["night_shift"] = [cell == "1" if cell else None for cell in columns["night_shift"]]
    columns["wishes"] = [cell.split("|") for cell in columns["wishes"]]
    parquet.write_table(pa.table(columns), tmp_path / "workers.parquet")
    assert list(tables.read_workers(marked)) == list(plain)
    assert list(tables.read_workers(tmp_path / "workers.parquet")) == list(plain)


WORKER = dict.fromkeys(worker_cells(date(2017, 3, 1)), "") | {"worker_id": "W1", "birth_date": "1990-01-01"}
ORDER = dict.fromkeys(ORDER_CELLS, "") | {"order_id": "O1", "title": "焊工", "headcount": "1"}


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("birth_date", "2999-01-01", "between"),
        ("birth_date", "1990/1/1", "not a date"),
        ("birth_date", "1990-02-30", "not a date"),
        ("sex", "女", "must be M, F"),
        ("education", "9", "0 to 5"),
        ("education", "NaN", "whole number"),
        ("mandarin", "2.5", "whole number"),
        ("health", "-1", "0 to 2"),
        ("wage_floor_yuan", "-3000", "0 to"),
        ("wage_floor_yuan", "1e3", "whole number"),
        ("wage_floor_yuan", "九千", "whole number"),
        ("county_code", "45102", "six digits"),
        ("cities", "440300|广州", "six digits"),
        ("night_shift", "是", "0, 1"),
        ("worker_id", "", "empty"),
        ("worker_id", "x" * 65, "at most"),
        ("experience", "长" * 20_001, "longer"),
        ("wishes", "|".join(map(str, range(201))), "more than"),
        ("skills", "a\x00b", "control"),
        ("group_rule", "town", "order, city"),
    ],
)
def test_a_bad_cell_is_named_by_file_row_and_column(tmp_path, capsys, column, cell, words) -> None:
    write(tmp_path / "workers.csv", [WORKER, WORKER | {"worker_id": "W2", column: cell}])
    write(tmp_path / "orders.csv", [ORDER])
    out = tmp_path / "out.csv"
    status, _, lines = run(capsys, "rank", *both(tmp_path), "--top", 1, "--by", "order", "--out", out)
    assert (status, len(lines)) == (2, 1)
    assert lines[0].startswith(f"workers.csv: row 3: {column}: ")
    assert words in lines[0]
    assert not out.exists()


def test_every_bad_cell_of_both_files_is_listed_at_once(tmp_path, capsys) -> None:
    bad = [WORKER | {"worker_id": f"W{n}", "education": "x", "health": "y"} for n in range(1000)]
    write(tmp_path / "workers.csv", bad)
    write(tmp_path / "orders.csv", [ORDER | {"min_age": "50", "max_age": "20"}])
    status, _, lines = run(capsys, "assign", *both(tmp_path), "--out", tmp_path / "out.csv")
    assert (status, len(lines)) == (2, 2001)
    assert lines[-1] == "orders.csv: row 2: min_age: is above max_age"
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


def test_an_id_that_occurs_twice_is_named_where_it_comes_again(tmp_path) -> None:
    with pytest.raises(InputError, match="row 3: worker_id: occurs twice: 'W1'"):
        tables.read_workers(write(tmp_path / "workers.csv", [WORKER, WORKER]))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\xff\xfe\x00\x01", "CSV"),
        (b"worker_id\nW1\n", "column is missing"),
        (",".join(WORKER).encode() + b"\nW1,1990-01-01\n", "2 cells where the header has 20"),
        (",".join(WORKER).encode() + b"\n\xb9\xe3" + b"," * 19 + b"\n", "UTF"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(tmp_path, content, words) -> None:
    path = tmp_path / "workers.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        tables.read_workers(path)


def test_a_missing_file_is_refused_with_a_sentence(tmp_path, capsys) -> None:
    status, _, lines = run(
        capsys, "normalise", "--titles", tmp_path / "none.csv", "--out", tmp_path / "o.csv"
    )
    assert (status, len(lines)) == (2, 1)


def test_a_header_without_rows_ranks_nobody(tmp_path, capsys) -> None:
    (tmp_path / "workers.csv").write_text(",".join(WORKER) + "\n", "utf-8")
    write(tmp_path / "orders.csv", [ORDER])
    out = tmp_path / "out.csv"
    assert run(capsys, "rank", *both(tmp_path), "--top", 1, "--by", "order", "--out", out)[0] == 0
    assert rows_of(out) == []


def test_a_frame_and_its_dataclasses_rank_alike(province: Path) -> None:
    workers, orders = (
        tables.read_workers(province / "workers.csv"),
        tables.read_orders(province / "orders.csv"),
    )
    assert list(rank(workers, orders, 5, "order")) == list(rank(list(workers), list(orders), 5, "order"))
