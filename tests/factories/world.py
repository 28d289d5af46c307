"""Three tenants side by side, each with a row of every kind, and one account per role in the first of them.

``one`` is 昭觉 with an enterprise in 佛山; ``sibling`` is 布拖, of the same prefecture; ``two`` is 大方, in
another province, with an enterprise in 广州. Every name, number and telephone of a tenant is a canary: it
must not be seen elsewhere.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workers.intake.read import COUNTED
from matching import DEFAULT_SCORECARD as CARD
from models.access import Role
from models.account_request import AccountRequest, RequestKind
from models.api.token import ApiToken
from models.api.webhook import Webhook
from models.background_job import Job, JobState
from models.bulk_act import BulkAct
from models.clock import today
from models.hukou.rule import HukouRule
from models.jobs.order import Order, OrderBatch, OrderColumn
from models.lists import ListExport, SavedList
from models.match_run import MatchPair, MatchRun, RunKind
from models.messages.kind import MessageKind
from models.messages.message import Message
from models.people.calling import AskingBatch, FollowUpBatch
from models.people.household import Household
from models.people.intake import BatchState, Duplicate, ImportBatch, ImportRow, RowOutcome
from models.people.own_word import OwnWord
from models.people.worker import Worker, WorkerExport
from models.placement.departure import Departure
from models.placement.leaving import Channel
from models.placement.placement import FollowUp, PlacementState
from models.placement.spring_return import ReturnAnswer, ReturnBatch, ReturnRound
from models.problems.contact import ResidentContact
from models.problems.first_call import FirstCall
from models.problems.kind import ProblemKind
from models.problems.problem import Problem
from models.problems.problem_file import FileKind, ProblemFile
from models.problems.warning import EarlyWarning
from models.reference.dated_fact import MoneyFigure
from models.reference.occupation_word import OccupationWord, county_unit
from models.reference.wish_word import WishMeaning, WishWord
from models.scorecard import Scorecard, ScorecardState, Verdict
from models.user import LoginSession, User
from tests.factories.cooperation_world import make_cooperation_rows
from tests.factories.employment_world import make_employment_rows
from tests.factories.fund_world import make_fund_rows
from tests.factories.hukou_world import make_hukou_rows
from tests.factories.people import (
    FOSHAN,
    GUANGZHOU,
    make_enterprise,
    make_order,
    make_placement,
    make_user,
    make_worker,
)
from tests.factories.report_world import make_report_rows
from tests.factories.roster_world import make_roster_rows
from tests.factories.training_world import make_training_rows

PLACES = {"one": ("513431", FOSHAN), "sibling": ("513429", GUANGZHOU), "two": ("520521", GUANGZHOU)}
NAMES = {
    "one": ("苏甲壹", "佛甲壹制衣厂"),
    "sibling": ("苏乙贰", "穗乙贰鞋厂"),
    "two": ("苏丙叁", "穗丙叁电子厂"),
}
CHENGGUAN = "513431100"
NO_SUCH = 987_654
TOO_FEW = {
    "wanted": 700,
    "unknown": 0,
    "without_points": 0,
    "earlier": {"known": 0, "stayed": 0},
    "later": {"known": 0, "stayed": 0},
}


@dataclass
class Tenant:
    """The ids of one tenant's rows by kind, and the texts that only its own people may see.

    ``learners`` are texts about those who sit in a class: its school may see them too.
    """

    ids: dict[str, int] = field(default_factory=dict)
    canaries: list[str] = field(default_factory=list)
    learners: list[str] = field(default_factory=list)


@dataclass
class World:
    """All tenants, and the accounts by role."""

    tenants: dict[str, Tenant]
    users: dict[Role, User]


def make_world(session: Session) -> World:
    """Build the three tenants and the accounts."""
    tenants = {name: _tenant(session, name) for name in PLACES}
    one = tenants["one"].ids
    where: dict[Role, dict[str, Any]] = {
        Role.COUNTY: {"area_code": "513431"},
        Role.TOWNSHIP: {"area_code": CHENGGUAN},
        Role.ENTERPRISE: {"organisation_id": one["enterprise"]},
        Role.SCHOOL: {"organisation_id": one["school"]},
        Role.TEACHER: {"organisation_id": one["school"]},
        Role.CITY: {"area_code": FOSHAN},
        Role.REGISTRATION: {"area_code": FOSHAN},
        Role.PREFECTURE: {"area_code": "513400"},
        Role.PROVINCE: {"area_code": "440000"},
        Role.AUDITOR: {"area_code": "513400"},
        Role.ADMIN: {},
        Role.WORKER: {"worker_id": one["worker"]},
    }
    users = {role: make_user(session, role, **given) for role, given in where.items()}
    for tenant, owner in (("one", users[Role.COUNTY]), ("two", make_user(session))):
        tenants[tenant].ids["job"] = _job(session, owner)
    return World(tenants, users)


def _job(session: Session, owner: User) -> int:
    job = Job(name="probe", subject_id=1, user_id=owner.id, state=JobState.DONE)
    session.add(job)
    session.commit()
    return job.id


def _tenant(session: Session, name: str) -> Tenant:
    county, city = PLACES[name]
    person, firm = NAMES[name]
    clerk = make_user(session)
    home = Household(county_code=county, code=f"H-{name}")
    session.add(home)
    session.commit()
    enterprise = make_enterprise(session, name=firm, area_code=city)
    worker = make_worker(
        session,
        county_code=county,
        name=person,
        household_id=home.id,
        village=f"{person}村",
        township_code=CHENGGUAN if name == "one" else None,
    )
    twin = make_worker(
        session,
        county_code=county,
        name=f"同事{county}",
        birth_date=date(1991, 1, 1),
        township_code=worker.township_code,
    )
    learner = make_worker(
        session,
        county_code=county,
        name=f"学员{person}".replace("苏", "吉"),
        township_code=worker.township_code,
    )
    order = make_order(session, enterprise)
    waiting = make_placement(session, order, worker)
    working = make_placement(
        session,
        order,
        twin,
        state=PlacementState.ON_SITE,
        on_site_on=today() - timedelta(days=40),
        consented_at=datetime.now(UTC),
    )
    rows = _rows(county, city, clerk, order, (worker.id, twin.id), (waiting.id, working.id))
    session.add_all(rows.values())
    session.commit()
    run_id = rows["run"].id
    sheet = ReturnBatch(
        county_code=county,
        round_id=rows["return_round"].id,
        filename="返乡表.xlsx",
        user_id=clerk.id,
        rows={"lines": [], "unknown": []},
        good=0,
        rejected=0,
    )
    session.add(sheet)
    session.add(
        MatchPair(run_id=run_id, order_id=order.id, worker_id=worker.id, rank=1, score=10, factors={})
    )
    import_row = ImportRow(
        batch_id=rows["batch"].id,
        sheet="",
        row=2,
        outcome=RowOutcome.REJECTED,
        payload={"姓名": f"{person}待"},
    )
    session.add(import_row)
    session.commit()
    ids = {kind: row.id for kind, row in rows.items()} | {
        "import_row": import_row.id,
        "return_batch": sheet.id,
        **make_report_rows(session, county, city),
        "worker": worker.id,
        "order": order.id,
        "placement": waiting.id,
        "enterprise": enterprise.id,
        "user": clerk.id,
        "working": working.id,
        "reported_person": worker.id,
        "rule": session.scalars(select(HukouRule.id)).first(),
    }
    ids |= _problem(session, worker, order, clerk)
    ids |= _looked_after(session, county, order, working.id, clerk)
    ids |= make_training_rows(session, county, order, clerk.id, invited=worker, learner=learner)
    ids |= make_hukou_rows(session, city, worker)
    ids |= make_roster_rows(session, order, city, twin, clerk)
    ids |= make_cooperation_rows(session, county, city, clerk.id)
    ids |= make_employment_rows(session, city, enterprise, clerk.id, twin)
    ids |= make_fund_rows(session, county, clerk.id, twin.id, ids["employment_spell"])
    # The twin works and has agreed that his enterprise sees name and telephone: these are no canaries.
    canaries = [person, f"{person}村", worker.id_number, twin.id_number, worker.phone]
    return Tenant(ids, canaries, [learner.name, learner.id_number, learner.phone])


def _looked_after(
    session: Session, county: str, order: Order, placement_id: int, clerk: User
) -> dict[str, int]:
    """A resident contact of the county, a call of the first weeks and a warning about the second person."""
    contact = ResidentContact(
        user_id=clerk.id,
        enterprise_id=order.enterprise_id,
        county_code=county,
        city_code=order.city_code,
        valid_from=date(2020, 1, 1),
    )
    call = FirstCall(placement_id=placement_id, day=3, due_on=today() - timedelta(days=2))
    warning = EarlyWarning(
        placement_id=placement_id,
        county_code=county,
        enterprise_id=order.enterprise_id,
        signals=[{"signal": "night_work", "words": {"text": "本人说过不上夜班，这个岗位有夜班"}}],
        count=1,
        computed_on=today(),
    )
    session.add_all([contact, call, warning])
    session.commit()
    return {"resident_contact": contact.id, "first_call": call.id, "early_warning": warning.id}


def _problem(session: Session, worker: Worker, order: Order, clerk: User) -> dict[str, int]:
    """What the first person reported, hidden from the enterprise."""
    problem = Problem(
        worker_id=worker.id,
        enterprise_id=order.enterprise_id,
        county_code=worker.county_code,
        township_code=worker.township_code,
        city_code=order.city_code,
        kind=ProblemKind.NOT_AS_TOLD,
        words=f"{worker.name}说和说好的不一样",
        channel=Channel.PHONE,
        due_on=today(),
    )
    session.add(problem)
    session.flush()
    file = ProblemFile(
        problem_id=problem.id,
        kind=FileKind.VOICE,
        size=3,
        length=1,
        digest="d" * 64,
        content=b"ID3",
        uploaded_by_id=clerk.id,
    )
    session.add(file)
    session.commit()
    return {"problem": problem.id, "problem_file": file.id}


def _rows(
    county: str, city: str, clerk: User, order: Order, people: tuple[int, int], offers: tuple[int, int]
) -> dict[str, Any]:
    worker, twin = people
    leaves = datetime(2026, 3, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    return {
        "batch": ImportBatch(
            county_code=county,
            township_code=CHENGGUAN if county == PLACES["one"][0] else None,
            filename=f"{county}.xlsx",
            file_digest="d" * 64,
            user_id=clerk.id,
            state=BatchState.PREVIEWED,
            counts=dict.fromkeys(COUNTED, 0) | {"refused": 1},
        ),
        "duplicate": Duplicate(county_code=county, worker_id=worker, other_id=twin, likelihood=0.9),
        "run": MatchRun(
            kind=RunKind.ORDER,
            county_code=county,
            order_id=order.id,
            user_id=clerk.id,
            settings={"top": 200, "as_of": today().isoformat(), "policy": {}},
            summary={"fitting": 1},
            scorecard_version=CARD.version,
            scorecard=json.loads(CARD.as_json()),
            job=Job(name="match", subject_id=0, user_id=clerk.id, state=JobState.DONE),
        ),
        "departure": Departure(
            county_code=county,
            city_code=city,
            leader_name="领队",
            transport="大巴",
            from_place="车站",
            departs_at=leaves,
            created_by_id=clerk.id,
        ),
        "own_word": OwnWord(
            worker_id=worker,
            county_code=county,
            township_code=CHENGGUAN if county == PLACES["one"][0] else None,
            field="name",
            said="写错了",
        ),
        "follow_up": FollowUp(placement_id=offers[1], months=1, due_on=today() - timedelta(days=10)),
        "word": OccupationWord(
            word="甲甲活",
            code="6-99-01-01",
            unit=county_unit(county),
            user_id=clerk.id,
            said_at=datetime.now(UTC),
        ),
        "wish_word": WishWord(
            word="随便",
            unit=county_unit(county),
            meaning=WishMeaning.ANYTHING,
            user_id=clerk.id,
            said_at=datetime.now(UTC),
        ),
        "asking_batch": AskingBatch(
            county_code=county,
            township_code=CHENGGUAN if county == PLACES["one"][0] else None,
            filename="问卷.xlsx",
            user_id=clerk.id,
            rows={"lines": [], "unknown": []},
            good=0,
            rejected=0,
        ),
        "follow_up_batch": FollowUpBatch(
            county_code=county,
            city_code=city,
            township_code=CHENGGUAN if county == PLACES["one"][0] else None,
            filename="回访表.xlsx",
            user_id=clerk.id,
            rows={"lines": [], "unknown": []},
            good=0,
            rejected=0,
        ),
        "return_round": (
            spring := ReturnRound(
                county_code=county,
                year=2026,
                home_from=date(2026, 1, 20),
                back_by=date(2026, 3, 5),
                created_by_id=clerk.id,
            )
        ),
        "return_answer": ReturnAnswer(
            round=spring, worker_id=twin, placement_id=offers[1], county_code=county, city_code=city
        ),
        "figure": MoneyFigure(
            owner_code=county,
            kind="subsidy",
            name="稳岗补贴",
            monthly_fen=20000,
            valid_from=date(2017, 1, 1),
            source="测试",
        ),
        "order_batch": OrderBatch(
            enterprise_id=order.enterprise_id,
            filename="岗位.xlsx",
            user_id=clerk.id,
            rows={"lines": [], "unknown": []},
            good=0,
            rejected=0,
        ),
        "order_column": OrderColumn(enterprise_id=order.enterprise_id, header="工钱", field="wage"),
        "scorecard": Scorecard(
            name=f"test-{county}",
            state=ScorecardState.JUDGED,
            months=6,
            champion_name=CARD.version,
            points=json.loads(CARD.as_json()),
            report=TOO_FEW,
            verdict=Verdict.TOO_FEW,
            created_by_id=clerk.id,
        ),
        "account_request": AccountRequest(
            kind=RequestKind.PASSWORD, user_id=clerk.id, asked_by_id=clerk.id, due_on=today()
        ),
        "export": WorkerExport(user_id=clerk.id, purpose="测试"),
        "list_export": ListExport(user_id=clerk.id, listing="workers.index", asked={}, columns=["name"]),
        "bulk_act": BulkAct(
            user_id=clerk.id, listing="workers.index", act="close", chosen=[], values={"reason": "搬走"}
        ),
        "saved_list": SavedList(
            user_id=clerk.id, listing="workers.index", name="在册的", asked={"state": "pool"}
        ),
        "sign_in": LoginSession(token_digest=f"of {county}", user_id=clerk.id),
        "webhook": Webhook(user_id=clerk.id, url="https://nobody.invalid/", kinds=["order"], secret="key"),
        "api_token": ApiToken(
            user_id=clerk.id,
            name="人事系统",
            token_digest=f"of {county}",
            tail="abcd",
            scopes=["order:read"],
            expires_at=datetime(2099, 1, 1, tzinfo=UTC),
        ),
        "message": Message(
            worker_id=worker,
            county_code=county,
            placement_id=offers[0],
            kind=MessageKind.OFFER,
            text="有一个岗位",
        ),
    }
