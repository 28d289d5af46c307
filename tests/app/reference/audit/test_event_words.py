"""Whatever an act notes is told in words: generated from workflows, enumerations and the code itself."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web.event_words import value_in_words
from app.kit.web.formatters import in_words, say
from app.reference.audit.labels import DETAILS, PLAIN_SUBJECTS, SUBJECTS, WORKFLOWS
from app.reference.audit.queries import lines
from models.access import Role
from models.audit import AuditEvent, record
from models.base import Base
from models.event_tags import PAYLOAD_KEYS, EventTag
from tests.factories.codes import WORD, codes, workflows
from tests.factories.people import actor_of, make_order, make_placement, make_user, make_worker
from tests.factories.sources import nodes_of
from tests.house.test_words import enumerations

ROOT = Path(__file__).resolve().parents[4]
CODED = ("event", "from", "to", "outcome", "kind", "channel", "decision", "party", "role", "scheme")


@cache
def noted_literals() -> frozenset[tuple[str, str]]:
    """(key, text) of every literal that code notes with an act."""
    return frozenset(_noted())


def _noted() -> Iterator[tuple[str, str]]:
    for folder in ("app", "models"):
        for path in (ROOT / folder).rglob("*.py"):
            for call in nodes_of(path, "record("):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "record":
                    for word in call.keywords:
                        texts = [
                            node.value for node in ast.walk(word.value) if isinstance(node, ast.Constant)
                        ]
                        yield from ((word.arg or "", one) for one in texts if isinstance(one, str))


def shown(value: object) -> str:
    return str(in_words(value))


def test_every_key_and_every_subject_has_a_word() -> None:
    assert set(DETAILS) == PAYLOAD_KEYS
    noted = {"worker", "job_order", "placement", "cohort", "enrolment", "score_card", "claim"}
    noted |= {"points_list", "column_mapping", "evidence_paper", "agreement_supplement"}
    assert noted <= {*SUBJECTS, *PLAIN_SUBJECTS}


def test_the_audit_knows_every_workflow_by_its_tag() -> None:
    assert {flow.tag: flow for flow in workflows()} == WORKFLOWS


def test_every_step_and_state_of_a_workflow_is_told_in_words(app: Flask) -> None:
    flows, coded = workflows(), []
    with app.test_request_context():
        for flow in flows:
            for step in flow.transitions:
                texts = [("event", step.event), ("to", step.target), *(("from", one) for one in step.sources)]
                told = {text: shown(value_in_words(flow, key, str(text))) for key, text in texts}
                coded += [(flow.name, text) for text, word in told.items() if WORD.fullmatch(word)]
    assert len(flows) > 10
    assert coded == []


@pytest.mark.parametrize("key", CODED)
def test_what_the_code_notes_is_told_in_words(app: Flask, key: str) -> None:
    literals = {text for name, text in noted_literals() if name == key and WORD.fullmatch(text)}
    with app.test_request_context():
        coded = [text for text in literals if WORD.fullmatch(shown(value_in_words(None, key, text)))]
    assert coded == []


def test_every_member_of_an_enumeration_is_told_in_words(app: Flask) -> None:
    members = [one for kind in enumerations() for one in kind if isinstance(one.value, str)]
    own = {"CareKind", "Provision", "IdNumberProblem", "Sex", "Level", "FactType", "Pursuit", "Figure"}
    with app.test_request_context():
        coded = [
            str(one.value)
            for one in members
            if type(one).__name__ not in own
            and WORD.fullmatch(shown(value_in_words(None, "kind", one.value)))
        ]
    assert coded == []


def test_no_column_is_told_by_its_name(app: Flask) -> None:
    columns = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    with app.test_request_context():
        told = {name: shown(value_in_words(None, "fields", [name])) for name in columns}
    assert {name for name, text in told.items() if WORD.search(text)} == set()
    assert told["headcount"] == "招聘人数"


def test_a_line_names_person_order_and_enterprise(app: Flask, session: Session) -> None:
    county = make_user(session, Role.COUNTY, area_code="513431")
    auditor = make_user(session, Role.AUDITOR, area_code="513400")
    order = make_order(session, title="缝纫工")
    placement = make_placement(session, order, make_worker(session, name="马海依合"))
    actor = actor_of(session, county)
    noted = {"organisation": order.enterprise_id, "order": order.id, "area": "513431", "amount_fen": 150000}
    record(session, actor, EventTag.CONSENT_GIVE, placement, channel="portal", **noted)
    session.commit()
    newest = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    with app.test_request_context():
        line = lines([newest], actor_of(session, auditor))[0]
        assert say(line.subject) == f"推荐“马海依合”（{placement.id} 号）"
        told = {say(word): shown(value) for word, value in line.details}
    assert told["岗位"] == f"岗位“缝纫工”（{order.id} 号）"
    assert told["单位"].startswith("单位“佛山第")
    assert told["区划"] == "昭觉县"
    assert told["怎么答复的"] == "本人在手机上"
    assert told["金额"] == "1,500 元"
    assert not codes() & set(WORD.findall(" ".join(told.values())))


def test_columns_that_are_called_alike_are_told_once() -> None:
    told = value_in_words(None, "fields", ["township", "no_column", "title", "no_other_column"])
    assert [shown(one) for one in told].count("资料") == 1
