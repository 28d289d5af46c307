"""Input shapes of messages."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.kit.web.fields import Form, RadioField, choice, options, paragraph, required, text
from app.kit.web.purposes import PurposeForm, purpose_field
from models.messages.contact_choice import LANGUAGE_LABELS
from models.messages.kind import MESSAGE_WORDS
from models.messages.reach import BY_HAND, REACH_LABELS
from models.messages.wording import MOST_WORDING
from models.people.purpose import Purpose, stated
from models.placement.leaving import CHANNEL_LABELS, Channel


class RoundForm(PurposeForm):
    """What the calls of a round are for."""

    purpose = purpose_field(_l("打电话做什么"))


def round_form() -> RoundForm:
    """The question as a round begins with it, its purpose filled in."""
    return RoundForm(formdata=None, data={"purpose": stated(Purpose.CONTACT, _("转告通知"))})


class TellForm(Form):
    """How the person was told."""

    how = RadioField(
        _l("怎么说的"),
        choices=options([(one.value, _l(REACH_LABELS[one])) for one in BY_HAND]),
        validators=[required()],
    )
    note = text(_l("补充说明"), most=200)


class MissForm(Form):
    """Why nobody was told."""

    note = text(_l("怎么没说上（选填）"), most=200)


class ChoiceForm(Form):
    """How a person wants to be told."""

    texts = choice(_l("短信"), [("yes", _l("收短信")), ("no", _l("不要短信"))], must=True)
    language = choice(
        _l("通知用哪种话"),
        [(code or "zh", _l(word)) for code, word in LANGUAGE_LABELS.items()],
        must=True,
        description=_l("选了别的语言，有译文的通知就用那种语言发，没有译文的还用汉语。"),
    )
    channel = choice(
        _l("怎么知道的"),
        [(one.value, _l(word)) for one, word in CHANNEL_LABELS.items() if one is not Channel.PORTAL],
        must=True,
    )


class WordingForm(Form):
    """The words of a kind of message in another language."""

    kind = choice(
        _l("哪种通知"),
        [(kind.value, _l(words.label)) for kind, words in MESSAGE_WORDS.items() if words.text],
        must=True,
    )
    language = choice(
        _l("语言"), [(code, _l(word)) for code, word in LANGUAGE_LABELS.items() if code], must=True
    )
    text = paragraph(_l("译文"), most=MOST_WORDING, must=True)
