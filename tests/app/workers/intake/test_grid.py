"""A few people typed or pasted into a grid go the way of a roster; each fault is told at its cell."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workers.intake import grid
from models.clock import today
from models.people.intake import ImportBatch
from models.people.worker import Worker
from tests.factories.people import ZHAOJUE, id_number

GOOD, OTHER = id_number(order=7), id_number(order=8)


def cells(*lines: tuple[str, ...]) -> dict[str, str]:
    """A form with these lines, each in the columns of the grid."""
    return {
        f"c{place}-{name}": text
        for place, line in enumerate(lines)
        for name, text in zip(grid.COLUMNS, line, strict=False)
    }


def test_each_fault_stands_at_its_cell_and_what_was_typed_is_kept(
    county: FlaskClient, session: Session
) -> None:
    form = cells(("阿说尔布", GOOD, "13800001111"), ("吉克木呷", "51343119900503001", "1380000"), ("", OTHER))
    answer = county.post("/imports/grid", data=form)
    assert answer.status_code == 422
    page = answer.text
    assert 'id="problem-c1-id_number"' in page
    assert 'id="problem-c2-name"' in page
    assert "problem-c0-" not in page
    assert all(text in page for text in ("阿说尔布", "吉克木呷", "51343119900503001", OTHER))
    assert session.scalars(select(ImportBatch)).all() == []
    mended = form | {"c1-id_number": id_number(order=9), "c1-phone": "13800002222", "c2-name": "阿依"}
    place = county.post("/imports/grid", data=mended).location
    assert "阿说尔布" in county.get(place).text
    assert session.scalars(select(Worker)).all() == []
    county.post(f"{place}/confirm")
    session.expire_all()
    assert sorted(session.scalars(select(Worker.name))) == sorted(["阿说尔布", "吉克木呷", "阿依"])


def test_faulty_lines_can_be_left_to_the_preview(county: FlaskClient, session: Session) -> None:
    form = cells(("阿说尔布", GOOD), ("吉克木呷", "123")) | {"anyway": "1"}
    place = county.post("/imports/grid", data=form).location
    county.post(f"{place}/confirm")
    session.expire_all()
    assert session.scalars(select(Worker.name)).all() == ["阿说尔布"]


def test_cells_pasted_with_other_headings_find_their_columns_and_nothing_is_dropped_in_silence(
    county: FlaskClient,
) -> None:
    pasted = f"序号\t姓名\t身份证号\t手机\n1\t阿说尔布\t{GOOD}\t13800001111\n2\t吉克木呷\t{OTHER}\t\n"
    page = county.post("/imports/grid", data={"pasted": pasted, "put": "1"})
    assert page.status_code == 422
    assert "没有放进来：序号" in page.text
    assert f'id="c1-id_number" name="c1-id_number" value="{OTHER}"' in page.text
    assert 'id="c0-phone" name="c0-phone" value="13800001111"' in page.text
    assert "一行也没有写" in county.post("/imports/grid", data={}).text


def test_what_is_pasted_fills_the_free_lines_up_to_the_most() -> None:
    filled = grid.typed(cells(("已写的人", GOOD)) | {"pasted": f"阿依\t{OTHER}\n"})
    assert [line["name"] for line in filled.lines[:2]] == ["已写的人", "阿依"]
    many = grid.typed({"pasted": "\n".join(f"人{n}\t{n}" for n in range(60))})
    assert len(many.filled) == grid.MOST
    assert [one.params["n"] for one in many.whole] == [10]
    wide = grid.typed({"pasted": "\t".join("甲乙丙丁戊己庚辛壬癸")})
    assert "第 10 列" in wide.whole[0].params["names"]


def test_a_line_that_is_nobody_is_told_so() -> None:
    read = grid.typed(cells(("只有名字", ""), ("阿依", OTHER)))
    grid.check(read, ZHAOJUE, today())
    assert (0, "id_number") in read.faults
    assert not any(place == 1 for place, _name in read.faults)
