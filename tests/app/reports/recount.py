"""What each figure of a pair has to be on a day, by plain SQL, without the application's queries.

``:on`` and ``:since`` are the day and the first of its year, ``:due`` the day twelve months before,
``:after`` the moment the day is over in China; names in capitals are parts of the pair's two codes.
"""

from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.reports.pairs import Pair

_HOME = "county_code LIKE ':HOME:%'"
_PAIRED = "place_code LIKE ':PAIRED:%'"
_SPELLS = f"FROM employment_spell WHERE {_HOME}"
_YEAR = "began_on <= :on AND (ended_on IS NULL OR ended_on >= :since)"
_NOW = "began_on <= :on AND (ended_on IS NULL OR ended_on >= :on)"
_DUE = "began_on > :due AND {day} <= :on AND (ended_on IS NULL OR ended_on >= {day})"
_SHOWN = (
    "EXISTS (SELECT 1 FROM spell_evidence e WHERE e.spell_id = employment_spell.id AND e.shown_on >= {day})"
)
# Of the spells of a person in the year the one that is shown best counts, then the latest.
_BEST = (
    "SELECT s.* FROM employment_spell s WHERE s.id = (SELECT b.id FROM employment_spell b "
    "WHERE b.worker_id = s.worker_id AND b.began_on <= :on AND (b.ended_on IS NULL OR b.ended_on >= :since) "
    "ORDER BY b.evidence_level DESC, b.began_on DESC, b.id DESC LIMIT 1)"
)
_STABLE = (
    f"SELECT count(*) FROM ({_BEST}) best WHERE {_HOME} AND {_PAIRED} AND evidence_level >= 2 "
    "AND {day} <= :on AND (ended_on IS NULL OR ended_on >= {day})"
)
_STAYED = f"SELECT count(*) {_SPELLS} AND {_PAIRED} AND {_DUE} AND {_SHOWN}"
_WITH_CARD = "coalesce(placement_id, 0) IN (SELECT placement_id FROM card_acknowledgement WHERE is_clear)"
_MONEY = f"FROM fund_posting WHERE {_HOME} AND posted_on >= :since AND posted_on <= :on"
_LINES = (
    "FROM register_entry WHERE place_code LIKE ':HOME:%' AND city_code = ':HELPER:' "
    "AND state <> 'entry_cancelled'"
)
_HELD = "held_on >= :since AND held_on <= :on"
_CLASSES = (
    "FROM cohort c WHERE c.starts_on >= :since AND c.starts_on <= :on "
    "AND c.state NOT IN ('draft', 'applied', 'returned', 'approved', 'cancelled')"
)
_SEATS = (
    "FROM enrolment e JOIN cohort c ON c.id = e.cohort_id WHERE e.county_code LIKE ':HOME:%' "
    "AND e.state IN ('enrolled', 'finished', 'failed', 'stopped') AND c.id IN (SELECT c.id " + _CLASSES + ")"
)
_LIFTED = (
    "SELECT count(DISTINCT c.worker_id) FROM person_category c JOIN worker w ON w.id = c.worker_id "
    "WHERE w.county_code LIKE ':HOME:%' AND c.category = '脱贫户'"
)
_POSTED = f"SELECT count(*) {_LINES} AND register = 'postings' AND held_on <= :on AND due_on >= :since"

