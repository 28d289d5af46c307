"""T12 through the web: whatever a county uploads is read, or refused in a sentence, within ten seconds.

A share in the suite; with HOSTILE=whole (``make drill-files``) 500 files: all of these, the shared workbooks,
and real workbooks with spoilt bytes.
"""

import time
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy.orm import Session

from app.kit.files.sandbox import Used
from models.access import Role
from models.people.intake import BatchState, ImportBatch
from tests.factories.people import ZHAOJUE, make_enterprise, make_user
from tests.factories.watched_process import own_seconds
from tests.trust.files import WORKBOOKS, hostile_files, mutants
from tests.whole import is_whole

WHOLE = is_whole("HOSTILE")
UPLOAD = "multipart/form-data; boundary=XX"
SECONDS, MEBIBYTES, IN_ALL = 10, 512, 500
# The drill has its machine to itself; the suite shares one, and only what a processor did is its own.
clock = time.monotonic if WHOLE else own_seconds


@pytest.fixture
def county(session: Session, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))


def multipart(name: str, data: bytes) -> bytes:
    """Return the body of an upload; the test client's own leaves a temporary file open."""
    head = f'--XX\r\nContent-Disposition: form-data; name="county_code"\r\n\r\n{ZHAOJUE}\r\n--XX\r\n'
    head += f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + data + b"\r\n--XX--\r\n"


def trouble(county: FlaskClient, session: Session, name: str, data: bytes) -> str:
    """Upload a file and look at its page; return what is wrong with the answer, or nothing."""
    began = clock()
    answer = county.post("/imports", data=multipart(name, data), content_type=UPLOAD)
    if answer.status_code != 303:
        is_told = answer.status_code in (413, 422) and 'id="problem-file"' in answer.get_data(as_text=True)
        return "" if is_told else f"{name}: {answer.status_code}"
    shown = county.get(answer.location)
    seconds = clock() - began
    page, batch = (
        shown.get_data(as_text=True),
        session.get_one(ImportBatch, int(answer.location.split("/")[-1])),
    )
    session.expire(batch)
    if shown.status_code != 200 or seconds > SECONDS:
        return f"{name}: {shown.status_code} after {seconds:.1f} s"
    if batch.state is BatchState.READING or "<script>xs" in page:
        return f"{name}: {batch.state}, or a script came through"
    is_silent = batch.state is BatchState.FAILED and (
        not batch.problem or str(escape(batch.problem)) not in page
    )
    return f"{name}: refused without a sentence" if is_silent else ""


def order_trouble(enterprise: FlaskClient, name: str, data: bytes) -> str:
    """Send a file as one of job orders; it is read within the request."""
    answer = enterprise.post("/orders/import", data=multipart(name, data), content_type=UPLOAD)
    page = answer.get_data(as_text=True)
    told = answer.status_code in (200, 413) and "<h1" in page and "<script>xs" not in page
    if answer.status_code == 303:
        told = enterprise.get(answer.location).status_code == 200
    return "" if told else f"orders, {name}: {answer.status_code}"


def chosen() -> Iterator[tuple[str, bytes]]:
    makers = hostile_files()
    names = sorted(makers) if WHOLE else sorted(makers)[::7]
    yield from ((name, makers[name]()) for name in names)
    if WHOLE and WORKBOOKS.exists():
        real = [(path.name, path.read_bytes()) for path in sorted(WORKBOOKS.iterdir())]
        yield from real
        yield from mutants(IN_ALL - len(names) - len(real))


@pytest.fixture
def enterprise(session: Session, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(make_user(session, Role.ENTERPRISE, organisation_id=make_enterprise(session).id))


def test_every_hostile_file_is_read_or_refused_in_a_sentence(
    county: FlaskClient, enterprise: FlaskClient, session: Session
) -> None:
    wrong, took = [], {}
    for name, data in chosen():
        began = time.monotonic()
        wrong.append(trouble(county, session, name, data))
        took[name] = time.monotonic() - began
        wrong.append(order_trouble(enterprise, name, data))
    largest, slowest = Used.memory / 1024**2, max(took, key=took.get)
    print(f"{len(took)} files; slowest {slowest}, {took[slowest]:.1f} s; a reader {largest:.0f} MiB")
    assert [one for one in wrong if one] == []
    assert not WHOLE or largest <= MEBIBYTES
