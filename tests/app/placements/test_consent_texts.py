"""A consent keeps the words that were agreed to; a version that changes what is agreed asks again."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.people import consent
from models.people.consent import CONSENT_TEXTS, Consent, ConsentKind, ConsentText
from models.placement.placement import PlacementState
from tests.factories.people import make_order, make_placement, make_user, make_worker

Enter = Callable[..., FlaskClient]
# Of each version that was ever shown: to change one is to change what people agreed to.
RELEASED = {("enterprise_contact", 1): "65ebc6e7ad0261eb"}


def test_no_text_that_people_agreed_to_was_changed() -> None:
    texts = {(kind.value, one.version): one.text for kind, all_ in CONSENT_TEXTS.items() for one in all_}
    assert {key: sha256(text.encode()).hexdigest()[:16] for key, text in texts.items()} == RELEASED


@pytest.mark.parametrize("asks_again", [True, False])
def test_a_new_version_asks_again_only_where_it_changes_what_is_agreed(
    session: Session, sign_in: Enter, monkeypatch: pytest.MonkeyPatch, asks_again: bool
) -> None:
    worker = make_worker(session)
    row = make_placement(session, make_order(session), worker, state=PlacementState.OFFERED)
    person = sign_in(make_user(session, Role.WORKER, worker_id=worker.id))
    first = CONSENT_TEXTS[ConsentKind.ENTERPRISE][0]
    assert first.text in person.get(f"/my/offers/{row.id}").text
    person.post(f"/my/offers/{row.id}/accept")
    session.expire_all()
    assert row.has_consent
    second = ConsentText(2, date(2027, 1, 1), "我同意把姓名、电话和照片给这家企业看。", asks_again)
    monkeypatch.setitem(consent.CONSENT_TEXTS, ConsentKind.ENTERPRISE, (first, second))
    assert row.has_consent is not asks_again
    assert (second.text in person.get(f"/my/offers/{row.id}").text) is asks_again
    if asks_again:
        person.post(f"/my/offers/{row.id}/consent", data={"open": "1"})
        session.expire_all()
        assert row.has_consent
    kept = session.scalars(select(Consent).order_by(Consent.id)).all()
    assert (kept[0].text_version, kept[0].text) == (1, first.text)
    assert [one.text_version for one in kept] == ([1, 2] if asks_again else [1])
    assert [one.withdrawn_at is None for one in kept] == ([False, True] if asks_again else [True])
    assert (second.text if asks_again else first.text) in person.get("/my/profile/looks").text
