"""Two clerks of a county never ring one person for the same month."""

import io
from collections.abc import Callable

from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from models.access import Role
from tests.app.employment.office import NAMED, make_office
from tests.factories.people import ZHAOJUE, make_user

PURPOSE = {"purpose": "contact", "purpose_word": "每月打电话"}


def names_in(client: FlaskClient, most: str = "") -> set[str]:
    answer = client.post(f"/employment/months/{NAMED}/sheet", data=PURPOSE | {"most": most})
    if answer.status_code == 303:
        return set()
    head, *rows = load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True)
    return {row[head.index("姓名")] for row in rows if any(row)}


def test_two_clerks_lists_of_a_month_never_share_a_person(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    office = make_office(session, persons=5)
    everybody = {worker.name for worker in office.people}
    colleague = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    first = names_in(sign_in(office.county), most="3")
    assert len(first) == 3
    assert names_in(sign_in(office.county), most="3") == first  # the same list once more, nobody new
    second = names_in(sign_in(colleague))
    assert second == everybody - first
    assert f"{office.county.name}正在打" in sign_in(colleague).get(f"/employment/months/{NAMED}/page").text
    assert names_in(sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))) == set()
    assert sign_in(office.county).post(f"/employment/months/{NAMED}/give-back").status_code == 303
    assert names_in(sign_in(colleague)) == everybody


def test_an_enterprise_rings_nobody_and_always_gets_its_whole_list(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    office = make_office(session, persons=3)
    names_in(sign_in(office.county))
    assert names_in(sign_in(office.clerk), most="1") == {worker.name for worker in office.people}
