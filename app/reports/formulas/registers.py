"""Industry, people, pupils and county pairs, by the lines of the cooperation's registers and the pairings
(粤办发〔2016〕32号 4, 7, 9)."""

from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy import String as Text
from sqlalchemy import cast as sql_cast

from app.reports.formulas.cooperation import Rows, between_both
from app.reports.formulas.question import Formula, Part, Question, row_columns
from models.access import visible_to
from models.cooperation.entry import EntryState, RegisterEntry
from models.cooperation.entry_person import EntryPerson
from models.reference.area import area_stem, begins_with
from models.reference.dated_fact import Pairing, holds_on

E = RegisterEntry
COUNTY_LEVEL = ("携手奔小康", "乡镇结对", "村结对")
SPECIALISTS = ("teacher", "doctor", "technician")


def _enterprises(asked: Question, once: Any, part: Any = Part.COUNTED, amount: Any = 1) -> Select[Any]:
    """Enterprises brought in: contracts of the year."""
    rows = select(*row_columns(E.place_code, E.id, once, part, amount)).where(
        E.register == "enterprises", E.held_on.between(asked.since, asked.on)
    )
    return between_both(asked, rows)


def enterprises(asked: Question) -> Select[Any]:
    """Each once: by its number on the platform, else by its name."""
    return _enterprises(asked, func.coalesce(sql_cast(E.organisation_id, Text), E.title))


def investment(asked: Question) -> Select[Any]:
    """Fen that these enterprises have put in; of whom nobody has told it, it is not known."""
    part = case((E.amount_fen.is_(None), Part.UNKNOWN.value), else_=Part.COUNTED.value)
    return _enterprises(asked, E.id, part, func.coalesce(E.amount_fen, 0))


def _posted(*kinds: str) -> Rows:
    """People posted by the city who served on a day of the year, a line each."""

    def rows(asked: Question) -> Select[Any]:
        lines = select(*row_columns(E.place_code, E.id, E.id)).where(
            E.register == "postings",
            E.kind.in_(kinds),
            E.held_on <= asked.on,
            or_(E.due_on.is_(None), E.due_on >= asked.since),
        )
        return between_both(asked, lines)

    return rows


def leaders(asked: Question) -> Select[Any]:
    """Person-times of courses for cadres and village leaders that have ended in the year."""
    held = E.state.in_((EntryState.DONE, EntryState.ACCEPTED))
    part = case((held, Part.COUNTED.value), else_=Part.UNKNOWN.value)
    rows = select(*row_columns(E.place_code, E.id, E.id, part, func.coalesce(E.people, 0))).where(
        E.register == "courses", E.due_on.between(asked.since, asked.on)
    )
    return between_both(asked, rows)


def units(asked: Question) -> Select[Any]:
    """Schools and hospitals that are in a pair on the day."""
    rows = select(*row_columns(E.place_code, E.id, E.id)).where(
        E.register == "paired_units", E.held_on <= asked.on, or_(E.due_on.is_(None), E.due_on >= asked.on)
    )
    return between_both(asked, rows)


def pupils(asked: Question) -> Select[Any]:
    """Registered pupils whom schools of the helping city took in the year, each person once."""
    P = EntryPerson
    rows = (
        select(*row_columns(P.county_code, P.id, P.worker_id))
        .join(E)
        .where(E.register == "pupils", E.city_code == asked.pair.helper_code)
        .where(E.state != EntryState.CANCELLED, P.joined_on.between(asked.since, asked.on))
    )
    return visible_to(asked.pair.viewer, rows, P)


def county_pairs(asked: Question) -> Select[Any]:
    """Counties, towns and villages in a pair on the day (携手奔小康), a pairing each."""
    county = func.substr(Pairing.recipient_code, 1, 6)
    rows: Select[Any] = select(*row_columns(county, Pairing.id, Pairing.id))
    return rows.where(
        Pairing.relation.in_(COUNTY_LEVEL),
        begins_with(Pairing.recipient_code, area_stem(asked.pair.recipient_code)),
        begins_with(Pairing.helper_code, area_stem(asked.pair.helper_code)),
        holds_on(Pairing, asked.on),
    )


FORMULAS = (
    Formula("enterprises_brought", E.__tablename__, enterprises),
    Formula("investment", E.__tablename__, investment),
    Formula("officials_posted", E.__tablename__, _posted("official")),
    Formula("specialists_posted", E.__tablename__, _posted(*SPECIALISTS)),
    Formula("leaders_trained", E.__tablename__, leaders),
    Formula("units_paired", E.__tablename__, units),
    Formula("pupils_taken", EntryPerson.__tablename__, pupils),
    Formula("county_pairs", Pairing.__tablename__, county_pairs),
)
