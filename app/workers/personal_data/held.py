"""All that is held about a person: which rows, what each is called, and what of it an erasure takes.

Every column that points at a person, or at a row that does, is declared here, and so is what becomes of each
text, picture and record in those tables (a test holds it): whole records are handed out and erased by this
list, and a new column cannot be forgotten.
"""

from typing import Any, NamedTuple

from sqlalchemy import JSON, Column, Table, delete, select, update
from sqlalchemy.orm import Session

from app.workers.intake.touches import OWN_TABLES, references
from models.base import Base
from models.i18n import N_
from models.people.worker import Worker, records_of
from models.types import EnumText, UTCDateTime


class Held(NamedTuple):
    """Rows that a column leads to. ``wiped``: columns that an erasure empties; ``goes``: the whole row."""

    noun: str
    wiped: tuple[str, ...] = ()
    goes: bool = False


REGISTER = N_("劳动力台账")
HELD: dict[str, Held] = {
    "worker.merged_into_id": Held(REGISTER),
    "user_account.worker_id": Held(N_("本人账号"), ("totp_secret",)),
    "account_slip.worker_id": Held(N_("账号单"), goes=True),
    "duplicate.worker_id": Held(N_("重复判定"), ("undo",)),
    "duplicate.other_id": Held(N_("重复判定"), ("undo",)),
    "import_row.worker_id": Held(
        N_("导入的行"), ("payload", "changes", "errors", "doubts", "id_digest", "household_code")
    ),
    "round_call.worker_id": Held(N_("打过的电话"), goes=True),
    "name_key.worker_id": Held(N_("姓名的检索词"), goes=True),
    "name_waiting.worker_id": Held(N_("姓名的检索词")),
    "match_run.worker_id": Held(N_("匹配")),
    "match_pair.worker_id": Held(N_("匹配结果"), goes=True),
    "match_left_out.worker_id": Held(N_("没有匹配上的原因"), goes=True),
    "match_adjustment.worker_id": Held(N_("手工安排"), ("reason",)),
    "placement.worker_id": Held(N_("推荐和上岗"), ("leave_note",)),
    "consent.worker_id": Held(N_("本人的同意")),
    "card_acknowledgement.worker_id": Held(N_("对过的明白卡"), ("question",)),
    "own_word.worker_id": Held(N_("本人自己说的"), goes=True),
    "job_preference.worker_id": Held(N_("最想干的活"), goes=True),
    "retained_identity.worker_id": Held(N_("按法律封存的身份")),
    "passenger.worker_id": Held(N_("出发的队伍"), ("emergency_contact", "left_reason")),
    "return_answer.worker_id": Held(N_("春节返乡返岗"), ("note",)),
    "person_category.worker_id": Held(N_("人员类别"), ("source",)),
    "follow_up.placement_id": Held(N_("回访"), ("evidence_note", "trouble", "call_note")),
    "evidence_paper.follow_up_id": Held(N_("回访凭据"), goes=True),
    "employment_spell.worker_id": Held(N_("用工经历"), ("end_note", "overlap_reason")),
    "spell_evidence.spell_id": Held(N_("用工凭据"), ("note",)),
    "evidence_paper.spell_evidence_id": Held(N_("用工凭据"), goes=True),
    "newcomer.worker_id": Held(N_("外地已登记的人"), goes=True),
    "interview.placement_id": Held(N_("面试"), ("contact", "cancel_reason")),
    "difference.worker_id": Held(N_("两头对不上的地方"), ("reason", "employer_name", "other_name")),
    "duty.worker_id": Held(N_("就业状态的核实"), ("reason", "employer_name")),
    "roster_line.worker_id": Held(N_("月度花名册"), ("note", "verdict_note", "employer_name")),
    "message.worker_id": Held(N_("给本人的通知"), goes=True),
    "problem.worker_id": Held(N_("反映的问题"), ("words", "closed_words", "inspection_number")),
    "problem_note.problem_id": Held(N_("问题办理记录"), goes=True),
    "problem_file.problem_id": Held(N_("随问题发来的照片和录音"), goes=True),
    "first_call.placement_id": Held(N_("头两周的电话"), ("note",)),
    "early_warning.placement_id": Held(N_("要打电话关心的提示"), goes=True),
    "warning_call.placement_id": Held(N_("关心电话"), ("note", "signals")),
    "text_message.worker_id": Held(N_("发出的短信"), goes=True),
    "contact_choice.worker_id": Held(N_("怎么通知本人"), goes=True),
    "work_subsidy_line.worker_id": Held(N_("交通、稳岗补贴")),
    "work_subsidy_recovery.line_id": Held(N_("交通、稳岗补贴的追回")),
    "entry_person.worker_id": Held(N_("协作台账的名单")),
    "enrolment.worker_id": Held(N_("培训班"), ("outcome_note",)),
    "attendance.enrolment_id": Held(N_("考勤"), ("device", "note", "corrections")),
    "standard_decision.enrolment_id": Held(N_("待核标准的认定"), ("reason",)),
    "agreement_breach.enrolment_id": Held(N_("违约记录")),
    "certificate.worker_id": Held(N_("证书"), ("revoked_reason",)),
    "claim_line.enrolment_id": Held(N_("补贴明细")),
    "ledger_entry.line_id": Held(N_("拨付记录")),
    "recovery.line_id": Held(N_("追回")),
    "settlement_case.worker_id": Held(N_("落户申请"), ("priority_basis", "decision_reason", "permit_number")),
    "case_step.case_id": Held(N_("落户办理经过"), ("reason",)),
    "family_member.case_id": Held(N_("一起落户的家人"), goes=True),
    "points_list_row.case_id": Held(N_("积分名单")),
    "settlement_follow_up.case_id": Held(N_("落户回访"), ("trouble",)),
    "settlement_document.worker_id": Held(N_("落户材料"), ("content", "refused_reason", "digest")),
    "person_fact.worker_id": Held(N_("落户凭据"), goes=True),
    "settlement_outlook.worker_id": Held(N_("落户前景"), goes=True),
}
# Second ways to rows that are held already, and rows that only name the run or the list in which they stand.
OTHER_WAYS = frozenset(
    {
        "arrival.worker_id",
        "match_adjustment.run_id",
        "match_adjustment.kept_from_id",
        "match_group.run_id",
        "match_left_out.run_id",
        "match_pair.run_id",
        "placement.run_id",
        "passenger.placement_id",
        "return_answer.placement_id",
        "message.placement_id",
        "text_message.message_id",
        "consent.placement_id",
        "employment_spell.placement_id",
        "spell_evidence.follow_up_id",
        "spell_evidence.import_row_id",
        "newcomer.spell_id",
        "work_subsidy_line.spell_id",
        "card_acknowledgement.placement_id",
        "enrolment.placement_id",
        "enrolment.moved_from_id",
        "certificate.enrolment_id",
        "settlement_document.case_id",
        "settlement_document.reused_from_id",
        "person_fact.document_id",
        "recovery.entry_id",
        "problem.placement_id",
        "first_call.problem_id",
        "warning_call.problem_id",
        "difference.line_id",
        "difference.spell_id",
        "difference.changed_spell_id",
        "duty.spell_id",
        "roster_line.spell_id",
    }
)
# What an erasure leaves, since it tells nobody who it was: codes, kinds, sums, what the law keeps (for money
# 会计档案管理办法 14条, see retention.py), what keeps somebody from being paid twice.
STAYS = frozenset(
    {
        *("county_code", "township_code", "city_code", "kind", "media_type", "channel", "locale", "number"),
        *("difference.open_key", "difference.subject_key", "difference.other_county", "duty.city_code"),
        *("consent.text", "retained_identity.sealed", "retained_identity.law"),
        *("user_account.username", "user_account.name", "user_account.password_hash"),
        *("duplicate.reasons", "import_row.sheet", "import_row.matches", "import_row.kinds"),
        *("match_run.settings", "match_run.card_version", "match_run.card", "match_run.input_digest"),
        *("match_run.summary", "placement.factors", "placement.told_terms", "placement.active_digest"),
        *("employment_spell.employer_name", "employment_spell.place_code"),
        *("card_acknowledgement.terms", "card_acknowledgement.points"),
        *("enrolment.reasons", "enrolment.active_digest", "enrolment.trained_key"),
        *("standard_decision.decided_by_name", "agreement_breach.reason", "agreement_breach.answer"),
        *("certificate.token", "certificate.issuer", "certificate.occupation_code"),
        *("certificate.occupation_name", "certificate.skill", "certificate.profile_name"),
        *("claim_line.basis", "claim_line.refused", "claim_line.refused_params", "claim_line.payment_key"),
        *("work_subsidy_line.payment_key", "work_subsidy_recovery.reason", "work_subsidy_recovery.voucher"),
        *("problem.inspection_office",),
        *("ledger_entry.payee", "ledger_entry.voucher", "recovery.reason"),
        *(
            "points_list_row.name",
            "points_list_row.ranked_by",
            "interview.place",
            "passenger.seat",
            "person_category.category",
            "settlement_case.active_digest",
            "settlement_case.evaluation",
        ),
    }
)
# Never handed out: secrets, marks that only the program reads, what is another person's.
UNTOLD = frozenset({"token", "undo", "other_id", "version"})
SECRET, MARKS = ("password", "totp_"), ("digest", "_key", "password")


