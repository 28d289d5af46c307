"""The night's work on the register."""

from datetime import date

from sqlalchemy.orm import Session

from app.kit.web.extensions import db
from app.kit.web.nightly import nightly
from models.i18n import N_
from models.people.name_index import is_anybody_waiting, key_waiting


def _is_due() -> bool:
    return is_anybody_waiting(db.session)


@nightly("02:40", N_("给新写进台账的姓名编检索用的拼音"), _is_due)
def key_names(session: Session, today: date) -> int:
    """How many people can be found by pinyin and given name from now on."""
    return key_waiting(session)
