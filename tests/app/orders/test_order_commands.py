"""The commands keep their contract: what scripts read is one JSON line where it is promised."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.orders.legal_check import shipped_wage_table, wage_table
from models.clock import today
from models.jobs.order import Order
from models.reference.dated_fact import MinimumWage
from tests.factories.people import make_enterprise
from tests.models.test_take_home import FOSHAN, SHUNDE

TEXT = """title,description,city_code,base_wage_yuan,posted_on,备注
电子厂普工,"流水线，不要彝族
押金200元",440606,1500,2019-05-03,其他列
,,,,,
缝纫工,做衣服,440600,,2019/5/3,
汉族风味餐厅招服务员,端菜,,,,
"""


@pytest.fixture(autouse=True)
def fresh(session: Session) -> Session:
    return session


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=list(words))


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_check_orders_prints_one_line_per_row(app: Flask, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(TEXT.encode(encoding))
    said = lines(run(app, "check-orders", str(file)))
    assert [line["row"] for line in said] == [2, 4, 5]
    assert {one["rule"]: one["level"] for one in said[0]["findings"]} == {
        "ethnicity": "block",
        "deposit": "block",
        "wage": "block",
    }
    assert set(said[0]["findings"][0]) == {"level", "rule", "passage", "source"}
    assert said[0]["findings"][0]["passage"] == "不要彝族"
    assert said[1]["findings"] == said[2]["findings"] == []


def test_check_orders_hears_a_skill_of_speaking_and_a_numbered_demand(app: Flask, tmp_path: Path) -> None:
    rows = {
        "文员": "书面和口头表达能力较好。",
        "操作工": "1.女，做事细心。",
        "机修工": "要求：1.男，能吃苦。",
    }
    file = tmp_path / "orders.csv"
    file.write_text("\n".join(["title,description", *map(",".join, rows.items())]), encoding="utf-8-sig")
    skill, *demands = lines(run(app, "check-orders", str(file)))
    assert skill["findings"] == []
    assert [(one["rule"], one["level"]) for line in demands for one in line["findings"]] == [
        ("sex", "block")
    ] * 2


def test_check_orders_works_before_any_table_is_filled(app: Flask, session: Session, tmp_path: Path) -> None:
    session.execute(delete(MinimumWage))
    session.commit()
    file = tmp_path / "orders.csv"
    file.write_text(TEXT, encoding="utf-8")
    assert "wage" in {one["rule"] for one in lines(run(app, "check-orders", str(file)))[0]["findings"]}


def test_check_orders_names_the_missing_column(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("title,city_code\n普工,440600\n", encoding="utf-8")
    result = run(app, "check-orders", str(file))
    assert result.exit_code == 1
    assert "description" in result.output


@pytest.mark.parametrize("city", [FOSHAN, SHUNDE])
def test_both_wage_tables_say_the_same(session: Session, city: str) -> None:
    day = date(2019, 5, 3)
    assert wage_table(session)(city, day) == shipped_wage_table()(city, day)
    assert shipped_wage_table()(city, day)[0] == 1720  # type: ignore[index]  # 粤府函〔2018〕187号，二类


def test_import_orders_writes_drafts_and_reports_refused_rows(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    enterprise, file = make_enterprise(session), tmp_path / "orders.xlsx"
    book = openpyxl.Workbook()
    for row in (
        ["岗位名称", "招聘人数", "招聘截止"],
        ["普工", 5, "2099-01-01"],
        ["限汉族普工", 5, str(today())],
    ):
        book.active.append(row)
    book.save(file)
    said = [
        lines(run(app, "import-orders", str(file), "--enterprise", enterprise.credit_code, *flags))[-1]
        for flags in (["--dry-run"], [])
    ]
    assert said[0] == said[1]
    assert (said[1]["new"], said[1]["unlawful"], said[1]["refused"]) == (1, 1, 1)
    assert said[1]["refused_rows"][0][:3] == ["Sheet", 2, "招聘截止"]
    assert session.scalar(select(func.count()).select_from(Order)) == 1


def test_import_orders_needs_an_enterprise_that_exists(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "orders.xlsx"
    file.write_bytes(b"x")
    assert run(app, "import-orders", str(file), "--enterprise", "NOBODY").exit_code == 1


def test_check_orders_reads_a_wage_with_its_unit(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    wages = ("40元/小时", "5千", "1500", "月薪1500元", "45OO")
    rows = "".join(f"普工,装配,440600,{wage},2019-05-03\n" for wage in wages)
    file.write_text("title,description,city_code,base_wage_yuan,posted_on\n" + rows, encoding="utf-8")
    said = lines(run(app, "check-orders", str(file)))
    assert ["wage" in {one["rule"] for one in line["findings"]} for line in said] == [
        *(False, False, True, True, False)
    ]


def test_check_orders_does_not_take_a_bad_date_for_today(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("title,description,posted_on\n普工,装配,去年底\n", encoding="utf-8")
    result = run(app, "check-orders", str(file))
    assert (result.exit_code, "posted_on" in result.output) == (1, True)


def test_import_orders_of_a_factorys_recruitment_table(app: Flask, session: Session, tmp_path: Path) -> None:
    enterprise, file = make_enterprise(session), tmp_path / "orders.xlsx"
    until = today() + timedelta(days=40)
    book = openpyxl.Workbook()
    for row in (
        ["某厂春季用工需求表"],
        ["填报单位：某厂"],
        [
            "序号",
            "岗位名称",
            "招聘人数",
            "性别要求",
            "年龄",
            "薪资待遇",
            "上班时间",
            "吃住",
            "岗位要求/工作内容",
            "截止日期",
        ],
        [
            1,
            "普工",
            "50人",
            "男女不限",
            "18-45",
            "4500-5500",
            "两班倒 12小时",
            "包吃住",
            "装配手机壳",
            str(until),
        ],
        [
            2,
            "啤机",
            "10",
            "女优先",
            "16-40",
            "计件 5000-7000",
            "三班倒",
            "包住",
            "限汉族",
            f"{until:%Y年%m月}",
        ],
        ["合计", "", 60],
    ):
        book.active.append(row)
    book.save(file)
    said = lines(run(app, "import-orders", str(file), "--enterprise", enterprise.credit_code))[-1]
    assert (said["new"], said["refused"], said["unknown_columns"]) == (2, 0, ["性别要求"])
    first, second = session.scalars(select(Order).order_by(Order.id))
    assert (first.hours_per_day, first.night_shift, first.description) == (12, True, "装配手机壳")
    assert {one.rule for one in second.blocking} >= {"sex", "ethnicity"}
    assert (second.valid_until + timedelta(days=1)).day == 1
    assert second.wage_note.count("计件") == 1
    assert not [one for one in first.findings if one.rule == "sex"]
