"""The kept figures of a platform whose first people have just come."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.commands import prepare
from app.kit.web.nightly import steps
from app.reports import kept
from models.clock import today
from models.reports.kept_figure import KeptFigure
from tests.factories.people import make_worker


def test_where_people_are_and_no_figures_the_worker_counts_at_its_start(session: Session) -> None:
    """Leaders of a fresh platform would find empty first pages until the night."""
    (step,) = (one for one in steps() if one.name == "keep_figures")
    assert not step.is_due_at_start(), "an empty register has nothing to count"
    make_worker(session)
    session.commit()
    assert step.is_due_at_start()
    kept.refresh(session, today(), 1)
    assert session.scalar(select(KeptFigure.id).limit(1)) is not None
    assert not step.is_due_at_start()


@pytest.mark.parametrize("has_worker", [True, False])
def test_a_demo_leaves_its_figures_to_the_worker_where_one_will_run(
    session: Session, monkeypatch: pytest.MonkeyPatch, has_worker: bool
) -> None:
    """Counting them is an eighth of the demo, and no page waits for them."""
    counted: list[int] = []
    for name in ("load_facts", "key_waiting", "evaluate_all", "learn_demo_card"):
        monkeypatch.setattr(prepare, name, lambda *_told: None)
    monkeypatch.setattr("app.commands.demo.seed.seed", lambda *_told: {})
    monkeypatch.setattr(prepare, "keep_figures", lambda _session, _day, months: counted.append(months))
    prepare.load_demo(1, 1, 1, has_worker)
    assert counted == ([] if has_worker else [prepare.TREND_MONTHS])
