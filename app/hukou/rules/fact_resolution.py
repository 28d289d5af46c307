"""What register, certificates, placements and papers say of people, resolved to one value per fact."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from models.hukou.evaluation import FactValue, choose
from models.hukou.fact import PersonFact
from models.i18n import N_
from models.people.worker import Worker
from models.placement.placement import WORKING, Evidence, FollowUp, Placement
from models.reference.calendar import months_after, months_between
from models.training.certificate import Certificate
from models.training.training_order import SkillLevel

SKILL_RANK = {SkillLevel.FIVE: 5, SkillLevel.FOUR: 4, SkillLevel.THREE: 3}
# The lowest ages at which anybody may have to retire (国发〔1978〕104号): below them the answer is sure.
EARLIEST_RETIREMENT = {"F": 50, "M": 60}
STABLE_AFTER_MONTHS = 6
REGISTER, CERTIFICATES, PLACEMENTS = N_("劳动力台账"), N_("平台登记的证书"), N_("平台的上岗和回访记录")
CHUNK = 900
# In the order of FactValue's fields: rows, not objects, for a night reads millions of them.
PAPER_COLUMNS = (
    PersonFact.worker_id,
    PersonFact.name,
    PersonFact.value,
    PersonFact.as_of,
    PersonFact.expires_on,
    PersonFact.growing,
    PersonFact.evidence,
    PersonFact.source,
)
FactRows = Iterator[tuple[int, str, FactValue]]


def known_facts(
    session: Session, worker_ids: Sequence[int], city_code: str, day: date
) -> dict[int, dict[str, FactValue]]:
    """Per worker, the fact to use of each name in ``city_code`` on ``day``: best proven, then newest.

    ``worker_ids`` must have been read through the asker's scope. Sources are msgids or free text.
    """
    by_worker: dict[int, list[tuple[str, FactValue]]] = defaultdict(list)
    for start in range(0, len(worker_ids), CHUNK):
        part = worker_ids[start : start + CHUNK]
        for reader in (_from_register, _from_certificates, _from_placements, _from_papers):
            for worker_id, name, value in reader(session, part, city_code, day):
                by_worker[worker_id].append((name, value))
    return {worker_id: choose(by_worker[worker_id], day) for worker_id in worker_ids}


def _from_register(session: Session, ids: Sequence[int], city_code: str, day: date) -> FactRows:
    rows = session.execute(
        select(Worker.id, Worker.birth_date, Worker.sex, Worker.education).where(Worker.id.in_(ids))
    )
    for worker_id, born, sex, education in rows:
        yield worker_id, "age", FactValue(born, day, evidence=Evidence.ROSTER, source=REGISTER)
        ends = months_after(born, 12 * EARLIEST_RETIREMENT.get(sex, 50))
        if day < ends:
            yield (
                worker_id,
                "below_retirement",
                FactValue(True, day, ends, evidence=Evidence.ROSTER, source=REGISTER),
            )
        if education is not None:
            yield worker_id, "edu", FactValue(education, day, evidence=Evidence.ROSTER, source=REGISTER)


def _from_certificates(session: Session, ids: Sequence[int], city_code: str, day: date) -> FactRows:
    rows = session.execute(
        select(Certificate.worker_id, Certificate.level, Certificate.issued_on, Certificate.expires_on)
        .where(Certificate.worker_id.in_(ids), Certificate.revoked_at.is_(None), Certificate.issued_on <= day)
        .where(or_(Certificate.expires_on.is_(None), Certificate.expires_on >= day))
    ).all()
    for worker_id, highest in _highest(rows).items():
        yield worker_id, "skill_level", highest


def _highest(rows: Iterable[Row[int, SkillLevel, date, date | None]]) -> dict[int, FactValue]:
    best: dict[int, FactValue] = {}
    for worker_id, level, issued_on, expires_on in rows:
        rank = SKILL_RANK.get(level)
        if rank is not None and (worker_id not in best or rank < best[worker_id].value):
            best[worker_id] = FactValue(
                rank, issued_on, expires_on, evidence=Evidence.INSURANCE, source=CERTIFICATES
            )
    return best


def _from_placements(session: Session, ids: Sequence[int], city_code: str, day: date) -> FactRows:
    proven = (
        select(func.max(FollowUp.evidence)).where(FollowUp.placement_id == Placement.id).scalar_subquery()
    )
    # By person alone: asked for city and state too, SQLite walks through everybody at work in the city.
    rows = session.execute(
        select(Placement.worker_id, Placement.city_code, Placement.state, Placement.on_site_on, proven)
        .where(Placement.worker_id.in_(ids))
        .order_by(Placement.id)
    )
    for worker_id, city, state, since, evidence in rows:
        if city != city_code or state not in WORKING or since is None or since > day:
            continue
        level = evidence or Evidence.NONE
        months = months_between(since, day)
        yield worker_id, "work_months", FactValue(0, since, growing=True, evidence=level, source=PLACEMENTS)
        if months >= STABLE_AFTER_MONTHS and level >= Evidence.ROSTER:
            yield worker_id, "stable_job", FactValue(True, day, evidence=level, source=PLACEMENTS)


def _from_papers(session: Session, ids: Sequence[int], city_code: str, day: date) -> FactRows:
    rows = session.execute(
        select(*PAPER_COLUMNS).where(
            PersonFact.worker_id.in_(ids),
            PersonFact.superseded_at.is_(None),
            PersonFact.as_of <= day,
            PersonFact.city_code.in_(("", city_code)),
        )
    )
    for worker_id, name, *values in rows:
        yield worker_id, name, FactValue(*values)
