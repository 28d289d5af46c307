"""The night's work on the register."""

from datetime import date

from sqlalchemy.orm import Session

from app.kit.web.connections import look_at_tables
from app.kit.web.extensions import db
from app.kit.web.nightly import nightly
from models.i18n import N_
from models.people.name_index import is_anybody_waiting, key_waiting, unordered


def _is_due() -> bool:
    return is_anybody_waiting(db.session) or next(unordered(db.session), None) is not None


@nightly("02:40", N_("给新写进台账的姓名编检索用的拼音"), _is_due)
def key_names(session: Session, today: date) -> int:
    """How many people can be found by pinyin and given name from now on."""
    return key_waiting(session)


@nightly("03:55", N_("看一遍各张表有多大，好选检索的路"))
def measure_tables(session: Session, today: date) -> bool:
    """Whether the tables were looked at: PostgreSQL does so by itself."""
    return look_at_tables(session)
