"""The benchmark's contestants do comparable work: those who say so find the engine's very ranking."""

from benchmarks import engine as bench


def test_the_engine_and_the_rivals_with_its_rules_find_the_same(monkeypatch, capsys) -> None:
    monkeypatch.setitem(bench.SIZES, "XS", (600, 15))
    bench.bench("XS", 1)
    printed = capsys.readouterr().out
    assert printed.startswith("### XS: 600 workers × 15 orders")
    rows = [line.strip("| ").split(" | ", 1) for line in printed.splitlines() if line.startswith("| ")]
    figures = dict(row for row in rows if len(row) == 2)
    assert (
        figures["mismatches (60 orders × 100 workers against `score_pair`; equal rankings of rivals)"] == "0"
    )
    for rival in ("NumPy, no index", "DuckDB, one SQL join"):
        assert figures[rival].startswith("the same rules, points and top 100")
