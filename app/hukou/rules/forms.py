"""Forms of hukou rules: conditions and points line by line."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FieldList, FormField, TextAreaField, ValidationError
from wtforms.validators import Length, Optional

from app.kit.files.cells.amounts import Misread, exact_number
from app.kit.files.cells.measures import COUNT
from app.kit.web.fields import (
    Form,
    InnerForm,
    ListField,
    SelectField,
    choice,
    day_field,
    options,
    past_day,
    text,
    tidy,
    whole,
)
from models.hukou.catalogue import FACTS, FactType
from models.hukou.labels import OPERATORS
from models.hukou.rule import ROUTE_KIND_LABELS, HukouRule

EMPTY_LINES, MOST_LINES = 3, 40
YES, NO = ("是", "1", "yes", "true"), ("否", "不是", "0", "no", "false")
WHERE = [("all", _l("都要满足")), *[(str(n), _l("任选：第 %(n)s 种", n=n)) for n in range(1, 7)]]
FACT_CHOICES = [(name, _l(kind.label)) for name, kind in FACTS.items()]
TEXT_COLUMNS = ("document", "version_name", "ranking_text", "confidence", "note")
OTHER_COLUMNS = ("valid_from", "valid_to", "working_days", "notice_days", "priority_orders")
# How a list of points is ordered: see HukouRule.ranking.
RANKINGS = [
    ("-points", _l("积分高的在前")),
    ("-points,applied_on", _l("积分高的在前，同分先申请的在前")),
    ("-points,-sb_months", _l("积分高的在前，同分社保长的在前")),
]
CAP = re.compile(r"(.*?[^\s=:：])[\s=:：]++(\d+)$")


def read_value(name: str, typed: str) -> Any:
    """The typed text as a value of the fact ``name``; raises ValueError when it is none."""
    kind, typed = FACTS[name], typed.strip()
    if kind.type is FactType.TRUTH:
        if typed.lower() in YES or typed.lower() in NO:
            return typed.lower() in YES
        raise ValueError(typed)
    for value, word in kind.choices:
        if typed in (word, str(value)):
            return value
    if kind.choices:
        raise ValueError(typed)
    try:
        number = exact_number(typed, COUNT)
    except Misread as problem:
        raise ValueError(typed) from problem
    if number is None or number % 1:
        raise ValueError(typed)
    return int(number)


def write_value(name: str, value: Any) -> str:
    """A fact's value the way it is typed."""
    kind = FACTS[name]
    if kind.type is FactType.TRUTH:
        return "是" if value else "否"
    return str(dict(kind.choices).get(value, value))


class LineForm(InnerForm):
    """What a condition and a line of points share: fact, comparison, value. An empty fact is an empty
    line."""

    fact = SelectField(
        _l("看什么"), choices=options([("", _l("空行")), *FACT_CHOICES]), validators=[Optional()]
    )
    op = choice(_l("比较"), [(op, _l(word)) for op, word in OPERATORS.items()], must=True, default=">=")
    value = text(_l("数值"), most=20)

    def validate_value(self, field: Field) -> None:
        """The value must be one of its fact's, and yes-or-no facts know only "是"."""
        if not self.fact.data:
            return
        kind = FACTS[self.fact.data]
        try:
            read_value(self.fact.data, field.data or "")
        except ValueError:
            raise ValidationError(expected(kind)) from None
        if self.op.data != "==" and kind.type in (FactType.TRUTH, FactType.WORD):
            raise ValidationError(_l("这一项只能用“是”来比较。"))

    def as_json(self) -> dict[str, Any]:
        """The line the way a rule keeps it."""
        return {
            "fact": self.fact.data,
            "op": self.op.data,
            "value": read_value(self.fact.data, self.value.data),
        }


def expected(kind: Any) -> Any:
    """The sentence that says what may be typed for a fact."""
    if kind.type is FactType.TRUTH:
        return _l("这里请填“是”或“否”。")
    if kind.choices:
        return _l("请填其中一个：%(words)s。", words="、".join(str(word) for _value, word in kind.choices))
    return _l("请填整数，例如 60。")


class ConditionForm(LineForm):
    """One condition, always asked or part of an alternative."""

    where = choice(_l("用在哪里"), WHERE, must=True, default="all")
    clause = text(_l("条款"), most=100)


class PointForm(LineForm):
    """One line of the points table."""

    points = whole(_l("分"), low=-1000, high=1000)
    group = text(_l("哪一类"), most=20)

    def validate_points(self, field: Field) -> None:
        """A line with a fact needs its points."""
        if self.fact.data and field.data is None:
            raise ValidationError(_l("请填这一行几分。"))


