"""An axis says round numbers, and no line is drawn where nothing is known."""

import re

import pytest
from flask import Flask, get_template_attribute

from app.kit.web.charts import axis, runs


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
