"""A county of today brings in its present workbook and works with it: dated categories, no code changed."""

from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workers.queries import Search, matching_workers
from models.access import Permission
from models.clock import today
from models.people.category import CategoryEvidence, PersonCategory, categories_of, counted
from models.people.intake import ImportBatch
from models.people.worker import Worker
from models.reference.sourced import Basis, Confidence
from models.reference.target_category import CategoryUse, TargetCategory, categories_on
from models.training.class_rules import findings
from models.user import User
from tests.app.workers.intake.conftest import person, roster
from tests.factories.people import actor_of
from tests.factories.training import make_class

BringIn = Callable[..., ImportBatch]
# The headings of a county's sheet of 2024, none of them of the system of 2016.
EXTRA = (
    "户类型",
    "是否脱贫户",
    "脱贫年度",
    "监测对象类别",
    "监测对象识别时间",
    "风险是否消除",
    "风险消除时间",
    "是否易地扶贫搬迁户",
)


def row(name: str, **values: str) -> dict[str, str]:
    return person(name, 户编号="") | dict.fromkeys(EXTRA, "") | values


def sheet() -> bytes:
    return roster(
        row("阿说脱贫", 户类型="脱贫户", 脱贫年度="2019年", 监测对象类别="否"),
        row(
            "吉克边缘",
            户类型="一般农户",
            监测对象类别="边缘易致贫户",
            监测对象识别时间="2022-06-01",
            风险是否消除="未消除",
        ),
        row(
            "沙马消除",
            户类型="脱贫户",
            监测对象类别="脱贫不稳定户",
            监测对象识别时间="2021-08-01",
            风险是否消除="已消除",
            风险消除时间="2023-05-20",
        ),
        row("马海一般", 户类型="一般农户", 监测对象类别="否"),
        row("的日不明", 是否易地扶贫搬迁户="是"),
        extra=EXTRA,
    )


def test_days_of_the_years_after_2020_are_days(send: BringIn) -> None:
    watched = {"监测对象类别": "突发严重困难户", "监测对象识别时间": "2023-02-01", "户类型": "脱贫户"}
    batch = send(roster(*(row(f"阿说{n}", **watched) for n in "甲乙丙丁戊己"), extra=EXTRA))
    asked = [column["header"] for column in batch.reading["columns"] if column.get("is_asked")]
    assert (batch.counts["new"], asked) == (6, [])
    assert [c["field"] for c in batch.reading["columns"] if c["header"] == "监测对象识别时间"] == [
        "monitored_on"
    ]


def standing(session: Session, name: str, day: date) -> tuple[bool | None, str]:
    worker = session.scalars(select(Worker).where(Worker.name == name)).one()
    rows = categories_of(session, [worker.id]).get(worker.id, [])
    told = counted(rows, categories_on(session, CategoryUse.SUPPORT, day), day)
    return told.counts, told.category


def test_a_sheet_of_today_says_whom_the_register_is_for(bring_in: BringIn, session: Session) -> None:
    batch = bring_in(sheet())
    assert (batch.counts["new"], batch.counts["refused"]) == (5, 0)
    now = today()
    assert standing(session, "阿说脱贫", now) == (True, "脱贫户")
    assert standing(session, "吉克边缘", now) == (True, "边缘易致贫户")
    assert standing(session, "吉克边缘", date(2022, 5, 31)) == (None, "")
    assert standing(session, "沙马消除", date(2022, 1, 1)) == (True, "脱贫不稳定户")
    assert standing(session, "马海一般", now) == (False, "一般农户")
    assert standing(session, "的日不明", now) == (None, "")


def test_who_lived_in_a_registered_household_of_2016_counts_in_its_years_only(
    bring_in: BringIn, session: Session
) -> None:
    home = {"贫困户属性": "一般贫困户", "首次识别时间": "2014-06-01"}
    bring_in(roster(person("吉克旧册", **home), extra=tuple(home)))
    assert standing(session, "吉克旧册", date(2018, 3, 1)) == (True, "建档立卡贫困户")
    assert standing(session, "吉克旧册", date(2014, 5, 31)) == (None, "")
    assert standing(session, "吉克旧册", date(2024, 3, 1)) == (None, "")