class RuleForm(Form):
    """One version of a rule."""

    document = text(_l("文件和文号"), most=200)
    version_name = text(_l("版本"), most=40)
    valid_from = day_field(_l("从哪天起"))
    valid_to = day_field(_l("到哪天止"), after="valid_from")
    ranking_text = text(_l("怎么排名"), most=200)
    ranking = choice(_l("排名次序"), RANKINGS)
    working_days = whole(_l("每一步几个工作日内办"), low=1, high=250)
    notice_days = whole(_l("积分公示几个工作日"), low=1, high=60)
    priority_orders = BooleanField(_l("规则允许有优先标识的人排在前面"))
    confidence = text(_l("把握"), most=20)
    note = TextAreaField(_l("备注"), validators=[Optional(), Length(max=400)], filters=[tidy])
    conditions = FieldList(FormField(ConditionForm), max_entries=MOST_LINES)
    points = FieldList(FormField(PointForm), max_entries=MOST_LINES)
    caps = ListField(_l("每类最高分"), description=_l("例如：公益 10、学历 100。不填就不封顶。"))

    def validate_caps(self, field: Field) -> None:
        """Every cap is a word and a number."""
        if wrong := [one for one in field.data or [] if not CAP.match(one)]:
            raise ValidationError(_l("“%(what)s”请写成“公益 10”这样。", what=wrong[0]))

    def validate_valid_to(self, field: Field) -> None:
        """A rule ends after it began."""
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(_l("失效日早于生效日。"))

    def with_empty_lines(self) -> "RuleForm":
        """Add a few empty lines to type in."""
        for lines in (self.conditions, self.points):
            for _n in range(min(EMPTY_LINES, MOST_LINES - len(lines.entries))):
                lines.append_entry()
        return self

    def values(self) -> dict[str, Any]:
        """The columns of a rule as typed."""
        texts = {name: getattr(self, name).data or "" for name in TEXT_COLUMNS}
        plain = texts | {name: getattr(self, name).data for name in OTHER_COLUMNS}
        ranking = [name for name in (self.ranking.data or "").split(",") if name]
        return plain | {"ranking": ranking, "conditions": self._conditions(), "points": self._points()}

    def _conditions(self) -> dict[str, Any]:
        lines = [line for line in self.conditions.entries if line.form.fact.data]
        branches: dict[str, list[dict[str, Any]]] = {}
        for line in lines:
            branches.setdefault(line.form.where.data, []).append(
                line.form.as_json() | ({"clause": line.form.clause.data} if line.form.clause.data else {})
            )
        required = branches.pop("all", [])
        return {"all": required, "any": [branches[key] for key in sorted(branches)]}

    def _points(self) -> dict[str, Any]:
        items = [
            line.form.as_json() | {"points": line.form.points.data, "group": line.form.group.data or ""}
            for line in self.points.entries
            if line.form.fact.data
        ]
        caps = {cap[1].strip(): int(cap[2]) for one in self.caps.data or [] if (cap := CAP.match(one))}
        return {"items": items, "caps": caps} if items else {}


class NewRuleForm(RuleForm):
    """A rule for a route that has none yet."""

    city_code = choice(_l("城市"), [], must=True)
    route = text(_l("路径名称"), most=60, must=True)
    kind = choice(
        _l("哪一类"), [(kind.value, _l(word)) for kind, word in ROUTE_KIND_LABELS.items()], must=True
    )


class CheckedForm(Form):
    """The rule was compared with the document itself."""

    verified_document = text(_l("对照了哪份原文"), most=200, must=True)
    verified_on = past_day(_l("哪天对照的"), must=True)


def filled(rule: HukouRule) -> RuleForm:
    conditions = [_line(one) | {"where": "all"} for one in rule.conditions.get("all", ())]
    for n, branch in enumerate(rule.conditions.get("any", ()), 1):
        conditions += [_line(one) | {"where": str(n)} for one in branch]
    points = [
        _line(one) | {"points": one["points"], "group": one.get("group", "")}
        for one in (rule.points or {}).get("items", ())
    ]
    caps = [f"{group} {most}" for group, most in (rule.points or {}).get("caps", {}).items()]
    plain = {column: getattr(rule, column) for column in (*TEXT_COLUMNS, *OTHER_COLUMNS)}
    told = {"ranking": ",".join(rule.ranking), "conditions": conditions, "points": points, "caps": caps}
    return RuleForm(data=plain | told)


def _line(condition: dict[str, Any]) -> dict[str, Any]:
    value = write_value(condition["fact"], condition["value"])
    return {
        "fact": condition["fact"],
        "op": condition["op"],
        "value": value,
        "clause": condition.get("clause", ""),
    }
