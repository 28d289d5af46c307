"""What stands on a person: which rows of other tables are an act of somebody, and which were computed.

Every column that points at a person is declared here (a test holds it): an undo takes back whom nobody
touched, with what was computed about them; of two records that are one person, the acts move to the one that
is kept, and what was computed stays behind, since the next night computes it anew.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session

from models.base import Base
from models.employment.duty import Duty, DutyState
from models.employment.spell import EmploymentSpell, SpellEvidence
from models.i18n import N_, Sentence
from models.people.category import CategoryEvidence, PersonCategory
from models.people.intake import Duplicate, DuplicateState
from models.people.worker import Worker
from models.row_security import looks_everywhere_for
from models.training.enrolment import Enrolment, EnrolmentState

OWN_TABLES = frozenset({"import_row", "duplicate", "arrival"})


class Touch(NamedTuple):
    """``reason`` says what was done about the person; None where such rows are computed. ``noun`` names the
    rows where they are counted.

    ``is_done`` tells the rows that are an act from those that were computed.
    """

    reason: Sentence | None
    is_done: Callable[[], ColumnElement[bool]] = true
    noun: str = ""


def _is_asked_or_listed() -> ColumnElement[bool]:
    """Of a class's list: all but whom the engine proposed (it counted points) and nobody has asked yet."""
    points = type_coerce(Enrolment.__table__.c.reasons, JSON)["score"].as_integer()
    return or_(Enrolment.state != EnrolmentState.PROPOSED, points.is_(None))


def _is_said_by_somebody() -> ColumnElement[bool]:
    """Of a person's categories: all but those settled from the register's own columns."""
    return PersonCategory.evidence != CategoryEvidence.REGISTER


def _is_more_than_told() -> ColumnElement[bool]:
    """Of spells: all but those of which nothing is known but rows of rosters."""
    other = exists().where(
        SpellEvidence.spell_id == EmploymentSpell.id,
        or_(SpellEvidence.import_row_id.is_(None), SpellEvidence.verified_at.is_not(None)),
    )
    row = exists().where(
        SpellEvidence.spell_id == EmploymentSpell.id, SpellEvidence.import_row_id.is_not(None)
    )
    spell = EmploymentSpell
    return or_(spell.placement_id.is_not(None), spell.ended_on.is_not(None), other, ~row)


def _is_answered() -> ColumnElement[bool]:
    """Of duties: all but those that the word of a roster brought up and no end has answered."""
    spells = select(EmploymentSpell.id).where(~_is_more_than_told())
    told = Duty.spell_id.in_(spells), Duty.state == DutyState.CITY_TO_VERIFY, Duty.turns == 0
    return ~and_(*told)


