"""A county's plan on a cluster is that of this machine's threads; a cluster that is away costs no plan."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web.queue import Silence
from app.match_runs import operations
from models.access import load_actor
from models.clock import today
from models.match_run import MatchLeftOut, MatchPair, RunKind
from tests.app.match_runs.conftest import Toy

NOBODY_THERE = "tcp://127.0.0.1:1"


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    from distributed import LocalCluster

    few = {"n_workers": 1, "threads_per_worker": 1, "processes": False, "protocol": "tcp"}
    with LocalCluster(**few, dashboard_address="127.0.0.1:0") as local:
        yield local.scheduler_address


def plan_with(app: Flask, session: Session, toy: Toy, address: str) -> list[Any]:
    actor = load_actor(session, toy.county, today())
    run = operations.freeze(session, actor, RunKind.COUNTY, today())
    number = run.id
    session.commit()
    before = app.config["DASK_SCHEDULER"]
    app.config["DASK_SCHEDULER"] = address
    try:
        operations.carry_out(session, actor, number, Silence(), session.rollback)
    finally:
        app.config["DASK_SCHEDULER"] = before
    pairs = select(MatchPair.worker_id, MatchPair.order_id, MatchPair.score, MatchPair.rank)
    left = select(MatchLeftOut.worker_id, MatchLeftOut.reason)
    return [
        sorted(tuple(row) for row in session.execute(pairs.where(MatchPair.run_id == number))),
        sorted(tuple(row) for row in session.execute(left.where(MatchLeftOut.run_id == number))),
    ]


def test_a_plan_is_the_same_on_the_cluster_without_it_and_when_it_is_away(
    app: Flask, session: Session, toy: Toy, scheduler: str, caplog: pytest.LogCaptureFixture
) -> None:
    from matching import Cluster

    asked: list[Cluster] = []
    plain = plan_with(app, session, toy, "")
    assert plain[0]
    with pytest.MonkeyPatch.context() as patch:
        scan = Cluster.scan
        patch.setattr(Cluster, "scan", lambda self, *a, **k: asked.append(self) or scan(self, *a, **k))
        assert plan_with(app, session, toy, scheduler) == plain
    assert asked, "the cluster was asked"
    with caplog.at_level(logging.WARNING):
        assert plan_with(app, session, toy, NOBODY_THERE) == plain
    assert "threads instead" in caplog.text
