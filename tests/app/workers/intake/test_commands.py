"""`import-workers`: for those who run the platform, and for scripts."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.workers.roster.reader import read_roster
from models.clock import today
from models.people.intake import BatchState, ImportBatch
from models.people.worker import Worker
from tests.app.workers.intake.conftest import person, roster
from tests.factories.people import ZHAOJUE

ROSTERS = Path(__file__).parents[5] / "shared" / "data" / "rosters"


def run(app: Flask, file: Path, *options: str, county: str = ZHAOJUE) -> Result:
    return app.test_cli_runner().invoke(args=["import-workers", str(file), "--county", county, *options])


def last_line(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    return json.loads(result.output.splitlines()[-1])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "表.csv"
    path.write_bytes(roster(person("吉克阿牛"), person("沙马", "123"), person("马海")))
    return path


def test_it_says_what_came_of_each_row(app: Flask, session: Session, file: Path) -> None:
    said = last_line(run(app, file))
    assert {key: said[key] for key in ("new", "changed", "unchanged", "refused")} == {
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "refused": 1,
    }
    ((sheet, row, column, reason),) = said["refused_rows"]
    assert (sheet, row, column) == ("", 3, "证件号码")
    assert "18位" in reason
    assert last_line(run(app, file))["unchanged"] == 2
    assert session.scalar(select(func.count()).select_from(Worker)) == 2


def test_a_dry_run_says_the_same_and_does_nothing(app: Flask, session: Session, file: Path) -> None:
    dry = last_line(run(app, file, "--dry-run"))
    assert session.scalar(select(func.count()).select_from(Worker)) == 0
    assert session.scalars(select(ImportBatch)).all() == []
    session.rollback()
    assert last_line(run(app, file)) == dry


def test_refused_rows_are_written_to_a_workbook(
    app: Flask, session: Session, file: Path, tmp_path: Path
) -> None:
    for options in (["--dry-run"], []):
        target = tmp_path / "退回.xlsx"
        last_line(run(app, file, "--refused", str(target), *options))
        with read_roster(target, county_code=ZHAOJUE, today=today()) as reading:
            assert [row.raw["姓名"] for row in reading.rows()] == ["沙马"]
        session.rollback()


def test_an_old_county_code_is_the_same_county(app: Flask, session: Session, file: Path) -> None:
    last_line(run(app, file, county="451003"))
    assert set(session.scalars(select(Worker.county_code))) == {"451021"}


def test_an_unknown_county_is_a_clear_error(app: Flask, session: Session, file: Path) -> None:
    result = run(app, file, county="999999")
    assert result.exit_code == 2
    assert "no county has the code 999999" in result.output


def test_an_unreadable_file_is_one_sentence(app: Flask, session: Session, tmp_path: Path) -> None:
    for content in (b"", b"\x00\x01\x02", "天气,温度\n晴,30\n".encode()):
        (broken := tmp_path / "坏.xlsx").write_bytes(content)
        result = run(app, broken)
        assert result.exit_code == 1
        assert "error" in json.loads(result.stderr.splitlines()[-1])
        assert "Traceback" not in result.output


def test_unknown_columns_are_named_and_can_be_explained(app: Flask, session: Session, tmp_path: Path) -> None:
    (file := tmp_path / "表.csv").write_bytes(
        roster(person("吉克阿牛", 会啥手艺呀="电焊"), extra=("会啥手艺呀",))
    )
    assert last_line(run(app, file, "--dry-run"))["unknown_columns"] == ["会啥手艺呀"]
    said = last_line(run(app, file, "--mapping", '{"会啥手艺呀": "skills"}'))
    assert said["unknown_columns"] == []
    assert session.scalars(select(Worker)).one().skills == ["电焊"]
    assert run(app, file, "--mapping", '{"会啥手艺呀": "id_digest"}').exit_code == 2
    assert run(app, file, "--mapping", "手艺").exit_code == 2


def test_what_a_killed_import_left_is_thrown_away_by_the_next(
    app: Flask, session: Session, file: Path
) -> None:
    session.add(
        ImportBatch(county_code=ZHAOJUE, filename="表.csv", file_digest="x", state=BatchState.PREVIEWED)
    )
    session.commit()
    last_line(run(app, file))
    assert [batch.state for batch in session.scalars(select(ImportBatch))] == [BatchState.CONFIRMED]


@pytest.mark.shared_data
@pytest.mark.skipif(not ROSTERS.exists(), reason="the folder of ugly rosters is not here")
@pytest.mark.parametrize(
    "name",
    ["titled.xlsx", "two_row_header.xls", "export_gbk.csv", "system_export.xls", "strange_columns.xlsx"],
)
def test_ugly_rosters_go_in_row_by_row_as_they_must(app: Flask, session: Session, name: str) -> None:
    truth = json.loads((ROSTERS / "truth.json").read_text())[name]
    first = last_line(run(app, ROSTERS / name, county=truth["county"]))
    refused = {(sheet, row, column) for sheet, row, column, _reason in first["refused_rows"]}
    assert refused == {tuple(one) for one in truth["refused"]}
    assert first["new"] + first["unchanged"] == len(truth["good"])
    again = last_line(run(app, ROSTERS / name, county=truth["county"]))
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, len(truth["good"]))