COMPUTED = Touch(None)
TOUCHES: dict[str, Touch] = {
    "worker.merged_into_id": Touch(Sentence("有别的记录并到了这个人名下"), noun=N_("以前并过来的记录")),
    "user_account.worker_id": Touch(Sentence("已经有本人账号"), noun=N_("本人账号")),
    "account_slip.worker_id": Touch(Sentence("已经打过账号单"), noun=N_("账号单")),
    "placement.worker_id": Touch(Sentence("已经推荐过岗位"), noun=N_("推荐和上岗")),
    "passenger.worker_id": Touch(Sentence("已经编进出发的队伍"), noun=N_("出发的队伍")),
    "return_answer.worker_id": Touch(Sentence("已经在春节返乡返岗名单里"), noun=N_("春节返乡返岗")),
    "person_category.worker_id": Touch(
        Sentence("有人登记过这个人是哪一类人"), _is_said_by_somebody, noun=N_("人员类别")
    ),
    "employment_spell.worker_id": Touch(
        Sentence("已经登记过用工经历"), _is_more_than_told, noun=N_("用工经历")
    ),
    "newcomer.worker_id": Touch(Sentence("用工地或企业登记过这个人"), noun=N_("外地已登记的人")),
    "message.worker_id": Touch(Sentence("已经给本人发过通知"), noun=N_("给本人的通知")),
    "text_message.worker_id": Touch(Sentence("已经给本人发过短信"), noun=N_("发出的短信")),
    "contact_choice.worker_id": Touch(Sentence("本人说过怎么通知他"), noun=N_("怎么通知本人")),
    "match_adjustment.worker_id": Touch(Sentence("有人在安排里调整过这个人"), noun=N_("手工安排")),
    "enrolment.worker_id": Touch(Sentence("已经在培训班名单里"), _is_asked_or_listed, noun=N_("培训班")),
    "work_subsidy_line.worker_id": Touch(Sentence("已经列进补贴名单"), noun=N_("交通、稳岗补贴")),
    "entry_person.worker_id": Touch(Sentence("已经在协作台账的名单里"), noun=N_("协作台账的名单")),
    "certificate.worker_id": Touch(Sentence("已经有培训证书"), noun=N_("证书")),
    "settlement_case.worker_id": Touch(Sentence("已经在办落户"), noun=N_("落户申请")),
    "settlement_document.worker_id": Touch(Sentence("已经交过落户材料"), noun=N_("落户材料")),
    "person_fact.worker_id": Touch(Sentence("已经登记过落户凭据"), noun=N_("落户凭据")),
    "card_acknowledgement.worker_id": Touch(Sentence("已经对过岗位明白卡"), noun=N_("对过的明白卡")),
    "own_word.worker_id": Touch(Sentence("本人在手机上说过自己的情况"), noun=N_("本人自己说的")),
    "job_preference.worker_id": Touch(Sentence("已经说过最想干的活"), noun=N_("最想干的活")),
    "consent.worker_id": Touch(Sentence("本人已经同意过把资料给企业"), noun=N_("本人的同意")),
    "roster_line.worker_id": Touch(Sentence("已经在月度花名册上"), noun=N_("月度花名册")),
    "duty.worker_id": Touch(Sentence("正在核实就业状态"), _is_answered, noun=N_("就业状态的核实")),
    "difference.worker_id": COMPUTED,
    "retained_identity.worker_id": Touch(Sentence("资料已经清除过"), noun=N_("按法律封存的身份")),
    "problem.worker_id": Touch(Sentence("已经反映过问题"), noun=N_("反映的问题")),
    "round_call.worker_id": COMPUTED,
    "name_key.worker_id": COMPUTED,
    "name_waiting.worker_id": COMPUTED,
    "match_run.worker_id": COMPUTED,
    "match_pair.worker_id": COMPUTED,
    "match_left_out.worker_id": COMPUTED,
    "settlement_outlook.worker_id": COMPUTED,
}
DECIDED = Sentence("已经判定过是否重复，要撤销请先撤回判定")


def references() -> list[Column[Any]]:
    """Every column, of whatever table, that points at a person, but for the imports' own."""
    person = Worker.__table__.c.id
    return [
        key.parent
        for table in Base.metadata.sorted_tables
        if table.name not in OWN_TABLES
        for key in table.foreign_keys
        if key.references(person.table)
    ]


@looks_everywhere_for("whether any act of anybody, of whatever county, concerns a person")
def touched(session: Session, people: Select[Any]) -> dict[int, Sentence]:
    """Whom of ``people`` (a statement of their ids) somebody touched, and how: one reason for each."""
    reasons: dict[int, Sentence] = {}
    for column in references():
        touch = TOUCHES[str(column)]
        if touch.reason is not None:
            ids = session.scalars(select(column).where(column.in_(people), touch.is_done()).distinct())
            for number in ids:
                reasons.setdefault(number, touch.reason)
    for number in _decided(session, people):
        reasons.setdefault(number, DECIDED)
    return reasons


def _decided(session: Session, people: Select[Any]) -> Iterator[int]:
    for side in (Duplicate.worker_id, Duplicate.other_id):
        yield from session.scalars(
            select(side).where(Duplicate.state != DuplicateState.OPEN, side.in_(people))
        )


@looks_everywhere_for("what was computed about a person goes with them, wherever it lies")
def delete_computed(session: Session, ids: list[int]) -> None:
    """Delete what was computed about people whom nobody touched."""
    spells = select(EmploymentSpell.id).where(EmploymentSpell.worker_id.in_(ids), ~_is_more_than_told())
    session.execute(delete(SpellEvidence).where(SpellEvidence.spell_id.in_(spells)))
    for column in references():
        rows = column.in_(ids)
        if column.table.name == "match_run":
            runs = select(column.table.c.id).where(rows)
            for table in Base.metadata.sorted_tables:
                for key in table.foreign_keys:
                    if key.references(column.table) and key.ondelete == "CASCADE":
                        session.execute(delete(table).where(key.parent.in_(runs)))
        touch = TOUCHES[str(column)]
        if touch.reason is None or touch.is_done is not true:
            session.execute(delete(column.table).where(rows))
