"""How a line was computed and why it is not paid, in words."""

from typing import Any

from flask_babel import gettext as _

from app.kit.web.formatters import standard, translated, yuan
from app.training.subsidies.amounts import is_verified
from models.training.subsidy import Scheme, StandardName

FIGURE_OF = {Scheme.TRAINING: StandardName.TRAINING_FEE, Scheme.LIVING: StandardName.LIVING_ALLOWANCE}


def told_basis(line: Any) -> str:
    """Return how a line was computed, for paper: 20 天 × 50 元（待核）."""
    said = computed(line)
    return said if is_verified(line.basis) else _("%(what)s（待核）", what=said)


def computed(line: Any) -> str:
    """Return the same without the mark: on the screen each figure's source carries it."""
    parts = [
        standard(part["rate_fen"], FIGURE_OF[line.scheme])
        if line.scheme is Scheme.TRAINING
        else _("%(n)s 天 × %(rate)s", n=part["days"], rate=yuan(part["rate_fen"]))
        for part in line.basis.get("parts", ())
    ]
    said = " + ".join(parts)
    if line.scheme is Scheme.TRAINING and parts and line.amount_fen < line.basis["parts"][0]["rate_fen"]:
        said = _("标准 %(figure)s，按协议价", figure=said)
    if line.basis.get("without"):
        said += _("；另有 %(n)s 天没有标准", n=line.basis["without"])
    return said


def reason_of(line: Any) -> str:
    """Return why a line is not paid: the rule's sentence, or the checker's own words."""
    if not line.refused or getattr(line, "refused_by_id", None) is not None:
        return line.refused
    return translated(line.refused, line.refused_params)
