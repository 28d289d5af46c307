"""Every route, every role, every kind of row: own, sibling's, another's, missing. And no canary anywhere.

The expectations stand here in words of their own; the application is asked, not read. A new route with a new
parameter fails until it is named here.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.kit.api.routes import is_program_s
from app.kit.web.guards import policy_of
from models.access import ROLE_PERMISSIONS, Permission, Role
from models.permissions import OF_PERSONS
from tests.factories.codes import codes_in
from tests.factories.world import NO_SUCH, World
from tests.whole import share

R = Role
ALL, HOME, OWN, NONE = {"one", "sibling", "two"}, {"one", "sibling"}, {"one"}, set()
# Which tenants' rows a role may reach, when its permission allows the route at all.
VISIBLE: dict[str, dict[Role, set[str]]] = {
    "worker": {
        R.COUNTY: OWN,
        R.TOWNSHIP: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: HOME,
        R.WORKER: OWN,
    },
    "order": {
        R.ENTERPRISE: OWN,
        R.CITY: OWN,
        R.COUNTY: ALL,
        R.TOWNSHIP: ALL,
        R.SCHOOL: ALL,
        R.PREFECTURE: ALL,
        R.PROVINCE: ALL,
        R.AUDITOR: ALL,
        R.WORKER: OWN,
    },
    "placement": {
        R.COUNTY: OWN,
        R.TOWNSHIP: OWN,
        R.ENTERPRISE: OWN,
        R.CITY: OWN,
        R.REGISTRATION: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: ALL,
        R.WORKER: OWN,
    },
    "follow_up": {
        R.COUNTY: OWN,
        R.TOWNSHIP: OWN,
        R.CITY: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: ALL,
    },
    "departure": {
        R.COUNTY: OWN,
        R.CITY: OWN,
        R.ENTERPRISE: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: ALL,
    },
    "batch": {R.COUNTY: OWN, R.TOWNSHIP: OWN},
    "duplicate": {R.COUNTY: OWN},
    "run": {R.COUNTY: OWN, R.PREFECTURE: HOME, R.PROVINCE: ALL, R.AUDITOR: ALL},
    "order_batch": {R.ENTERPRISE: OWN},
    "order_column": {R.ENTERPRISE: OWN},
    "export": {},
    "list_export": {},
    "saved_list": {},
    "bulk_act": {},
    "figure": {R.COUNTY: OWN},
    "scorecard": {R.ADMIN: ALL, R.PROVINCE: ALL, R.AUDITOR: ALL},
    "user": {R.ADMIN: ALL},
    "sign_in": {},
    "api_token": {},
    "webhook": {},
    "account_request": {R.ADMIN: ALL},
    "enterprise": {R.ADMIN: ALL},
    "settlement_case": {
        R.WORKER: OWN,
        R.COUNTY: OWN,
        R.PREFECTURE: HOME,
        R.REGISTRATION: OWN,
        R.CITY: OWN,
        R.PROVINCE: ALL,
        R.AUDITOR: HOME,
    },
    "settlement_document": {R.WORKER: OWN, R.COUNTY: OWN, R.REGISTRATION: OWN},
    "settlement_follow_up": {R.COUNTY: OWN},
    "family_member": {R.COUNTY: OWN},
    "points_list": {R.REGISTRATION: OWN, R.PROVINCE: ALL, R.AUDITOR: ALL},
    "rule": dict.fromkeys(
        (R.ADMIN, R.PROVINCE, R.PREFECTURE, R.AUDITOR, R.COUNTY, R.CITY, R.REGISTRATION), ALL
    ),
    "training_order": {
        R.ENTERPRISE: OWN,
        R.SCHOOL: ALL,
        R.COUNTY: OWN,
        R.CITY: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: HOME,
    },
    "bid": {R.SCHOOL: OWN, R.ENTERPRISE: OWN, R.COUNTY: OWN},
    "agreement": {
        R.ENTERPRISE: OWN,
        R.SCHOOL: OWN,
        R.COUNTY: OWN,
        R.CITY: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: HOME,
    },
    "cohort": {
        R.SCHOOL: OWN,
        R.TEACHER: OWN,
        R.ENTERPRISE: OWN,
        R.COUNTY: OWN,
        R.CITY: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: HOME,
    },
    "enrolment": {
        R.SCHOOL: OWN,
        R.TEACHER: OWN,
        R.ENTERPRISE: OWN,
        R.COUNTY: OWN,
        R.TOWNSHIP: OWN,
        R.CITY: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: HOME,
    },
    "invitation": {
        R.COUNTY: OWN,
        R.TOWNSHIP: OWN,
        R.CITY: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: HOME,
        R.WORKER: OWN,
    },
    "proposal_batch": {R.COUNTY: OWN},
    "lesson": {
        R.SCHOOL: OWN,
        R.TEACHER: OWN,
        R.COUNTY: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: HOME,
    },
    "timetable_batch": {R.SCHOOL: OWN},
    "inspection": {R.COUNTY: OWN, R.PREFECTURE: HOME, R.PROVINCE: ALL, R.AUDITOR: HOME},
    "certificate": {R.SCHOOL: OWN, R.COUNTY: OWN, R.PREFECTURE: HOME, R.PROVINCE: ALL, R.AUDITOR: HOME},
    "result_batch": {R.SCHOOL: OWN, R.COUNTY: OWN},
    "claim": {
        R.SCHOOL: OWN,
        R.COUNTY: OWN,
        R.CITY: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: HOME,
    },
    "line": {R.SCHOOL: OWN, R.COUNTY: OWN, R.CITY: OWN, R.PREFECTURE: HOME, R.PROVINCE: ALL, R.AUDITOR: HOME},
    "claim_paper": {
        R.SCHOOL: OWN,
        R.COUNTY: OWN,
        R.CITY: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: HOME,
    },
    "notice": {
        R.SCHOOL: OWN,
        R.COUNTY: OWN,
        R.CITY: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: HOME,
    },
    "recovery": {R.COUNTY: OWN, R.CITY: OWN, R.PREFECTURE: HOME, R.PROVINCE: ALL, R.AUDITOR: HOME},
    "fund_item": {R.COUNTY: OWN, R.CITY: OWN, R.PREFECTURE: HOME, R.PROVINCE: ALL, R.AUDITOR: HOME},
    "treasury_batch": {R.COUNTY: OWN},
    "working": {R.ENTERPRISE: OWN},
    "word": {R.COUNTY: OWN, R.ADMIN: ALL},
    "wish_word": {R.COUNTY: OWN, R.ADMIN: ALL},
    "asking_batch": {R.COUNTY: OWN, R.TOWNSHIP: OWN},
    "monthly_roster": {R.ENTERPRISE: OWN, R.CITY: OWN, R.PROVINCE: ALL, R.AUDITOR: ALL},
    "roster_line": {R.CITY: OWN},
    "roster_batch": {R.ENTERPRISE: OWN},
    "difference": {R.COUNTY: OWN, R.CITY: OWN, R.PREFECTURE: HOME, R.PROVINCE: ALL, R.AUDITOR: HOME},
    "problem": {
        R.COUNTY: OWN,
        R.TOWNSHIP: OWN,
        R.CITY: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: HOME,
        R.WORKER: OWN,
    },
    "resident_contact": {R.COUNTY: OWN, R.CITY: OWN},
    "first_call": {R.COUNTY: OWN, R.TOWNSHIP: OWN, R.CITY: OWN},
    "early_warning": {R.COUNTY: OWN},
    "reported_person": {R.COUNTY: OWN, R.TOWNSHIP: OWN},
    "employment_spell": {
        R.COUNTY: OWN,
        R.TOWNSHIP: OWN,
        R.ENTERPRISE: OWN,
        R.CITY: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: HOME,
        R.WORKER: OWN,
    },
    "spell_batch": {R.COUNTY: OWN},
    "newcomer_batch": {R.ENTERPRISE: OWN, R.CITY: OWN},
    "newcomer": {
        R.COUNTY: OWN,
        R.ENTERPRISE: OWN,
        R.CITY: OWN,
        R.PREFECTURE: HOME,
        R.PROVINCE: ALL,
        R.AUDITOR: HOME,
    },
    "return_round": {R.COUNTY: OWN, R.PREFECTURE: HOME, R.PROVINCE: ALL, R.AUDITOR: HOME},
    "return_answer": {R.COUNTY: OWN, R.CITY: OWN, R.PREFECTURE: HOME, R.PROVINCE: ALL, R.AUDITOR: ALL},
    "return_batch": {R.COUNTY: OWN},
    "follow_up_batch": {R.COUNTY: OWN, R.TOWNSHIP: OWN, R.CITY: OWN},
    "report": {R.CITY: OWN, R.PREFECTURE: HOME, R.PROVINCE: ALL, R.AUDITOR: HOME},
    "told_figure": {R.CITY: OWN, R.PREFECTURE: HOME, R.PROVINCE: ALL, R.AUDITOR: HOME},
    "register_entry": {R.COUNTY: OWN, R.CITY: OWN, R.PREFECTURE: HOME, R.PROVINCE: ALL, R.AUDITOR: HOME},
    "entry_batch": {R.COUNTY: OWN, R.PREFECTURE: HOME, R.PROVINCE: ALL},
    "job": {},
}
VISIBLE["work_subsidy_rule"] = VISIBLE["work_subsidy_list"] = dict(VISIBLE["fund_item"])
del VISIBLE["work_subsidy_rule"][R.CITY]
VISIBLE["work_subsidy_recovery"] = VISIBLE["work_subsidy_rule"]
VISIBLE["fund_item"][R.CITY] = HOME  # 佛山 helps the whole prefecture
VISIBLE["fund_payment"] = VISIBLE["fund_finding"] = VISIBLE["fund_item"]
VISIBLE["spell_evidence"] = VISIBLE["employment_spell"]
VISIBLE["problem_file"] = {role: seen for role, seen in VISIBLE["problem"].items() if role is not R.WORKER}
VISIBLE["own_word"] = VISIBLE["worker"]
VISIBLE["entry_paper"] = VISIBLE["register_entry"]
# What a parameter of a route means: (endpoint prefix, parameter) -> kind.
PARAMETERS: dict[tuple[str, str], str] = {
    ("workers.", "worker_id"): "worker",
    ("workers.", "export_id"): "export",
    ("lists.", "export_id"): "list_export",
    ("lists.", "saved_id"): "saved_list",
    ("lists.", "subject_id"): "worker",
    ("lists.", "act_id"): "bulk_act",
    ("workers.", "word_id"): "own_word",
    ("workers.", "batch_id"): "asking_batch",
    ("reference.", "worker_id"): "worker",
    ("messages.", "worker_id"): "worker",
    ("intake.decide", "number"): "duplicate",
    ("intake.merge", "number"): "duplicate",
    ("intake.", "number"): "batch",
    ("intake.", "row_id"): "import_row",
    ("orders.", "batch_id"): "order_batch",
    ("orders.", "column_id"): "order_column",
    ("orders.", "order_id"): "order",
    ("match_runs.", "run_id"): "run",
    ("match_runs.", "order_id"): "order",
    ("match_runs.", "worker_id"): "worker",
    ("placements.departure", "number"): "departure",
    ("placements.depart", "number"): "departure",
    ("placements.departure", "organisation_id"): "enterprise",
    ("placements.tickets", "number"): "departure",
    ("placements.follow_up", "number"): "follow_up",
    ("placements.missed_follow_up", "number"): "follow_up",
    ("placements.api_follow_up", "number"): "follow_up",
    ("placements.api_record", "number"): "follow_up",
    ("placements.api_verify", "number"): "follow_up",
    ("placements.follow_up", "batch_id"): "follow_up_batch",
    ("placements.spring_", "number"): "return_round",
    ("placements.return_", "number"): "return_round",
    ("placements.return_", "answer_id"): "return_answer",
    ("placements.return_", "batch_id"): "return_batch",
    ("placements.verify", "number"): "follow_up",
    ("placements.end_figure", "number"): "figure",
    ("placements.", "number"): "placement",
    ("problems.", "problem_id"): "problem",
    ("problems.", "file_id"): "problem_file",
    ("problems.", "contact_id"): "resident_contact",
    ("problems.", "call_id"): "first_call",
    ("problems.", "warning_id"): "early_warning",
    ("problems.new", "worker_id"): "reported_person",
    ("portal.", "problem_id"): "problem",
    ("portal.", "number"): "placement",
    ("portal.", "placement_id"): "placement",
    ("training_orders.", "order_id"): "training_order",
    ("training_orders.", "bid_id"): "bid",
    ("agreements.", "bid_id"): "bid",
    ("agreements.", "agreement_id"): "agreement",
    ("training_classes.", "agreement_id"): "agreement",
    ("training_classes.", "class_id"): "cohort",
    ("training_classes.", "enrolment_id"): "enrolment",
    ("training_classes.", "batch_id"): "proposal_batch",
    ("portal.", "enrolment_id"): "invitation",
    ("timetable.", "class_id"): "cohort",
    ("timetable.", "lesson_id"): "lesson",
    ("timetable.", "batch_id"): "timetable_batch",
    ("attendance.", "class_id"): "cohort",
    ("attendance.", "lesson_id"): "lesson",
    ("attendance.", "enrolment_id"): "enrolment",
    ("inspections.", "class_id"): "cohort",
    ("inspections.", "lesson_id"): "lesson",
    ("inspections.", "inspection_id"): "inspection",
    ("certification.", "class_id"): "cohort",
    ("certification.", "enrolment_id"): "enrolment",
    ("certification.", "certificate_id"): "certificate",
    ("portal.", "certificate_id"): "certificate",
    ("certification.", "batch_id"): "result_batch",
    ("subsidies.", "class_id"): "cohort",
    ("subsidies.", "claim_id"): "claim",
    ("subsidies.", "line_id"): "line",
    ("subsidies.", "paper_id"): "claim_paper",
    ("subsidies.", "recovery_id"): "recovery",
    ("subsidies.", "notice_id"): "notice",
    ("funds.", "item_id"): "fund_item",
    ("funds.", "rule_id"): "work_subsidy_rule",
    ("funds.", "list_id"): "work_subsidy_list",
    ("funds.", "recovery_id"): "work_subsidy_recovery",
    ("funds.", "payment_id"): "fund_payment",
    ("funds.", "finding_id"): "fund_finding",
    ("funds.", "batch_id"): "treasury_batch",
    ("hukou.", "case_id"): "settlement_case",
    ("hukou.", "document_id"): "settlement_document",
    ("hukou.", "follow_up_id"): "settlement_follow_up",
    ("hukou.", "member_id"): "family_member",
    ("hukou.", "list_id"): "points_list",
    ("hukou.", "worker_id"): "worker",
    ("hukou.", "rule_id"): "rule",
    ("hukou.", "placement_id"): "working",
    ("hukou_rules.", "rule_id"): "rule",
    ("spells.", "spell_id"): "employment_spell",
    ("spells.", "evidence_id"): "spell_evidence",
    ("spells.", "worker_id"): "worker",
    ("spells.", "batch_id"): "spell_batch",
    ("spells.", "newcomer_id"): "newcomer",
    ("spells.", "sheet_id"): "newcomer_batch",
    ("scorecards.", "scorecard_id"): "scorecard",
    ("accounts.", "user_id"): "user",
    ("accounts.", "number"): "sign_in",
    ("accounts.", "token_id"): "api_token",
    ("api.", "webhook_id"): "webhook",
    ("accounts.", "request_id"): "account_request",
    ("reference.", "organisation_id"): "enterprise",
    ("intake.", "word_id"): "word",
    ("intake.fill_wish", "word_id"): "wish_word",
    ("intake.withdraw_wish", "word_id"): "wish_word",
    ("reference.", "word_id"): "word",
    ("rosters.", "roster_id"): "monthly_roster",
    ("rosters.", "line_id"): "roster_line",
    ("rosters.", "batch_id"): "roster_batch",
    ("differences.", "difference_id"): "difference",
    ("reports.", "report_id"): "report",
    ("reports.", "figure_id"): "told_figure",
    ("cooperation.", "entry_id"): "register_entry",
    ("cooperation.", "paper_id"): "entry_paper",
    ("cooperation.", "batch_id"): "entry_batch",
    ("home.", "number"): "job",
}
# Parameters that are words, not rows.
WORDS = {
    "register": "meetings",
    "name": "workers.index",
    "kind": "worker",
    "helper": "440600",
    "recipient": "513400",
    "slug": "codes",
    "reason": "city",
    "way": "home",
    "holder": "none",
    "month": "2017-05",
    "key": "year_province",
    "filename": "css/kit.css",
    "token": "no-such-token",
    "code": "1-nosuchcd",
    "project": "no-such-project",
}
# Reference facts and rights are reached through a permission that belongs to no area.
UNSCOPED = {
    "reference.edit_fact",
    "reference.confirm_fact",
    "reference.standard_version",
    "reference.weigh_standard",
    "reference.advance_standard",
    "accounts.revoke",
    "cooperation.end_pairing",
    "reports.definition",
    "reports.change_definition",
    "reports.weigh_definition",
    "reports.step_definition",
    "messages.wording",
    "messages.advance_wording",
}


def kind_of(endpoint: str, parameter: str) -> str | None:
    matches = [prefix for prefix, name in PARAMETERS if name == parameter and endpoint.startswith(prefix)]
    return PARAMETERS[max(matches, key=len), parameter] if matches else None


def scoped_rules(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Yield (rule, parameter, kind) for the first row-bearing parameter of each rule."""
    for rule in app.url_map.iter_rules():
        rows = [name for name in sorted(rule.arguments) if name not in WORDS]
        rows.sort(key=lambda name: name != "run_id")
        if rows and rule.endpoint not in UNSCOPED:
            kind = kind_of(rule.endpoint, rows[0])
            assert kind is not None, f"{rule.endpoint} <{rows[0]}>: say in PARAMETERS what it is"
            yield rule, rows[0], kind


