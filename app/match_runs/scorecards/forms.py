"""The one form of this room."""

from flask_babel import lazy_gettext as _l

from app.kit.web.fields import Form, choice


class LearnForm(Form):
    """After how many months a placement counts as lasting."""

    months = choice(_l("看哪个时候还在岗"), [("6", _l("满六个月")), ("3", _l("满三个月"))], must=True)