def test_training_asks_the_dated_fact(bring_in: BringIn, session: Session, officer: User) -> None:
    bring_in(sheet())
    training_class = make_class(session, starts_on=today())
    people = session.scalars(select(Worker).order_by(Worker.id)).all()
    told = findings(session, training_class, people, today())
    doubts = {
        one.name: [str(f.sentence) for f in told[one.id] if "登记" in str(f.sentence)] for one in people
    }
    assert doubts["阿说脱贫"] == doubts["吉克边缘"] == []
    assert "一般农户" in doubts["马海一般"][0]
    assert "只登记了易地搬迁户" in doubts["的日不明"][0]
    assert [f.bars for f in told[people[4].id] if "登记" in str(f.sentence)] == [False]


def test_an_administrator_lets_a_category_count_without_code(bring_in: BringIn, session: Session) -> None:
    bring_in(roster(row("的日低收入", 监测对象类别="农村低收入人口"), extra=EXTRA))
    assert standing(session, "的日低收入", today())[0] is None
    session.add(
        TargetCategory(
            name="农村低收入人口",
            use=CategoryUse.SUPPORT,
            counts=True,
            valid_from=date(2021, 1, 1),
            source="某省2021年1号",
            verified=True,
            confidence=Confidence.HIGH,
            basis=Basis.DOCUMENT,
        )
    )
    session.commit()
    assert standing(session, "的日低收入", today()) == (True, "农村低收入人口")


def test_a_later_sheet_ends_what_it_no_longer_says_and_an_undo_opens_it_again(
    bring_in: BringIn, session: Session, client: FlaskClient
) -> None:
    first = row("沙马变动", 户类型="脱贫户", 监测对象类别="脱贫不稳定户")
    bring_in(roster(first, extra=EXTRA))
    session.execute(PersonCategory.__table__.update().values(seen_on=date(2024, 1, 5)))
    session.commit()
    batch = bring_in(roster(first | {"监测对象类别": "非监测对象"}, extra=EXTRA), "第二份.csv")
    (ended,) = session.scalars(select(PersonCategory).where(PersonCategory.category == "脱贫不稳定户")).all()
    assert ended.held_to is not None
    assert ended.over_seen_on == today()
    assert ended.holds_on(date(2024, 6, 1)) is True
    assert client.post(f"/imports/{batch.id}/undo", data={"reason": "传错了"}).status_code == 303
    session.expire_all()
    session.rollback()
    (open_again,) = session.scalars(
        select(PersonCategory).where(PersonCategory.category == "脱贫不稳定户")
    ).all()
    assert open_again.holds_on(today()) is True


def test_the_list_is_narrowed_to_those_whom_the_register_is_for(
    bring_in: BringIn, session: Session, officer: User
) -> None:
    bring_in(sheet())
    actor = actor_of(session, officer)

    def found(**search: str) -> set[str]:
        statement = matching_workers(session, actor, Search(**search), today(), Permission.WORKER_READ)
        return {worker.name for worker in session.scalars(statement)}

    assert found(counts="1") == {"阿说脱贫", "吉克边缘", "沙马消除"}
    assert found(counts="0") == {"马海一般", "的日不明"}
    assert found(category="边缘易致贫户") == {"吉克边缘"}
    assert found(category="脱贫不稳定户") == set()


def test_what_somebody_says_with_a_paper_is_a_row_of_its_own(
    bring_in: BringIn, session: Session, client: FlaskClient
) -> None:
    bring_in(roster(row("的日补证"), extra=EXTRA))
    worker = session.scalars(select(Worker)).one()
    said = {"category": "脱贫户", "held_from": "2018-12-31", "evidence": "document", "source": "脱贫人口证明"}
    here = f"/workers/{worker.id}/categories"
    assert client.post(here, data=said).status_code == 303
    assert "帮扶对象：脱贫户" in client.get(f"/workers/{worker.id}").text
    assert "日期重叠" in client.post(here, data=said).text
    assert "不能早于" in client.post(here, data=said | {"category": "低保户", "held_to": "2017-01-01"}).text
    (kept,) = session.scalars(select(PersonCategory).where(PersonCategory.category == "脱贫户")).all()
    assert kept.evidence is CategoryEvidence.DOCUMENT
    assert client.post(f"{here}/remove", data={"row": kept.id, "reason": "不是他"}).status_code == 303
    session.rollback()
    assert session.scalars(select(PersonCategory).where(PersonCategory.category == "脱贫户")).all() == []