def address(rule: Rule, world: World, parameter: str, row_id: int) -> str:
    """Fill a rule: ``parameter`` with ``row_id``, other rows with the first tenant's, words with an
    example."""
    values: dict[str, object] = {parameter: row_id}
    for name in rule.arguments - {parameter}:
        kind = kind_of(rule.endpoint, name)
        values[name] = WORDS[name] if name in WORDS else world.tenants["one"].ids[kind or ""]
    path = rule.rule
    for name, value in values.items():
        path = re.sub(rf"<(?:\w+:)?{name}>", str(value), path)
    return path


def held(rule: Rule, role: Role) -> frozenset[Permission]:
    """What a role may ask of a route: what a supervisor opened in a browser stays closed to programs."""
    own = ROLE_PERMISSIONS[role]
    return own - OF_PERSONS if is_program_s(rule.rule) and Permission.PERSON_OPEN in own else own


def ask(client: FlaskClient, rule: Rule, path: str, method: str) -> tuple[int, str]:
    answer = client.open(path, method=method, data={} if method == "POST" else None)
    body = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    return answer.status_code, re.sub(r'value="[^"]*"', "", body)


@pytest.mark.parametrize("role", list(Role))
def test_a_foreign_row_answers_like_a_missing_one(
    app: Flask, world: World, sign_in: Callable, role: Role
) -> None:
    client, leaks = sign_in(world.users[role]), []
    for rule, parameter, kind in scoped_rules(app):
        policy = policy_of(app, rule.endpoint)
        allowed = not isinstance(policy, Permission) or policy in held(rule, role)
        foreign = [world.tenants[name].ids.get(kind) for name in sorted(ALL - VISIBLE[kind].get(role, NONE))]
        if kind == "job" and role is R.COUNTY:
            foreign = foreign[1:]  # the first tenant's job is its own
        rows = [row_id for row_id in foreign if row_id is not None]
        for method in sorted(rule.methods & {"GET", "POST"}):
            if not allowed:  # refused before any row is looked for: one row tells as much as three
                path = address(rule, world, parameter, rows[0] if rows else NO_SUCH)
                status, _body = ask(client, rule, path, method)
                if status != 403:
                    leaks.append(f"{method} {rule.endpoint} without the right: {status}")
                continue
            missing = ask(client, rule, address(rule, world, parameter, NO_SUCH), method)
            if missing[0] != 404:
                leaks.append(f"{method} {rule.endpoint} missing: {missing[0]}")
            for row_id in rows:
                answer = ask(client, rule, address(rule, world, parameter, row_id), method)
                if answer != missing:
                    leaks.append(f"{method} {rule.endpoint} {row_id}: {answer[0]}, missing {missing[0]}")
    assert leaks == []


