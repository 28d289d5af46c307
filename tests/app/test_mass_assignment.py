"""Every column of every table, posted to every writing route: nothing that a form does not list may
change."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web.guards import policy_of
from models.access import ROLE_PERMISSIONS, Permission, Role
from models.base import Base
from tests.app.test_matrix import VISIBLE, address, scoped_rules
from tests.factories.world import World
from tests.trust.pages import FORM

# Who a row belongs to, what only a workflow or a counter may write, and what only another person may.
OWNERSHIP = {
    "county_code",
    "enterprise_id",
    "worker_id",
    "order_id",
    "user_id",
    "household_id",
    "placement_id",
    "batch_id",
    "is_synthetic",
    "taken",
    "active_digest",
    "id_digest",
    "merged_into_id",
    "created_by_id",
    "submitted_by_id",
    "granted_by_id",
    "password_hash",
    "totp_secret",
    "failures",
    "locked_until",
    "token_digest",
    "role",
    "area_code",
    "organisation_id",
    "score",
    "factors",
    "disclosed_terms",
    "consented_at",
    "verified_by_id",
    "scorecard",
    "input_digest",
    "file_digest",
    "created_at",
    "hash",
    "previous",
}
# What the workflows themselves write, in their own words, when a step is taken.
WRITTEN_BY_STEPS = {
    "consented_at",
    "verified_by_id",
    "disclosed_terms",
    "active_digest",
    "taken",
    "factors",
    "score",
    "scorecard",
    "password_hash",
}
# Rows that a route is there to remove.
REMOVED_BY_STEPS = {"order_column", "employment_spell", "spell_evidence"}
HOSTILE = "987654"


def snapshot(session: Session) -> dict[tuple[str, object, str], object]:
    """Return every watched cell of the database, by table, key and column."""
    cells: dict[tuple[str, object, str], object] = {}
    for mapper in Base.registry.mappers:
        watched = sorted(OWNERSHIP & {column.key for column in mapper.column_attrs})
        keys = [mapper.get_property_by_column(column) for column in mapper.primary_key]
        asked = [getattr(mapper.class_, one) for one in (*(key.key for key in keys), *watched)]
        for row in session.execute(select(*asked)) if watched else ():
            key, values = tuple(row[: len(keys)]), row[len(keys) :]
            cells |= {
                (mapper.local_table.name, key, name): one for name, one in zip(watched, values, strict=True)
            }
    session.rollback()
    return cells


@pytest.mark.parametrize("role", list(Role))
def test_no_route_writes_a_column_that_no_form_lists(
    app: Flask, world: World, session: Session, sign_in: Callable, role: Role
) -> None:
    client, before = sign_in(world.users[role]), snapshot(session)
    everything = {column.name: HOSTILE for table in Base.metadata.tables.values() for column in table.columns}
    everything |= {"state": "open", "is_active": "1", "verified": "1", "role": "admin", "area_code": "440000"}
    everything.pop("once", None)
    sent = urlencode(everything)
    for rule, parameter, kind in scoped_rules(app):
        policy = policy_of(app, rule.endpoint)
        allowed = isinstance(policy, Permission) and policy in ROLE_PERMISSIONS[role]
        if allowed and "POST" in rule.methods and VISIBLE[kind].get(role):
            row_id = world.tenants["one"].ids[kind]
            answer = client.post(address(rule, world, parameter, row_id), data=sent, content_type=FORM)
            assert answer.status_code < 500, rule.endpoint
    after = snapshot(session)
    changed = {
        key: (before[key], after.get(key))
        for key in before
        if before[key] != after.get(key) and not (key not in after and key[0] in REMOVED_BY_STEPS)
    }
    assert {
        key: pair
        for key, pair in changed.items()
        if str(pair[1]) == HOSTILE or key[2] not in WRITTEN_BY_STEPS
    } == {}
