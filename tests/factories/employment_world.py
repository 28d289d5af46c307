"""Employment spells of a tenant of the world: a spell with evidence, a sheet, somebody whom no county has."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from models import vault
from models.clock import today
from models.employment.newcomer import Newcomer
from models.employment.newcomer_batch import NewcomerBatch
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellEvidence, SpellKind, Teller
from models.employment.spell_batch import SpellBatch
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.reference.organisation import Organisation


def make_employment_rows(
    session: Session, city: str, enterprise: Organisation, clerk_id: int, worker: Worker
) -> dict[str, int]:
    """Return the ids of the rows, by kind."""
    began_on = today() - timedelta(days=40)
    spell = EmploymentSpell(
        worker_id=worker.id,
        county_code=worker.county_code,
        township_code=worker.township_code,
        employer_id=enterprise.id,
        employer_name=enterprise.name,
        place_code=city,
        kind=SpellKind.ENTERPRISE,
        teller=Teller.HOME,
        evidence_level=1,
    )
    spell.set_began(began_on)
    shown = SpellEvidence(spell=spell, kind=EvidenceKind.WORD, level=1, teller=Teller.HOME, shown_on=began_on)
    sheet = SpellBatch(
        county_code=worker.county_code,
        filename="务工情况.xlsx",
        user_id=clerk_id,
        rows={"lines": [], "unknown": []},
        good=0,
        rejected=0,
    )
    newcomer = Newcomer(
        name="新人",
        id_digest=vault.digest(f"newcomer of {worker.county_code}"),
        id_last4="0000",
        county_code=worker.county_code,
        employer_id=enterprise.id,
        place_code=city,
        began_on=began_on,
        teller=Teller.ENTERPRISE,
        consent_channel=Channel.PHONE,
    )
    told = NewcomerBatch(
        enterprise_id=enterprise.id,
        city_code=city,
        filename="已在当地上班的人.xlsx",
        user_id=clerk_id,
        rows={"lines": [], "unknown": []},
        good=0,
        rejected=0,
        written={},
    )
    rows: dict[str, Any] = {
        "employment_spell": spell,
        "spell_evidence": shown,
        "spell_batch": sheet,
        "newcomer": newcomer,
        "newcomer_batch": told,
    }
    session.add_all(rows.values())
    session.commit()
    return {kind: row.id for kind, row in rows.items()}
