"""A toy county whose right answer is obvious."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.match_runs import operations
from models.access import Role
from models.clock import today
from models.jobs.order import Order, Provision
from models.people.worker import Worker
from models.user import User
from tests.factories.people import BUTUO, FOSHAN, ZHAOJUE, make_enterprise, make_order, make_user, make_worker

Rebuild = Callable[[], dict[str, Any]]


@dataclass
class Toy:
    """Two sewers for one sewing place, one welder for the welding places, one who goes nowhere."""

    county: User
    other_county: User
    enterprise: User
    sewing: Order
    welding: Order
    good_sewer: Worker
    fair_sewer: Worker
    welder: Worker
    silent: Worker
    homebody: Worker


@pytest.fixture
def toy(session: Session) -> Toy:
    firm = make_enterprise(session, name="顺德制衣厂")
    sewing = make_order(
        session, firm, title="缝纫工", headcount=1, skills=["平车操作"], lodging=Provision.FREE
    )
    welding = make_order(session, title="电焊工", headcount=2, min_mandarin=2)
    return Toy(
        county=make_user(session, Role.COUNTY, area_code=ZHAOJUE),
        other_county=make_user(session, Role.COUNTY, area_code=BUTUO),
        enterprise=make_user(session, Role.ENTERPRISE, organisation_id=firm.id),
        sewing=sewing,
        welding=welding,
        good_sewer=make_worker(
            session, name="沙马伍各木", wishes=["缝纫工"], skills=["平车操作"], village="尔打村"
        ),
        fair_sewer=make_worker(session, name="吉克阿牛", wishes=["缝纫工"], skills=[], village="瓦洛村"),
        welder=make_worker(session, name="俄木木加", wishes=["电焊工"], mandarin=3),
        silent=make_worker(
            session, name="阿说尔布", wishes=["电焊工"], mandarin=1, cities=[FOSHAN], wage_floor_yuan=9000
        ),
        homebody=make_worker(session, name="马海史布", cities=["440300"]),
    )


@pytest.fixture
def rebuild(app: Flask, session: Session, tmp_path: Path) -> Iterator[Rebuild]:
    """Return what builds this test's own index; there is none before."""
    kept = app.config["INDEX_FOLDER"]
    app.config["INDEX_FOLDER"] = tmp_path / "index"
    yield lambda: operations.rebuild_index(session, today(), lambda: None)
    app.config["INDEX_FOLDER"] = kept
