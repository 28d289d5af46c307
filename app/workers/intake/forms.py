"""What is typed and sent in this area."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms.validators import StopValidation

from app.kit.web.fields import Form, SelectField
from app.workers.roster.fields import FIELDS

FIRST = ("name", "id_number", "phone")


class AreaForm(Form):
    """``county_code`` is asked only of those who work for several counties."""

    county_code = SelectField(_l("导入到哪个县"))

    def __init__(self, counties: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.county_code.choices = list(counties)
        if len(counties) == 1 and not self.county_code.raw_data:
            self.county_code.data = counties[0][0]


class RosterForm(AreaForm):
    """A roster."""

    file = FileField(_l("花名册文件"), validators=[FileRequired(_l("请先选一个文件。"))])

    def validate_file(self, field: FileField) -> None:
        """The file must hold something."""
        if not field.data.read(1):
            raise StopValidation(_("这个文件是空的，请选有内容的表格。"))
        field.data.seek(0)


def meanings() -> list[tuple[str, str]]:
    """What a county's own column can mean: the fields of the register, and "leave it out"."""
    ordered = sorted(FIELDS, key=lambda field: field.name not in FIRST)
    return [("", _("不登记这一列")), *((field.name, _(field.label)) for field in ordered)]
