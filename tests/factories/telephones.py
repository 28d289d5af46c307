"""Workers who open their account on a telephone, as tests do it."""

import re

from flask.testing import FlaskClient

from models.people.worker import Worker

PIN, OTHER = "380617", "592804"


def code_on(page: str) -> str:
    """Return the one code of a printed page."""
    (code,) = codes_on(page)
    return code


def codes_on(page: str) -> list[str]:
    """Return the codes of all slips of a printed page."""
    return re.findall(r"\b(\d{4} \d{4} \d{4})\b", page)


def printed(county: FlaskClient, worker: Worker, reason: str = "") -> str:
    """Print a slip on the person's page; return its code."""
    answer = county.post(f"/workers/{worker.id}/account-slip", data={"reason": reason})
    assert answer.status_code == 200
    return code_on(answer.text)


def open_account(phone: FlaskClient, code: str, last4: str, pin: str = PIN) -> str:
    """Go the whole way on a telephone; return what the last page says."""
    shown = phone.post("/slip", data={"code": code, "last4": last4})
    if shown.status_code != 303:
        return shown.text
    return phone.post("/slip/pin", data={"pin": pin, "again": pin}, follow_redirects=True).text


def is_in(phone: FlaskClient) -> bool:
    """Return whether somebody is signed in."""
    return phone.get("/my/profile").status_code == 200