@pytest.mark.parametrize("role", list(Role))
def test_an_own_row_opens(app: Flask, world: World, sign_in: Callable, role: Role) -> None:
    client, closed = sign_in(world.users[role]), []
    for rule, parameter, kind in scoped_rules(app):
        policy = policy_of(app, rule.endpoint)
        if not isinstance(policy, Permission) or policy not in held(rule, role) or "GET" not in rule.methods:
            continue
        for tenant in sorted(VISIBLE[kind].get(role, NONE)):
            status, _body = ask(
                client, rule, address(rule, world, parameter, world.tenants[tenant].ids[kind]), "GET"
            )
            if status >= 500 or status == 403:
                closed.append(f"{rule.endpoint} {tenant}: {status}")
    assert closed == []


@pytest.mark.parametrize("role", list(Role))
def test_no_page_shows_anothers_people_or_a_code(
    app: Flask, world: World, sign_in: Callable, role: Role
) -> None:
    """Walk all links from the first page on, files too; look for names, numbers and telephones that belong
    elsewhere, and for words that only the program speaks."""
    client, waiting, done, found = sign_in(world.users[role]), ["/"], set(), []
    seen_tenants = VISIBLE["worker"].get(role) or VISIBLE["placement"].get(role, NONE)
    seen_learners = seen_tenants | VISIBLE["enrolment"].get(role, NONE)
    masked = role in (R.ENTERPRISE, R.SCHOOL, R.TEACHER, R.ADMIN)
    foreign = [c for name, t in world.tenants.items() if name not in seen_tenants for c in t.canaries]
    foreign += [c for name, t in world.tenants.items() if name not in seen_learners for c in t.learners]
    hidden = world.tenants["one"].canaries if masked else []
    hidden = hidden + (world.tenants["one"].learners if role in (R.ENTERPRISE, R.ADMIN) else [])
    # Full numbers are shown to nobody without the button that asks for a purpose.
    texts = [c for t in world.tenants.values() for c in t.canaries + t.learners]
    numbers = [c for c in texts if len(c) == 18 and c[:17].isdigit()]
    while waiting and len(done) < share(30, 150, "attacks"):
        path = waiting.pop(0)
        done.add(path)
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code < 500, path
        body = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        found += [(path, code) for code in codes_in(answer)]
        found += [(path, canary) for canary in {*foreign, *hidden, *numbers} if canary in body]
        for link in re.findall(r'href="(/[^"#]*)"', body):
            link = link.replace("&amp;", "&")
            if link not in done and link not in waiting and not link.startswith(("/static", "/bootstrap")):
                waiting.append(link)
    assert found == []