RECOUNT = {
    "lifted_in_year": f"{_LIFTED} AND c.held_from >= :since AND c.held_from <= :on",
    "lifted_now": f"{_LIFTED} AND coalesce(c.held_from, c.seen_on) <= :on",
    "at_work_city": f"SELECT count(DISTINCT worker_id) {_SPELLS} AND place_code LIKE ':CITY:%' AND {_NOW}",
    "at_work_province": f"SELECT count(DISTINCT worker_id) {_SPELLS} AND {_PAIRED} AND {_NOW}",
    "new_province": f"SELECT count(*) FROM ({_BEST}) best WHERE {_HOME} AND {_PAIRED} AND began_on >= :since",
    "year_province": f"SELECT count(DISTINCT worker_id) {_SPELLS} AND {_PAIRED} AND {_YEAR}",
    "stable3_province": _STABLE.format(day="stays_three_on"),
    "stable6_province": _STABLE.format(day="stays_six_on"),
    "stayed3": _STAYED.format(day="stays_three_on"),
    "stayed3_card": f"{_STAYED.format(day='stays_three_on')} AND {_WITH_CARD}",
    "stayed3_no_card": f"{_STAYED.format(day='stays_three_on')} AND NOT {_WITH_CARD}",
    "stayed6": _STAYED.format(day="stays_six_on"),
    "year_home": f"SELECT count(DISTINCT worker_id) {_SPELLS} AND place_code LIKE ':PROVINCE:%' AND {_YEAR}",
    "year_elsewhere": f"SELECT count(DISTINCT worker_id) {_SPELLS} AND place_code <> '' AND {_YEAR} "
    "AND place_code NOT LIKE ':PAIRED:%' AND place_code NOT LIKE ':PROVINCE:%'",
    "year_unknown_place": f"SELECT count(DISTINCT worker_id) {_SPELLS} AND place_code = '' AND {_YEAR}",
    "welfare_people": f"SELECT count(DISTINCT worker_id) {_SPELLS} AND kind = 'public_welfare' AND {_NOW}",
    "trained_people": f"SELECT count(DISTINCT e.worker_id) {_SEATS}",
    "trained_times": f"SELECT count(*) {_SEATS}",
    "trained_finished": f"SELECT count(*) {_SEATS} AND e.state = 'finished'",
    "certified": f"SELECT count(DISTINCT worker_id) FROM certificate WHERE {_HOME} "
    "AND issued_on >= :since AND issued_on <= :on AND revoked_at IS NULL",
    "classes": f"SELECT count(*) {_CLASSES} AND c.county_code LIKE ':HOME:%'",
    "employers": f"SELECT count(DISTINCT coalesce(cast(employer_id AS VARCHAR), employer_name)) {_SPELLS} "
    f"AND {_PAIRED} AND kind = 'enterprise' AND {_NOW}",
    "workshops": f"SELECT count(DISTINCT employer_name) {_SPELLS} AND kind = 'workshop' AND {_NOW}",
    "workshop_people": f"SELECT count(DISTINCT worker_id) {_SPELLS} AND kind = 'workshop' AND {_NOW}",
    "enterprises_brought": f"SELECT count(DISTINCT title) {_LINES} AND register = 'enterprises' AND {_HELD}",
    "investment": f"SELECT sum(amount_fen) {_LINES} AND register = 'enterprises' AND {_HELD}",
    "officials_posted": f"{_POSTED} AND kind = 'official'",
    "specialists_posted": f"{_POSTED} AND kind IN ('teacher', 'doctor', 'technician')",
    "leaders_trained": f"SELECT sum(people) {_LINES} AND register = 'courses' "
    "AND due_on >= :since AND due_on <= :on AND state = 'entry_accepted'",
    "units_paired": f"SELECT count(*) {_LINES} AND register = 'paired_units' AND held_on <= :on "
    "AND (due_on IS NULL OR due_on >= :on)",
    "pupils_taken": "SELECT count(DISTINCT worker_id) FROM entry_person WHERE county_code LIKE ':HOME:%' "
    f"AND joined_on >= :since AND joined_on <= :on AND entry_id IN (SELECT id {_LINES})",
    "funds_arrived": f"SELECT sum(amount_fen) {_MONEY} AND step = 'appropriate' AND payer_code = ':HELPER:'",
    "funds_allocated": "SELECT sum(CASE step WHEN 'allocate' THEN amount_fen "
    f"WHEN 'take_back' THEN -amount_fen ELSE 0 END) {_MONEY}",
    "funds_paid": "SELECT sum(CASE WHEN step IN ('pay', 'subsidy') THEN amount_fen "
    f"WHEN step IN ('reverse', 'subsidy_back') THEN -amount_fen ELSE 0 END) {_MONEY}",
    "projects_accepted": f"SELECT count(*) {_LINES} AND register = 'projects' AND state = 'entry_accepted' "
    "AND state_since < :after AND due_on >= :since AND held_on <= :on",
    "training_subsidies": f"SELECT sum(amount_fen) FROM ledger_entry WHERE {_HOME} "
    "AND paid_on >= :since AND paid_on <= :on",
    "meetings": f"SELECT count(*) {_LINES} AND register IN ('meetings', 'visits') "
    f"AND state IN ('entry_done', 'entry_accepted') AND {_HELD}",
    "county_pairs": "SELECT count(*) FROM pairing WHERE recipient_code LIKE ':HOME:%' "
    "AND recipient_code <> ':RECIPIENT:' AND relation <> '学校结对' AND helper_code LIKE ':CITY:%' "
    "AND valid_from <= :on AND (valid_to IS NULL OR valid_to >= :on)",
}


def told_by_sql(session: Session, key: str, pair: Pair, on: date) -> int:
    """One figure."""
    after = datetime(on.year, on.month, on.day, 16, tzinfo=UTC)
    due = date(on.year - 1, on.month, min(on.day, 28))
    days: dict[str, object] = {"on": on, "since": date(on.year, 1, 1), "due": due, "after": after}
    if session.get_bind().dialect.name == "sqlite":
        days = {name: str(day) for name, day in days.items()} | {"after": f"{after:%Y-%m-%d %H:%M:%S.%f}"}
    statement = RECOUNT[key]
    for name, part in (
        ("HOME", pair.recipient_code[:4]),
        ("PROVINCE", pair.recipient_code[:2]),
        ("RECIPIENT", pair.recipient_code),
        ("HELPER", pair.helper_code),
        ("CITY", pair.helper_code[:4]),
        ("PAIRED", pair.helper_code[:2]),
    ):
        statement = statement.replace(f":{name}:", part)
    named = {name: value for name, value in days.items() if f":{name}" in statement}
    return int(session.scalar(text(statement), named) or 0)


# [value, of how many, of how many nothing is known], as anybody may add them up from whole_year().
CELLS = {
    "lifted_in_year": [1, 4, 1],
    "lifted_now": [3, 4, 0],
    "new_province": [3, 3, 0],
    "stable3_province": [2, 2, 0],
    "stable6_province": [1, 1, 0],
    "stayed3_card": [1, 1, 0],
    "stayed3_no_card": [0, 4, 3],
    "stayed6": [1, 3, 1],
    "welfare_people": [1, 1, 0],
    "trained_people": [2, 2, 0],
    "trained_times": [3, 3, 0],
    "trained_finished": [1, 3, 1],
    "certified": [1, 1, 0],
    "classes": [2, 2, 0],
    "workshops": [1, 1, 0],
    "workshop_people": [2, 2, 0],
    "enterprises_brought": [2, 2, 0],
    "officials_posted": [1, 1, 0],
    "specialists_posted": [2, 2, 0],
    "units_paired": [1, 1, 0],
    "pupils_taken": [1, 1, 0],
    "funds_arrived": [1050_00, 1050_00, 0],
    "funds_allocated": [500_00, 500_00, 0],
    "funds_paid": [290_00, 290_00, 0],
    "meetings": [2, 3, 1],
    "projects_accepted": [1, 3, 0],
    "training_subsidies": [1200_00, 1200_00, 0],
    "county_pairs": [2, 2, 0],
}
