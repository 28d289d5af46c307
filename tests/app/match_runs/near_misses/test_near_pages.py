"""On screen: what people lack most, who lacks it, and what an order's requirements cost before it is
posted."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.match_runs.near_misses.queries import skill_gaps
from models.clock import today
from models.jobs.order import OrderState
from models.user import User
from tests.app.match_runs.conftest import Rebuild, Toy
from tests.factories.codes import text_of as said
from tests.factories.people import BUTUO, actor_of, make_worker

SignIn = Callable[[User], FlaskClient]
SEWER = "6-05-01-01"


def test_what_people_lack_is_counted_by_occupation_and_listed_by_name(
    session: Session, toy: Toy, sign_in: SignIn
) -> None:
    toy.sewing.occupation_code, toy.sewing.occupation_name = SEWER, "裁缝"
    make_worker(session, county_code=BUTUO, name="布拖的人", wishes=["缝纫工"])
    session.commit()
    gaps, orders = skill_gaps(session, actor_of(session, toy.county), today())
    assert [(gap.code, gap.kind, gap.word, gap.people) for gap in gaps] == [(SEWER, "skill", "平车操作", 2)]
    assert orders == 2
    client = sign_in(toy.county)
    assert "平车操作" in client.get("/match-runs/near-misses").text
    page = client.get(f"/match-runs/near-misses/{SEWER}").text
    assert toy.fair_sewer.name in page
    assert toy.good_sewer.name not in page
    assert "布拖的人" not in page
    assert client.get("/match-runs/near-misses/9-99").status_code == 404
    assert sign_in(toy.enterprise).get("/match-runs/near-misses").status_code == 403


def test_an_enterprise_asks_about_its_draft_and_reads_what_each_requirement_costs(
    session: Session, toy: Toy, sign_in: SignIn, rebuild: Rebuild
) -> None:
    toy.sewing.state, toy.sewing.min_education = OrderState.DRAFT, 5
    for _n in range(57):
        make_worker(session)
    session.commit()
    client, address = sign_in(toy.enterprise), f"/match-runs/orders/{toy.sewing.id}/costs"
    assert f'data-load="{address}"' in client.get(f"/orders/{toy.sewing.id}").text
    rebuild()
    before = client.get(address).text  # to look is not to ask
    assert "文化程度" not in before
    assert "今天还能查 30 次" in before
    assert client.post(f"/match-runs/orders/{toy.sewing.id}").status_code == 303
    piece = client.get(address).text
    assert "文化程度" in piece
    assert "抽样" in piece
    assert "今天还能查 29 次" in piece
    assert "约 " in piece
    # How many fail by their education; the forms' keys are random letters and may hold any number.
    assert "60" not in said(client.get(address))
    assert toy.good_sewer.name not in piece
    assert sign_in(toy.county).get(address).status_code == 404


def test_a_plan_tells_how_crowded_first_choices_are(session: Session, toy: Toy, sign_in: SignIn) -> None:
    client = sign_in(toy.county)
    shown = client.post("/match-runs/county", data={"once": "k"}, follow_redirects=True).text
    assert "60% 的人至少有一个岗位合适" in shown