def noun_of(table: str) -> str:
    """What the rows of a table are called."""
    return next((held.noun for name, held in HELD.items() if name.startswith(f"{table}.")), REGISTER)


def _column(name: str) -> Column[Any]:
    table, _dot, column = name.partition(".")
    return Base.metadata.tables[table].c[column]


def ways() -> list[Column[Any]]:
    """Every column that points at a person or at a row that is held; what must be declared."""
    person = {str(column) for column in references()} | {
        str(key.parent)
        for table in OWN_TABLES
        for key in Base.metadata.tables[table].foreign_keys
        if key.column.table is Worker.__table__
    }
    known = {_column(name).table for name in HELD} - {Worker.__table__, Base.metadata.tables["user_account"]}
    return [
        key.parent
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if str(key.parent) in person or key.column.table in known
    ]


def rows_of(worker_id: int, name: str) -> Any:
    """The condition for the rows that the column ``name`` leads to."""
    column = _column(name)
    (key,) = column.foreign_keys
    parent = key.column.table
    if parent is Worker.__table__:
        return column.in_(records_of(worker_id))
    ways_up = [other for other in HELD if _column(other).table is parent]
    return column.in_(select(parent.c.id).where(rows_of(worker_id, ways_up[0])))


def told(session: Session, worker: Worker) -> dict[str, list[dict[str, Any]]]:
    """All rows held about ``worker``, by table: every column but secrets and marks, accounts by name."""
    rows = {"worker": _read(session, Worker.__table__, Worker.id.in_(records_of(worker.id)))}
    for name in HELD:
        table = _column(name).table
        if table is not Worker.__table__:
            more = _read(session, table, rows_of(worker.id, name))
            rows.setdefault(table.name, []).extend(more)
    return {table: found for table, found in rows.items() if found}


