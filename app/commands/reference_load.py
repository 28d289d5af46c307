"""Loads the facts of models/reference and the engine's vocabulary into their tables, once; later loads add
what is missing and never overwrite what an administrator edited."""

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.commands.reference_rules import hukou_quotas, hukou_rules
from app.kit import reference_files as files
from models.clock import utc_now
from models.hukou.rule import HukouQuota, HukouRule
from models.reference.area import Area
from models.reference.dated_fact import (
    CodeItem,
    MinimumWage,
    MoneyFigure,
    Occupation,
    Pairing,
    ProgrammeCounty,
    Skill,
)
from models.training.subsidy import TrainingStandard


def load_all(session: Session) -> dict[str, int]:
    """Fill every empty reference table; returns how many rows each received. The caller commits."""
    loaders = {
        Area: files.areas,
        Pairing: files.pairings,
        ProgrammeCounty: files.counties,
        MinimumWage: files.minimum_wages,
        CodeItem: files.code_items,
        Occupation: files.occupations,
        Skill: files.skills,
        MoneyFigure: files.money_figures,
        TrainingStandard: files.training_standards,
        HukouRule: hukou_rules,
        HukouQuota: hukou_quotas,
    }
    counts = {}
    for model, loader in loaders.items():
        if session.scalar(select(func.count()).select_from(model)):
            continue
        rows = list(loader())
        if hasattr(model, "created_at"):
            rows = [{"created_at": utc_now(), **row} for row in rows]
        session.execute(insert(model), rows)
        counts[model.__tablename__] = len(rows)
    return counts
