"""What an inspector fills in on the spot."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, TextAreaField, ValidationError
from wtforms.validators import Length

from app.kit.web.fields import Form, tidy, whole


class InspectionForm(Form):
    """What somebody saw who came unannounced."""

    counted = whole(_l("现场数到几人"), high=500, must=True)
    teacher_agrees = BooleanField(_l("上课的是课程表上的老师"))
    place_agrees = BooleanField(_l("在课程表上的地点"))
    content_agrees = BooleanField(_l("上的是课程表上的内容"))
    finding = TextAreaField(
        _l("看到了什么"), validators=[Length(max=400, message=_l("最多 %(max)d 个字。"))], filters=[tidy]
    )

    def agrees(self) -> bool:
        """Whether teacher, place and content are as planned."""
        return bool(self.teacher_agrees.data and self.place_agrees.data and self.content_agrees.data)

    def validate_finding(self, field: Field) -> None:
        """What is not as planned needs words."""
        if not self.agrees() and not field.data:
            raise ValidationError(_l("有一项和课程表不一样，请写下看到了什么。"))
