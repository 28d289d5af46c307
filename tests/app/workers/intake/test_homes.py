"""A missing or an unknown township is told before anybody is entered, and an assumed one is shown."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people.intake import ImportBatch, ImportRow
from models.people.worker import Worker
from tests.app.workers.intake.conftest import person, roster

Batches = Callable[..., ImportBatch]


def told(session: Session, batch: ImportBatch) -> list[list[str]]:
    """Return what is said of each row's township."""
    rows = session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.row))
    return [[str(p.sentence) for p in row.warnings if "乡" in p.header] for row in rows]


def test_a_missing_township_is_warned_of(send: Batches, session: Session) -> None:
    batch = send(roster(person("吉克阿牛", 乡镇="", 村="")))
    (said,) = told(session, batch)
    assert "没有乡镇" in said[0]


def test_an_unknown_township_is_warned_of_with_the_nearest_names(send: Batches, session: Session) -> None:
    (said,) = told(session, send(roster(person("吉克阿牛", 乡镇="四天镇"))))
    assert "四开镇" in said[0]


def test_a_township_that_was_merged_is_kept_and_told(send: Batches, session: Session) -> None:
    batch = send(roster(person("吉克阿牛", 乡镇="洒拉地坡乡"), person("马海", 乡镇="齿可波西乡", 户编号="1")))
    merged, with_successor = told(session, batch)
    assert "以前的名称" in merged[0]
    assert "俄尔镇" in with_successor[0]


def test_a_known_township_and_what_the_register_knows_need_no_warning(
    send: Batches, bring_in: Batches, session: Session
) -> None:
    known = person("吉克阿牛")
    bring_in(roster(known))
    assert told(session, send(roster(known | {"乡镇": "", "村": "", "文化程度": "小学"}))) == [[]]


def test_the_preview_shows_whence_a_township_was_taken(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    row = person("吉克阿牛", 住址="四川省凉山州昭觉县日哈乡觉呷村1组")
    file = roster(row, extra=("住址",)).decode("utf-8-sig")
    batch = send("\n".join(line.split(",", 2)[2] for line in file.splitlines()).encode())
    page = client.get(f"/imports/{batch.id}").text
    assert all(text in page for text in ("乡镇是这样定的", "日哈乡", "住址里写的"))
    assert "觉呷村" in page[page.index("read-rows") :]  # the row shows what was taken out of its address
    assert "从住址等拆出" in page
    client.post(f"/imports/{batch.id}/confirm")
    worker = session.scalars(select(Worker)).one()
    assert (worker.township, worker.village, worker.hamlet) == ("日哈乡", "觉呷村", "1组")
