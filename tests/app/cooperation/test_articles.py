"""Each article of 粤办发〔2016〕32号 leads from docs/domain.md to a page that opens."""

import re
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.access import Role
from tests.factories.people import FOSHAN, make_user

TABLE = Path(__file__).resolve().parents[3] / "docs" / "domain.md"
ROW = re.compile(r"^\| (\d+) \| (\S+?): [^|]+ \| [^`|]+`(/[^`]+)` \|$", re.MULTILINE)


def test_each_article_leads_to_a_page_that_names_what_it_asks(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    client = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    contents = client.get("/cooperation/").text
    told = {int(number): (heading, address) for number, heading, address in ROW.findall(TABLE.read_text())}
    assert told.keys() >= set(range(3, 15))
    for number, (_heading, address) in told.items():
        assert client.get(address).status_code == 200, number
        assert f"第 {number} 条" in contents
