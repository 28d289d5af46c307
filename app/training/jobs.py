"""What a new standard would change; the night: certificates that expire, places kept, notices up longer."""

from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app.kit.web.extensions import db
from app.kit.web.nightly import nightly
from app.kit.web.queue import JobProblem, Progress, job
from app.training.agreements.operations import release_overdue
from app.training.certification.operations import certificates
from app.training.subsidies.operations import notices
from app.training.subsidies.standard_effect import measure
from models.access import CLOCK, Actor, Permission
from models.clock import today, utc_now
from models.i18n import N_, Sentence
from models.reference.release import RuleState
from models.training.standard import TrainingStandard
from models.training.standards import StandardChange

WEIGHING = N_("正在逐班比较新旧标准")


@job
def standard_effect(progress: Progress, actor: Actor, version_id: int) -> dict[str, Any]:
    """Weigh a draft of a training standard and keep the count with it."""
    session = db.session
    progress.tell(WEIGHING)
    if not actor.can(Permission.REFERENCE_WRITE):
        raise PermissionError("standard_effect")
    version = session.get(TrainingStandard, version_id)
    if version is None or version.state is not RuleState.DRAFT:
        raise JobProblem(Sentence("这条标准已经不是草稿，不用再算。"))
    base, written = session.get(TrainingStandard, version.base_id or 0), version.written
    effect = measure(session, StandardChange(version, base), today(), lambda done: progress.tell(done=done))
    session.refresh(version, with_for_update=True)
    if version.written != written:
        raise JobProblem(Sentence("算的时候标准又改了，请再算一次。"))
    version.effect = effect.as_json()
    session.commit()
    return {"version": version_id, "people": sum(one.people for one in effect.touched)}


@nightly("01:40", N_("把过期的证书移出档案"))
def expire_certificates(session: Session, today: date) -> int:
    """How many certificates left profiles."""
    return certificates.expire_certificates(session, CLOCK, utc_now())


@nightly("01:45", N_("放开培训班不再用的名额"))
def open_places(session: Session, today: date) -> int:
    """How many agreements' places were opened: their classes are long over (RESERVED_PLACE_DAYS)."""
    agreements = release_overdue(session, CLOCK, utc_now(), current_app.config["RESERVED_PLACE_DAYS"])
    session.commit()
    return agreements


@nightly("01:48", N_("按新登记的节假日重算公示期"))
def recount_notices(session: Session, today: date) -> int:
    """How many notices stay up longer."""
    return notices.recount_notices(session, today)
