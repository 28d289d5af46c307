"""The question "what for?" before personal data is opened: one of a list, and a word of one's own."""

from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

from app.kit.web.fields import Form, tidy
from app.kit.web.formatters import say
from models.people.purpose import LONGEST_WORD, PURPOSE_LABELS, Purpose, obstacle, parts, stated


class PurposeField(StringField):
    """Reads ``purpose`` and ``purpose_word``; its data is the text of models.people.purpose."""

    longest = LONGEST_WORD
    data: Any

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.flags.required = True
        self.chosen = self.word = ""

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Value and word of each purpose."""
        return [(one.value, _(label)) for one, label in PURPOSE_LABELS.items()]

    @property
    def word_name(self) -> str:
        """The name of the line beside the menu."""
        return f"{self.name}_word"

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Read both inputs."""
        self.word = tidy(formdata.get(self.word_name, "")) if formdata else ""
        super().process(formdata, *args, **kwargs)

    def process_data(self, value: str | None) -> None:
        """Show what was stated before."""
        purpose, word = parts(value or "")
        self.chosen, self.word = purpose or "", self.word or (word if purpose else "")
        self.data = value

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep the choice as it came; ``pre_validate`` judges it."""
        self.chosen = valuelist[0] if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        """Refuse what states no purpose."""
        if problem := obstacle(self.chosen, self.word):
            self.data = None
            raise ValidationError(say(problem))
        self.data = stated(Purpose(self.chosen), self.word)


def purpose_field(label: Any, description: Any = None) -> PurposeField:
    """The question in a form of a room's own."""
    return PurposeField(label, description=description or _l("会记入审计记录，本人也看得到"))


class PurposeForm(Form):
    """What for: asked before whole numbers are shown or a file leaves the house.

    ``place`` tells several such forms on one page apart.
    """

    purpose = purpose_field(_l("做什么用"))

    def __init__(self, place: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if place:
            self.purpose.id = self.purpose.label.field_id = f"{place}-purpose"


def telephones_a_day() -> int:
    """Of how many people one account may take the telephone out a day (models/opening_budget.py)."""
    most: int = current_app.config["TELEPHONES_A_DAY"]
    return most
