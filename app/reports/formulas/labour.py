"""Labour (domain.md 6): who works where by the three-way split, new and cumulative, stable, with whom.

Rests on the one definition of these figures, app/employment/spells/queries/counts.py: each person once.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, case, cast, func, select
from sqlalchemy import String as Text

from app.employment.spells.queries.counts import Asked, Figure, Kept, due_rows, kept, level_at, rows_of
from app.reports.formulas.question import Formula, Part, Question, row_columns
from models.employment.destination import Destination as D
from models.employment.spell import EmploymentSpell, SpellKind
from models.placement.acknowledgement import Acknowledgement
from models.reference.area import area_stem, begins_with

S = EmploymentSpell
Rows = Callable[[Question], Select[Any]]
PAIRED_PROVINCE = (D.PAIRED_CITY, D.PAIRED_PROVINCE)


def _columns(rows: Select[Any], once: Any, part: Any = Part.COUNTED) -> Select[Any]:
    return rows.with_only_columns(*row_columns(S.county_code, S.id, once, part))


def _of(figure: Figure, *places: D, kind: SpellKind | None = None, own_city: bool = False) -> Rows:
    """Persons of a figure in ``places`` (anywhere for none); ``own_city``: the pair's own city."""

    def rows(asked: Question) -> Select[Any]:
        chosen = rows_of(asked.pair.viewer, Asked(asked.on, kind), figure)
        return _columns(_narrowed(asked, chosen, places, own_city), S.worker_id.expression)

    return rows


def _narrowed(asked: Question, rows: Select[Any], places: tuple[D, ...], own_city: bool) -> Select[Any]:
    if places:
        rows = rows.where(asked.basis.destination.in_([place.value for place in places]))
    if own_city:
        rows = rows.where(begins_with(S.place_code, area_stem(asked.pair.helper_code)))
    return rows.where(S.evidence_level >= asked.least_evidence) if asked.least_evidence else rows


def _staying(months: int, with_card: bool | None = None) -> Rows:
    """Of those who went to the paired province within twelve months and whose months are over: who stayed.

    ``with_card``: of them only who had gone through every point of the job card before leaving, or only who
    had not as far as anybody wrote down; None: all.
    """

    def rows(asked: Question) -> Select[Any]:
        due = _narrowed(
            asked, due_rows(asked.pair.viewer, Asked(asked.on), months), PAIRED_PROVINCE, own_city=False
        )
        if with_card is not None:
            clear = select(Acknowledgement.placement_id).where(Acknowledgement.is_clear)
            is_clear = S.placement_id.is_not(None) & S.placement_id.in_(clear)
            due = due.where(is_clear if with_card else ~is_clear)
        became = kept(months)
        stayed = became == Kept.STAYED.value
        if asked.least_evidence:
            stayed = stayed & (level_at(months) >= asked.least_evidence)
        part = case(
            (stayed, Part.COUNTED.value),
            (became == Kept.LEFT.value, Part.WHOLE.value),
            else_=Part.UNKNOWN.value,
        )
        return _columns(due, S.id.expression, part)

    return rows


def _employers(kind: SpellKind, *places: D) -> Rows:
    """Enterprises (or workshops) with somebody at work on the day, each once by its number or its name."""

    def rows(asked: Question) -> Select[Any]:
        chosen = rows_of(asked.pair.viewer, Asked(asked.on, kind), Figure.CURRENT)
        chosen = _narrowed(asked, chosen, places, own_city=False)
        named = func.coalesce(cast(S.employer_id, Text), S.employer_name)
        return _columns(chosen.where(named != ""), named)

    return rows


FORMULAS = tuple(
    Formula(key, S.__tablename__, rows)
    for key, rows in (
        ("at_work_city", _of(Figure.CURRENT, D.PAIRED_CITY, own_city=True)),
        ("at_work_province", _of(Figure.CURRENT, *PAIRED_PROVINCE)),
        ("new_province", _of(Figure.NEW, *PAIRED_PROVINCE)),
        ("year_province", _of(Figure.CUMULATIVE, *PAIRED_PROVINCE)),
        ("stable3_province", _of(Figure.STABLE_3, *PAIRED_PROVINCE)),
        ("stable6_province", _of(Figure.STABLE_6, *PAIRED_PROVINCE)),
        ("year_home", _of(Figure.CUMULATIVE, D.HOME_PROVINCE)),
        ("year_elsewhere", _of(Figure.CUMULATIVE, D.ELSEWHERE)),
        ("year_unknown_place", _of(Figure.CUMULATIVE, D.UNKNOWN)),
        ("stayed3", _staying(3)),
        ("stayed6", _staying(6)),
        ("stayed3_card", _staying(3, with_card=True)),
        ("stayed3_no_card", _staying(3, with_card=False)),
        ("welfare_people", _of(Figure.CURRENT, kind=SpellKind.PUBLIC_WELFARE)),
        ("workshop_people", _of(Figure.CURRENT, kind=SpellKind.WORKSHOP)),
        ("workshops", _employers(SpellKind.WORKSHOP)),
        ("employers", _employers(SpellKind.ENTERPRISE, *PAIRED_PROVINCE)),
    )
)
