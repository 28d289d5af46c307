"""Household registration for tests: facts, cases and papers."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import today
from models.hukou.case import CaseState, CaseStep, DocumentState, HukouCase, HukouDocument
from models.hukou.catalogue import ALWAYS, FACTS
from models.hukou.fact import PersonFact
from models.hukou.rule import HukouRule, RuleState
from models.people.worker import Worker
from models.placement.placement import Evidence, PlacementState
from tests.factories.people import FOSHAN, make_enterprise, make_order, make_placement, make_worker

FIVE_YEARS = "稳定居住就业"
MET = {"sb_months": 70, "rp_months": 70}


def live_rule(session: Session, route: str = FIVE_YEARS, city: str = FOSHAN) -> HukouRule:
    """The live version of a route."""
    return session.scalars(
        select(HukouRule).where(
            HukouRule.route == route, HukouRule.city_code == city, HukouRule.state == RuleState.LIVE
        )
    ).one()


def worker_with_facts(session: Session, facts: dict[str, Any] | None = None, **values: Any) -> Worker:
    """A person who has worked in 佛山 for over a year, with proven facts."""
    worker = make_worker(session, **values)
    make_placement(
        session,
        make_order(session, make_enterprise(session)),
        worker,
        state=PlacementState.ON_SITE,
        on_site_on=today() - timedelta(days=400),
        consented_at=datetime.now(UTC),
    )
    for name, value in (facts or {}).items():
        add_fact(session, worker, name, value)
    return worker


def add_fact(session: Session, worker: Worker, name: str, value: Any, **more: Any) -> PersonFact:
    """A fact proven by the insurance office."""
    given = {
        "worker_id": worker.id,
        "county_code": worker.county_code,
        "city_code": FOSHAN,
        "name": name,
        "value": value,
        "as_of": today(),
        "growing": name.endswith("months"),
        "evidence": Evidence.INSURANCE,
        "source": "参保证明",
    }
    fact = PersonFact(**(given | more))
    session.add(fact)
    session.commit()
    return fact


def accept_papers(session: Session, case: HukouCase, **values: Any) -> list[HukouDocument]:
    """Every paper that a case of its rule needs, handed in and accepted."""
    facts = [condition["fact"] for condition in case.rule.conditions.get("all", ())]
    kinds = dict.fromkeys([*ALWAYS, *(FACTS[fact].papers[0] for fact in facts if FACTS[fact].papers)])
    given = {
        "worker_id": case.worker_id,
        "case_id": case.id,
        "county_code": case.county_code,
        "city_code": case.city_code,
        "state": DocumentState.ACCEPTED,
        "media_type": "application/pdf",
        "size": 4,
        "content": b"%PDF",
        "judged_at": datetime.now(UTC),
    }
    papers = [HukouDocument(**(given | {"kind": kind, "digest": kind} | values)) for kind in kinds]
    session.add_all(papers)
    session.commit()
    session.expire(case, ["documents"])
    return papers


def make_case(session: Session, worker: Worker | None = None, **values: Any) -> HukouCase:
    """A case under review that meets its rule."""
    worker = worker or worker_with_facts(session, MET)
    rule = values.pop("rule", None) or live_rule(session)
    given = {
        "worker_id": worker.id,
        "rule_id": rule.id,
        "kind": rule.kind,
        "county_code": worker.county_code,
        "city_code": FOSHAN,
        "state": CaseState.REVIEWING,
        "active_digest": worker.id_digest,
        "notice_read_at": datetime.now(UTC),
        "applied_on": values.get("permitted_on", today()),
        "evaluation": {"verdict": "meets", "on": today().isoformat(), "clauses": []},
    }
    case = HukouCase(**(given | values))
    case.steps.append(CaseStep(state=case.state, entered_at=datetime.now(UTC)))
    session.add(case)
    session.commit()
    return case
