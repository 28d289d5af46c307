"""The day on which ages are counted is one day, the caller's or China's, never the machine's."""

import json
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from matching import (
    Order,
    Selection,
    Worker,
    WorkerIndex,
    assign,
    explain,
    nearest_changes,
    obstacles,
    rank,
    score_pair,
)
from matching.__main__ import main
from matching.files import tables
from matching.generator import write_province
from matching.pairs.rules import years_before

CHINA = timezone(timedelta(hours=8))
OPEN_START = Order(order_id="A", headcount=9)
SIXTEEN_ON = date(2017, 3, 2)
TEENAGER = Worker(worker_id="1", birth_date=years_before(SIXTEEN_ON, 16))


@pytest.fixture(params=["Etc/GMT+12", "Etc/GMT-14"])
def far_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in the first or last zone: at any hour one of the two has another day than China."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("far_zone")
def test_ages_are_counted_on_chinas_day_wherever_the_machine_stands() -> None:
    today = datetime.now(CHINA).date()
    born = [years_before(day, 16) for day in (today, today + timedelta(days=1))]
    people = [Worker(worker_id=str(n), birth_date=day) for n, day in enumerate(born)]
    assert [score_pair(worker, OPEN_START).feasible for worker in people] == [True, False]
    assert [row.worker_id for row in rank(people, [OPEN_START], 9, "order")] == ["0"]


@pytest.mark.usefixtures("far_zone")
def test_a_file_may_name_people_born_on_chinas_day_and_not_after(tmp_path: Path) -> None:
    today = datetime.now(CHINA).date()
    write_province(tmp_path, 2, 1, 7)
    lines = (tmp_path / "workers.csv").read_text().splitlines()
    at = lines[0].split(",").index('"birth_date"')
    for born, bad in ((today, []), (today + timedelta(days=1), ["birth_date"])):
        cells = lines[1].split(",")
        cells[at] = born.isoformat()
        (tmp_path / "workers.csv").write_text("\n".join([lines[0], ",".join(cells)]) + "\n")
        assert wrong_columns(tmp_path / "workers.csv") == bad


def wrong_columns(path: Path) -> list[str]:
    try:
        tables.read_workers(path)
    except tables.InputError as refused:
        return [error.column for error in refused.errors]
    return []


@pytest.mark.parametrize("today", [SIXTEEN_ON - timedelta(days=1), SIXTEEN_ON])
def test_every_question_counts_ages_on_the_day_it_is_told(today: date) -> None:
    fits = today == SIXTEEN_ON
    people, orders = [TEENAGER], [OPEN_START]
    assert score_pair(TEENAGER, OPEN_START, today=today).feasible is fits
    assert explain(TEENAGER, OPEN_START, today=today)["feasible"] is fits
    assert (nearest_changes(TEENAGER, OPEN_START, today) == []) is fits
    assert len(rank(people, orders, 1, "worker", today=today)) == fits
    assert assign(people, orders, today=today).placed == fits
    assert obstacles(people, orders, today).feasible.tolist() == [int(fits)]
    selection = Selection(WorkerIndex(people), today)
    assert selection.passing(OPEN_START)["legal_age"].tolist() == [int(fits)]


@pytest.mark.parametrize("today", [SIXTEEN_ON - timedelta(days=1), SIXTEEN_ON])
def test_the_commands_take_the_day_as_an_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], today: date
) -> None:
    workers, orders = written(tmp_path)
    files = ["--workers", str(workers), "--orders", str(orders), "--today", today.isoformat()]
    assert main(["explain", *files, "--worker", "W0000001", "--order", "O0000001"]) == 0
    verdicts = {rule["name"]: rule["verdict"] for rule in json.loads(capsys.readouterr().out)["rules"]}
    assert verdicts["legal_age"] == ("pass" if today == SIXTEEN_ON else "fail")


def test_a_day_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workers, orders = written(tmp_path)
    files = ["--workers", str(workers), "--orders", str(orders), "--today", "1 March"]
    assert main(["rank", *files, "--top", "1", "--by", "order", "--out", str(tmp_path / "out.csv")]) == 2
    assert capsys.readouterr().err == "--today: not a date like 2017-03-01: '1 March'\n"


def written(folder: Path) -> tuple[Path, Path]:
    """A province of one teenager and one order without a first day."""
    write_province(folder, 1, 1, 7)
    for name, column, value in (
        ("workers", "birth_date", TEENAGER.birth_date.isoformat()),
        ("orders", "start_on", ""),
    ):
        path = folder / f"{name}.csv"
        table = tables.read_text_table(path, (column,))
        tables.write_table(path, {key: [value] if key == column else cells for key, cells in table.items()})
    return folder / "workers.csv", folder / "orders.csv"
