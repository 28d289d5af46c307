"""Rules about the routes themselves."""

import pytest
from flask import Flask

from app.kit.web.guards import HEALTH, OPEN, OPEN_ENDPOINTS, policy_of, refuse_unguarded

LEARNERS_SCAN = {"attendance.here", "attendance.check_in", "attendance.checked_in"}
PUBLIC = {"certification.verify", "subsidies.notice", "api.openapi"}
DOORS = {"accounts.sign_in", "accounts.sign_in_with_pin", "accounts.slip", "accounts.slip_pin"}
OPEN_LIST = {
    "funds.public_county",
    "funds.public_index",
    "funds.public_item",
    *DOORS,
    "accounts.language",
    *PUBLIC,
    *LEARNERS_SCAN,
    *HEALTH,
} | OPEN_ENDPOINTS


def test_every_route_names_its_policy(app: Flask) -> None:
    bare = [rule.endpoint for rule in app.url_map.iter_rules() if policy_of(app, rule.endpoint) is None]
    assert bare == []


def test_only_the_short_list_is_open(app: Flask) -> None:
    found = {r.endpoint for r in app.url_map.iter_rules() if policy_of(app, r.endpoint) == OPEN}
    assert found == OPEN_LIST


def test_an_application_with_a_bare_route_does_not_start() -> None:
    bare = Flask("bare")
    bare.add_url_rule("/leak", "leak", lambda: "")
    with pytest.raises(RuntimeError, match="leak"):
        refuse_unguarded(bare)
