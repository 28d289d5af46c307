"""``kit.table``: a heading is typed once, every cell gets the class and the label of its column."""

from pathlib import Path

import pytest
from flask import Flask, render_template_string

from app.kit.web.tables import Cells, Column

PAGE = """{% import "components/kit.html" as kit with context %}
{% call(row, cell) kit.table([
    column("姓名", "first"), "住在" if with_home,
    column("工资", "figure", label="元"), column("办理", hidden=true)
  ], rows, caption="名单") %}
  <td{{ cell() }}>{{ row[0] }}</td>
  {% if with_home %}<td{{ cell() }}>{{ row[1] }}</td>{% endif %}
  <td{{ cell("bad") }}>{{ row[2] }}</td><td{{ cell() }}>{{ cell.row_number }}</td>
{% endcall %}"""
ROWS = [("阿木", "<新城>", 3000), ("阿英", "城北", 4000)]


@pytest.mark.parametrize("wrong", [{"heading": "", "hidden": True}, {"heading": "原来", "rank": "rest"}])
def test_a_column_without_a_name_or_with_an_unknown_place_on_a_phone_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="column"):
        Column(**wrong)


def test_no_template_writes_a_column_without_a_heading() -> None:
    folder = Path(__file__).resolve().parents[4] / "templates"
    assert [
        path.name for path in folder.rglob("*.html") if 'column(""' in path.read_text(encoding="utf-8")
    ] == []


def rendered(app: Flask, with_home: bool) -> str:
    with app.test_request_context():
        return render_template_string(PAGE, rows=ROWS, with_home=with_home)


def test_every_cell_has_the_class_and_label_of_its_column(app: Flask) -> None:
    page = rendered(app, with_home=True)
    assert '<th scope="col" class="first">姓名</th><th scope="col">住在</th>' in page
    assert '<th scope="col"><span class="visually-hidden">办理</span></th>' in page
    assert page.count("姓名") == 1
    assert '<td class="first" data-rank="title">阿英</td>' in page
    assert '<td data-label="住在">&lt;新城&gt;</td>' in page
    assert page.count('<td class="figure bad" data-label="元">') == 2
    assert '<td data-rank="act">2</td>' in page


def test_a_column_whose_condition_does_not_hold_is_left_out(app: Flask) -> None:
    page = rendered(app, with_home=False)
    assert "住在" not in page
    assert page.count("<td") == 6


def test_a_row_with_a_cell_too_few_is_refused(app: Flask) -> None:
    with app.app_context():
        cell = Cells(["一", "二"])
        cell()
        with pytest.raises(ValueError, match="row 1: 1 cells for 2 columns"):
            cell.end_row()


def test_a_cell_over_two_columns_counts_as_two(app: Flask) -> None:
    with app.app_context():
        cell = Cells([Column("一", "first"), "二"])
        assert str(cell(span=2)) == ' class="first" data-rank="title" colspan="2"'
        assert cell.end_row() == ""


def test_a_label_is_escaped(app: Flask) -> None:
    with app.app_context():
        cell = Cells(["姓名", '"><script>'])
        assert [str(cell()), str(cell())][1] == ' data-label="&#34;&gt;&lt;script&gt;"'


@pytest.mark.parametrize(
    ("columns", "ranks"),
    [
        (["岗位", "企业", "状态"], ["title", "fact", "fact"]),
        ([Column("选", "tick"), Column("姓名", "first"), "住在"], ["tick", "title", "fact"]),
        (["序号", Column("姓名", rank="title"), Column("状态", rank="state")], ["fact", "title", "state"]),
        (["人", Column("编号", rank="wide"), Column("办", hidden=True)], ["title", "wide", "act"]),
    ],
)
def test_a_phone_row_has_one_title_and_each_column_its_place(
    columns: list[Column | str], ranks: list[str]
) -> None:
    assert Cells(columns).ranks == ranks
