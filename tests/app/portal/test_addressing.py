"""On his own pages the worker is spoken to: no word that clerks use about him."""

import re
from collections.abc import Callable

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.kit.web.labels import LABELS, label
from models.access import Permission, Role
from models.hukou.case import CaseState
from models.placement.placement import Evidence, Placement, PlacementState
from models.training.enrolment import Enrolment, EnrolmentState
from tests.factories.codes import text_of
from tests.factories.world import World

CLERKS_WORDS = re.compile("本人|建档立卡|贫困户|该人员|经办人")


@pytest.mark.parametrize("kind", [PlacementState, EnrolmentState, CaseState, Evidence])
def test_a_state_is_told_to_the_worker_in_the_second_person(app: Flask, kind: type) -> None:
    with app.test_request_context():
        about = [label(one) for one in LABELS[kind]]
        g.permission = Permission.PORTAL
        to_him = [label(one) for one in LABELS[kind]]
    assert [word for word in about if CLERKS_WORDS.search(word)]
    assert [word for word in to_him if CLERKS_WORDS.search(word)] == []


@pytest.mark.parametrize("state", [PlacementState.OFFERED, PlacementState.ACCEPTED, PlacementState.DECLINED])
def test_no_page_of_the_worker_has_a_clerks_word(
    session: Session, world: World, sign_in: Callable[..., FlaskClient], state: PlacementState
) -> None:
    ids = world.tenants["one"].ids
    session.get_one(Placement, ids["placement"]).state = state
    if state is PlacementState.DECLINED:
        session.get_one(Enrolment, ids["invitation"]).state = EnrolmentState.DECLINED
    session.commit()
    client, waiting, done, found = sign_in(world.users[Role.WORKER]), ["/"], set(), []
    while waiting:
        path = waiting.pop()
        done.add(path)
        answer = client.get(path, follow_redirects=True)
        found += [(path, word) for word in CLERKS_WORDS.findall(text_of(answer))]
        links = set(re.findall(r'href="(/[^"#]*)"', answer.text))
        waiting += [
            link for link in links - done - set(waiting) if not link.startswith(("/static", "/bootstrap"))
        ]
    assert len(done) > 6
    assert found == []