def _read(session: Session, table: Any, condition: Any) -> list[dict[str, Any]]:
    names = {key.parent.name for key in table.foreign_keys if key.column.table.name == "user_account"}
    columns = [column for column in table.columns if _is_told(column)]
    account = Base.metadata.tables["user_account"]
    wanted = [
        select(account.c.name).where(account.c.id == column).scalar_subquery().label(column.name)
        if column.name in names
        else column
        for column in columns
    ]
    statement = select(*wanted).where(condition).order_by(*table.primary_key)
    return [dict(row) for row in session.execute(statement).mappings()]


def _is_told(column: Column[Any]) -> bool:
    name = column.name
    return name not in UNTOLD and not name.startswith(SECRET) and not name.endswith(MARKS)


def wipe(session: Session, worker_id: int) -> None:
    """Empty, or take away, what tells who a person is, in every table but the register's own."""
    for name, held in reversed(HELD.items()):  # what hangs on a row goes before the row
        column = _column(name)
        if held.goes:
            session.execute(delete(column.table).where(rows_of(worker_id, name)))
        elif held.wiped:
            blank = {one: _blank(column.table.c[one]) for one in held.wiped}
            session.execute(update(column.table).where(rows_of(worker_id, name)).values(blank))


def _blank(column: Column[Any]) -> Any:
    if column.nullable:
        return None
    if isinstance(column.type, JSON) or isinstance(getattr(column.type, "impl", None), JSON):
        return column.default.arg(None) if column.default is not None else {}  # type: ignore[attr-defined]
    return ""


def free_columns(table: Table) -> list[Column[Any]]:
    """The columns of a table in which anything at all may be written: texts, records, files."""
    return [
        column
        for column in table.columns
        if not column.foreign_keys
        and not isinstance(column.type, EnumText | UTCDateTime)
        and column.type.python_type in (str, bytes, dict, list, object)
    ]
