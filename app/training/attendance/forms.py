"""What a learner without an account types to check in."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from app.kit.web.fields import Form, text, whole


class SeatForm(Form):
    """Who somebody is that has no account here: seat number and the last four of the ID number."""

    seat = whole(_l("学号（座号）"), low=1, high=500, must=True)
    last4 = text(_l("身份证后四位"), most=4, must=True)
    ticket = StringField()
