"""Input shapes of monthly rosters."""

from flask_babel import gettext as _

from app.kit.web.purposes import PurposeForm
from models.people.purpose import Purpose, stated


def sheet_form() -> PurposeForm:
    """What a county's list with telephones is for, its usual answer filled in."""
    usual = stated(Purpose.CONTACT, _("每月打电话问在外务工的人"))
    return PurposeForm("sheet", formdata=None, data={"purpose": usual})
