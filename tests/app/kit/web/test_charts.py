"""An axis says round numbers, and no line is drawn where nothing is known."""

import csv
import re
from io import StringIO
from urllib.parse import unquote

import pytest
from flask import Flask, get_template_attribute

from app.kit.web.charts import axis, runs, table_file
from app.placements.queries.statistics import Rung
from models.i18n import Sentence


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ([], [0, 1]),
        ([0, None], [0, 1]),
        ([1], [0, 1]),
        ([5], [0, 1, 2, 3, 4, 5]),
        ([6], [0, 2, 4, 6]),
        ([11], [0, 5, 10, 15]),
        ([48, 12, None], [0, 10, 20, 30, 40, 50]),
        ([35_427], [0, 10_000, 20_000, 30_000, 40_000]),
    ],
)
def test_an_axis_has_round_marks_from_zero_past_the_largest(
    values: list[int | None], marks: list[int]
) -> None:
    assert axis(values) == marks


def test_a_line_breaks_where_nothing_is_known() -> None:
    assert runs([None, 3, 4, None, None, 7]) == [[(1, 3), (2, 4)], [(5, 7)]]
    assert runs([None, None]) == []


def test_a_trend_has_its_axis_its_months_and_a_dot_for_each_value(app: Flask) -> None:
    with app.test_request_context():
        macro = get_template_attribute("components/charts.html", "trend")
        drawn = str(macro({"佛山—凉山": [4, None, 10]}, ["9 月", "10 月", "11 月"], "人"))
    assert re.findall(r"<li>([^<]*)</li>", drawn) == ["10", "8", "6", "4", "2", "0", "9 月", "10 月", "11 月"]
    assert drawn.count("h0") == 2
    assert "M83.33 1.00" in drawn, "the largest stands at the axis' end, in the middle of its month"
    assert not re.search(r"L\d", drawn), "no line across October, of which nobody knows"


def test_a_funnel_says_its_rate_with_its_denominator_and_hatches_what_nobody_knows(app: Flask) -> None:
    steps = [
        Rung(Sentence("已录用"), 150, 163, 0, Sentence("已推荐的")),
        Rung(Sentence("满三个月"), 82, 118, 18, Sentence("到期且知道下落的")),
        Rung(Sentence("满六个月"), None),
    ]
    with app.test_request_context():
        macro = get_template_attribute("components/charts.html", "funnel")
        drawn = str(macro("从登记到稳定", steps, ["/placements", "", ""]))
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", drawn))
    assert "150 92% ÷ 已推荐的 163" in told
    assert "82 82% ÷ 到期且知道下落的 100 另 18 人未知" in told
    assert "满六个月 不公布" in told
    assert drawn.count('class="unknown"') == 1
    assert drawn.count('class="rail"') == 2
    assert '<a href="/placements">150</a>' in drawn


def test_a_chart_is_taken_along_as_a_table_in_which_nothing_is_a_formula() -> None:
    told = table_file(["项目", "数"], [["=1+1", "1,234"], ["+86 来的", "不公布"]])
    kind, _comma, text = unquote(told).partition(",")
    assert kind == "data:text/csv;charset=utf-8"
    assert list(csv.reader(StringIO(text.lstrip("\ufeff")))) == [
        ["项目", "数"],
        ["'=1+1", "1,234"],
        ["'+86 来的", "不公布"],
    ]


def test_each_step_of_a_score_begins_where_the_one_before_ended(app: Flask) -> None:
    steps = [("工种", 120, 400), ("技能符合", 0, 150), ("离家近", 80, 100)]
    with app.test_request_context():
        drawn = get_template_attribute("components/charts.html", "waterfall")("分数从哪里来", steps, 200)
    solid = [
        (float(x or 0), float(width))
        for x, width in re.findall(r'<rect class="f\d" (?:x="([\d.]+)" )?width="([\d.]+)"', drawn)
    ]
    # Of 400, the furthest that a step could have reached.
    assert solid == [(0, 30), (30, 0), (30, 20), (0, 50)]
    assert [float(x) for x in re.findall(r'class="rail" x="([\d.]+)"', drawn)] == [0, 30, 30]
    assert "最多 400" in drawn
    assert unquote(drawn).count("合计") == 2  # in the chart, and in the table that goes along
