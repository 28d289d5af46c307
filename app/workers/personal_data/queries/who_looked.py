"""Who has looked at a person's data: who, of which office, when, at what, what for (个人信息保护法 44、45条).

Told to the person and to the office; no number of anybody stands in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.kit.web.event_words import value_in_words
from models.about_person import subjects_of
from models.access import ROLE_LABELS, ROLE_PERMISSIONS, Grant, Permission, Role
from models.audit import AuditEvent
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import NOTHING, Sentence
from models.people.purpose import purpose_in_words
from models.people.worker import Worker
from models.reference.area import Area, area_names
from models.reference.organisation import Organisation
from models.user import User

MOST = 200
LOOKS = {
    EventTag.WORKER_REVEAL: Sentence("看了完整号码"),
    EventTag.WORKER_HEALTH: Sentence("看了健康情况"),
    EventTag.WORKER_DATA: Sentence("导出了本人的全部资料"),
    EventTag.WORKER_EXPORT: Sentence("导出了名单，本人可能在里面"),
    EventTag.HUKOU_DOCUMENT_OPEN: Sentence("打开了落户材料"),
    EventTag.EVIDENCE_OPEN: Sentence("打开了回访凭据"),
    EventTag.PROBLEM_FILE_OPEN: Sentence("打开了本人发来的照片或录音"),
    EventTag.CLAIM_PAPER_OPEN: Sentence("打开了补贴申报附件"),
    EventTag.CLAIM_EXPORT: Sentence("导出了补贴申报材料"),
    EventTag.NOTICE_PUBLISH: Sentence("公示了补贴名单"),
    EventTag.AUDIT_LOOK: Sentence("按证件号码查了本人的经过"),
    EventTag.AUDIT_EXPORT: Sentence("导出了本人的经过"),
    EventTag.PERSON_OPEN: Sentence("打开了个人名单，本人可能在里面"),
}
THE_PERSON, THE_SYSTEM = Sentence("本人"), Sentence("系统管理员用命令")


@dataclass(frozen=True)
class Look:
    """One look; ``office`` is empty where the account holds no right any more that tells it."""

    at: datetime
    who: str
    office: Sentence
    what: Sentence
    purpose: Sentence


def looks_at(session: Session, worker: Worker) -> list[Look]:
    """The last looks at ``worker``, the newest first. The caller has checked that the reader may see them."""
    # A whole county's register taken on the command line is an act on the county.
    subjects = [*subjects_of(session, worker), f"area:{worker.county_code}"]
    statement = (
        select(AuditEvent)
        .where(
            or_(
                and_(AuditEvent.subject.in_(subjects), AuditEvent.tag.in_(LOOKS)),
                and_(
                    AuditEvent.subject.in_([*_supervisors_of(session, worker)]),
                    AuditEvent.tag == EventTag.PERSON_OPEN,
                    AuditEvent.at >= worker.created_at,  # before, nobody could find them there
                ),
            )
        )
        .order_by(AuditEvent.id.desc())
        .limit(MOST)
    )
    events = session.scalars(statement).all()
    offices = _Offices(session, {event.actor_id for event in events if event.actor_id})
    return [
        Look(
            event.at,
            event.actor_name if event.actor_id else "",
            offices.of(event),
            _what(event),
            purpose_in_words(str(event.details.get("purpose") or "")),
        )
        for event in events
    ]


def _supervisors_of(session: Session, worker: Worker) -> Iterator[str]:
    """Subjects of the accounts before which the lists with ``worker`` lay open when they opened theirs."""
    roles = [role for role, allowed in ROLE_PERMISSIONS.items() if Permission.PERSON_OPEN in allowed]
    prefecture = select(Area.prefecture_code).where(Area.code == worker.county_code).scalar_subquery()
    # An auditor's placements are those of all areas.
    reach = or_(Grant.role.in_((Role.PROVINCE, Role.AUDITOR)), Grant.area_code == prefecture)
    held = select(Grant.user_id).where(Grant.role.in_(roles), reach).distinct()
    yield from (f"user:{user_id}" for user_id in session.scalars(held))


def _what(event: AuditEvent) -> Sentence:
    done, fields = LOOKS[EventTag(event.tag)], event.details.get("fields")
    if not fields:
        return done
    return Sentence("%(done)s：%(fields)s", {"done": done, "fields": value_in_words(None, "fields", fields)})


class _Offices:
    """For whom the lookers worked on the day."""

    def __init__(self, session: Session, actors: Iterable[int]) -> None:
        wanted = list(actors)
        self.grants = session.scalars(select(Grant).where(Grant.user_id.in_(wanted))).all()
        self.persons = set(
            session.scalars(select(User.id).where(User.id.in_(wanted), User.worker_id.is_not(None)))
        )
        self.areas = area_names(session, {grant.area_code for grant in self.grants})
        firms = [grant.organisation_id for grant in self.grants if grant.organisation_id]
        names = select(Organisation.id, Organisation.name).where(Organisation.id.in_(firms))
        self.organisations = {row.id: row.name for row in session.execute(names)}

    def of(self, event: AuditEvent) -> Sentence:
        """The office of who acted: each role held that day with its place."""
        if event.actor_id is None:
            return THE_SYSTEM
        if event.actor_id in self.persons:
            return THE_PERSON
        day = day_of(event.at)
        held = [
            self._words(grant)
            for grant in self.grants
            if grant.user_id == event.actor_id
            and grant.valid_from <= day
            and (grant.valid_to is None or grant.valid_to >= day)
            and (grant.revoked_at is None or grant.revoked_at >= event.at)
        ]
        return Sentence("%(offices)s", {"offices": held}) if held else NOTHING

    def _words(self, grant: Grant) -> Sentence:
        place = self.organisations.get(grant.organisation_id or 0) or self.areas.get(
            grant.area_code or "", ""
        )
        role = Sentence(ROLE_LABELS[grant.role])
        return Sentence("%(place)s%(role)s", {"place": place, "role": role}) if place else role
