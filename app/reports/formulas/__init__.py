"""Formulas: each a statement of the rows that a figure counts, named by its key.

Every statement has the same columns: ``county_code``; ``subject_id``, the row; ``once``, what is counted once
(a person, an enterprise, a class); ``part`` (:class:`~app.reports.formulas.question.Part`); ``amount``.
"""

from app.reports.formulas import cooperation, labour, poverty, registers, told, training
from app.reports.formulas.question import Basis, Formula, Part, Question

FORMULAS: dict[str, Formula] = {
    formula.key: formula
    for formula in (
        *labour.FORMULAS,
        *training.FORMULAS,
        *poverty.FORMULAS,
        *cooperation.FORMULAS,
        *registers.FORMULAS,
        *told.FORMULAS,
    )
}

__all__ = ["FORMULAS", "Basis", "Formula", "Part", "Question"]
