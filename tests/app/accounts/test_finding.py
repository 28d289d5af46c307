"""An administrator finds an account by whatever is known of whose it is."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.access import Role
from tests.factories.people import make_user, make_worker


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("阿牛", ["吉克·阿牛"]),
        ("吉克阿牛", ["吉克·阿牛"]),
        ("吉克•阿", ["吉克·阿牛"]),
        ("jike aniu", ["吉克·阿牛"]),
        ("jkan", ["吉克·阿牛"]),
        ("建国", ["王 建国"]),
        ("clerk", ["王 建国"]),
        ("%", []),
        ("_", []),
        ("·", []),
    ],
)
def test_an_account_is_found_by_whose_it_is(
    sign_in: Callable[..., FlaskClient], session: Session, query: str, names: list[str]
) -> None:
    worker = make_worker(session, name="吉克·阿牛")
    own, clerk = make_user(session, Role.WORKER, worker_id=worker.id), make_user(session)
    own.name, clerk.name, clerk.username = "吉克·阿牛", "王 建国", "clerk"
    admin = make_user(session, Role.ADMIN)
    page = sign_in(admin).get("/admin/users", query_string={"q": query}).text
    assert [name for name in ("吉克·阿牛", "王 建国") if re.search(rf">{name}<", page)] == names
