"""A file filled in by one person is read for another: whatever language either of them chose."""

import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import IO

import openpyxl
import pytest
from flask import Flask
from flask_babel import force_locale
from flask_babel import gettext as _

from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.layout import Layout, columns_of, in_each_language, plain_header
from app.kit.files.bulk_upload.reading import Line, Unreadable, read, write_rejected
from app.kit.files.cells.cell import BadCell
from app.kit.files.cells.dates import parse_day
from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.orders.bulk_upload.cells import raw_values
from app.orders.bulk_upload.columns import ORDERS, choices_of, order_form
from app.training.certification.bulk_upload import LAYOUTS, read_level, read_score
from app.training.classes.workbooks import PEOPLE
from app.training.timetable.bulk_upload import TIMETABLE, raw_value
from models.bulk_upload import CellProblem
from models.i18n import Sentence
from models.jobs.order import OrderBatch
from models.training.certificate import ResultKind
from models.training.lesson import LESSON_KIND_LABELS
from models.training.training_order import SKILL_LEVEL_LABELS

EVERY = [ORDERS, PEOPLE, TIMETABLE, *LAYOUTS.values()]
TODAY = date(2026, 11, 24)
CITIES = [("440600", "佛山市")]


@pytest.fixture(autouse=True)
def spoken(app: Flask) -> Iterator[None]:
    """Reading speaks; it needs a language and no database."""
    with app.app_context():
        yield


def written(write: Callable[[IO[bytes]], None]) -> bytes:
    target = io.BytesIO()
    write(target)
    return target.getvalue()


def sheet(headers: list[str], *rows: list[str]) -> bytes:
    return written(
        lambda target: write_workbook(target, [Page("表", [Column(one) for one in headers], rows)])
    )


@pytest.mark.parametrize("layout", EVERY)
def test_headings_written_in_either_language_are_read_in_the_other(layout: Layout) -> None:
    for language, reader in (("en", "zh"), ("zh", "en")):
        with force_locale(language):
            headers = [one.header for one in columns_of(layout)]
        with force_locale(reader):
            reading = read(sheet(headers, ["1"] * len(headers)), layout)
        assert reading.unknown == []
        assert set(reading.lines[0].cells) == {one.field for one in layout.headings}


@pytest.mark.parametrize("layout", EVERY)
def test_no_heading_means_two_columns(layout: Layout) -> None:
    def headers() -> list[str]:
        return [plain_header(_(layout.header_of(one.field))) for one in layout.headings]

    for said in in_each_language(headers):
        assert len(set(said)) == len(said)


def test_every_choice_an_english_template_offers_reads_back_in() -> None:
    blank = order_form({}, CITIES)
    with force_locale("en"):
        offered = {one.field: choices_of(blank, one.field) for one in ORDERS.headings}
        meant = {
            name: {str(one.label): str(one.value) for one in getattr(blank[name], "choices", ())}
            for name in offered
        }
    assert len([name for name, words in offered.items() if words]) > 15
    for name, word in ((name, word) for name, words in offered.items() for word in words):
        values = raw_values(name, word, blank)[name]
        assert values == [meant[name].get(word, "1")] or (word == "No" and values == []), (name, word)


def test_kinds_levels_and_absence_are_read_in_either_language() -> None:
    for labels, read_word in ((LESSON_KIND_LABELS, read_kind), (SKILL_LEVEL_LABELS, read_level)):
        for said in in_each_language(lambda labels=labels: {_(word): key for key, word in labels.items()}):
            assert {word: read_word(word) for word in said} == said
    assert [read_score(word) for word in ("缺考", "Absent", "absent from the exam", "88")] == [
        None,
        None,
        None,
        88,
    ]


def read_kind(word: str) -> str:
    return raw_value("kind", word, (TODAY, TODAY), TODAY)["kind"][0]


@pytest.mark.parametrize("text", ["2017-05-03", "2017/5/3", "2017年5月3日", "20170503", "2017.5.3（星期三）"])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert parse_day(text).read() == date(2017, 5, 3)


@pytest.mark.parametrize("text", ["昨天", "2017-13-01", "2017-05-031", "201705031", "2017-05"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(BadCell, match=r"看不懂日期|没有写是哪一天"):
        parse_day(text).read()


def test_a_heading_row_that_lacks_something_is_told_what() -> None:
    with pytest.raises(Unreadable, match="缺“身份证号或后四位”"):
        read(sheet(["姓名", "电话"], ["沙马", "1"]), PEOPLE)
    with pytest.raises(Unreadable, match="没有找到表头"):
        read(sheet(["村", "电话"], ["甲村", "1"]), PEOPLE)


def test_a_refused_row_comes_back_with_the_column_that_was_missing() -> None:
    layout = LAYOUTS[ResultKind.CERTIFICATES]
    problem = CellProblem(layout.header_of("issued_on"), Sentence("没有填"))
    line = Line("", 2, {"name": "沙马", "number": "Z1"}, problems=[problem])
    data = written(lambda target: write_rejected(target, layout, [line]))
    headers = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(data)).active[1]]
    assert headers == ["退回原因", "姓名", "证书编号", "发证日期"]
    reading = read(data, layout)
    assert (reading.unknown, reading.lines[0].cells["name"]) == ([], "沙马")


def test_what_was_kept_before_sentences_had_values_is_still_read() -> None:
    problem = CellProblem("有效期", Sentence("“%(text)s”不是日期", {"text": "长期"}))
    assert problem.as_json() == ["有效期", "“%(text)s”不是日期", {"text": "长期"}]
    assert CellProblem.from_json(problem.as_json()) == problem
    assert CellProblem.from_json(["有效期", "“长期”不是日期"]).sentence == Sentence("“长期”不是日期")
    line = {"sheet": "", "row": 2, "problems": [["有效期", "“长期”不是日期"]], "warnings": ["放假"]}
    batch = OrderBatch(rows={"lines": [line], "unknown": []})
    assert [str(warning) for warning in reading_of(batch).lines[0].warnings] == ["放假"]
