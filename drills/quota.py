"""The last place of a quota: 200 officers' approvals at once, from 20 processes over HTTP, on one place."""

import sys
from datetime import date
from typing import Any

from sqlalchemy import func, select

from drills import soundness
from drills.client import Press, press_all
from drills.figures import Figure, main, size
from tests.factories import stage

PAPERS = ("id_card", "household_book", "insurance_list", "residence_permit")
OFFICERS, CITY, ROUTE, REFUSAL = 10, "440600", "稳定居住就业", "指标已经用完"


def officers(session: Any) -> list[str]:
    """Names of new accounts of the city's registration office."""
    from app.accounts.operations import give, make_user
    from models.access import Actor, Role

    drill, names = Actor(None, "drill"), [f"officer{n}" for n in range(OFFICERS)]
    for name in names:
        user = make_user(session, drill, name, name, stage.PASSWORD, must_change=False)
        give(session, drill, user, Role.REGISTRATION, area_code=CITY, valid_from=date(2016, 1, 1))
    return names


def cases(session: Any, day: date, crowd: int) -> list[Any]:
    """``crowd`` cases under review that meet their rule, with one place left for all of them."""
    from models.clock import utc_now
    from models.hukou.case import CaseState, CaseStep, HukouCase
    from models.hukou.fact import PersonFact
    from models.hukou.rule import HukouQuota, HukouRule

    rule = session.scalars(
        select(HukouRule).where(HukouRule.city_code == CITY, HukouRule.route == ROUTE)
    ).one()
    session.add(HukouQuota(city_code=CITY, route=ROUTE, year=day.year, total=1))
    made = []
    for worker in stage.people(session, crowd):
        for name in ("sb_months", "rp_months"):
            session.add(
                PersonFact(
                    worker_id=worker.id,
                    county_code=worker.county_code,
                    city_code=CITY,
                    name=name,
                    value=60,
                    as_of=day,
                    evidence=4,
                )
            )
        case = HukouCase(
            worker_id=worker.id,
            rule_id=rule.id,
            kind=rule.kind,
            city_code=CITY,
            county_code=worker.county_code,
            state=CaseState.REVIEWING,
            state_since=utc_now(),
            active_digest=worker.id_digest,
            notice_read_at=utc_now(),
        )
        case.steps.append(CaseStep(state=case.state, entered_at=utc_now()))
        case.documents += [_paper(case, kind) for kind in PAPERS]
        session.add(case)
        made.append(case)
    session.flush()
    return made


def _paper(case: Any, kind: str) -> Any:
    from models.hukou.case import DocumentState, HukouDocument

    return HukouDocument(
        worker_id=case.worker_id,
        county_code=case.county_code,
        city_code=case.city_code,
        kind=kind,
        state=DocumentState.ACCEPTED,
        media_type="application/pdf",
        size=4,
        digest=kind,
        content=b"%PDF",
    )


def run(database: str) -> list[Figure]:
    """Exactly one is approved, every other hears why, nothing breaks."""
    app, _url = stage.set_up("quota")
    crowd = size(200, 40)
    from app.kit.web.extensions import db
    from models.clock import today
    from models.hukou.case import CaseState, HukouCase
    from models.hukou.rule import HukouQuota

    with app.app_context():
        names, rows = officers(db.session), cases(db.session, today(), crowd)
        presses = [
            Press(names[n % OFFICERS], f"/hukou/cases/{row.id}/decide", (("event", "approve"),))
            for n, row in enumerate(rows)
        ]
        db.session.commit()
        db.engine.dispose()
    crowds = [presses[n :: stage.processes()] for n in range(stage.processes())]
    with stage.server() as address:
        met = press_all(address, stage.PASSWORD, crowds, REFUSAL)
    with app.app_context():
        approved = db.session.scalar(
            select(func.count(HukouCase.id)).where(HukouCase.state == CaseState.APPROVED)
        )
        used, unsound = db.session.scalar(select(func.max(HukouQuota.used))), soundness.troubles(db.session)
    kept = approved == used == met.statuses[303] == 1 and met.sentences == crowd - 1
    return [
        Figure(
            "T5",
            f"{crowd} approvals at once from {len(crowds)} processes on the last place of a settlement quota",
            f"1 approved, {crowd - 1} refused in words, 0 errors, sound",
            f"{approved} approved, {met.sentences} refused in words; {met.said(unsound)}",
            kept and not met.broken and not unsound,
            database,
        )
    ]


if __name__ == "__main__":
    sys.exit(main(run))
