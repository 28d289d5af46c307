"""What a rule of the database means to people: the reason why a row was not written."""

import re
from collections.abc import Iterator

from sqlalchemy import CheckConstraint, Table, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from models.base import Base
from models.i18n import Sentence

# The words of SQLite and of PostgreSQL.
UNIQUE = re.compile("unique constraint", re.IGNORECASE)
CHECK = re.compile("check constraint", re.IGNORECASE)
FOREIGN = re.compile("foreign key constraint", re.IGNORECASE)
NOTHING_WRITTEN = re.compile("not.null constraint", re.IGNORECASE)
# The number of a row, as SQLite names its column and as PostgreSQL quotes it ("Key (id)=(7) already exists").
OWN_NUMBER = re.compile(r"failed: \w+\.id\s*$|\(id\)=\(\d+\) already exists")
# PostgreSQL may speak the language of its country; its codes do not.
KINDS = {"23505": "unique", "23514": "check", "23503": "foreign key", "23502": "not-null"}

TAKEN = Sentence("同样的一条已经登记过，没有再登记一次。")
OUT_OF_RANGE = Sentence("有一个数不在允许的范围里，没有写进去。请核对人数、日期和金额。")
GONE = Sentence("用到的一条记录已经不在了，没有写进去。请重新选一次。")

REASONS = {
    "agreement_signature.agreement_id.party": Sentence("这一方已经签过字，不用再签。"),
    "certificate.number": Sentence("这个证书编号已经用过，请核对编号。"),
    "claim.cohort_id": Sentence("这个班已经申报过，一个班只申报一次。"),
    "claim_line.claim_id.enrolment_id.scheme": Sentence("这名学员在这次申报里已经有这一项。"),
    "claim_line.payment_key": Sentence("这个人今年这一项补贴已经由另一个班申报，不能再报一次。"),
    "cohort.number": Sentence("这个班号已经用过，请再申请一次。"),
    "enrolment.active_digest": Sentence("这个人已经在另一个班里，一个人同一时间只能在一个班。"),
    "enrolment.cohort_id.worker_id": Sentence("这个人已经在这个班的名单里。"),
    "household.county_code.code": Sentence("这个户编号本县已经有了，请核对户编号。"),
    "lesson.cohort_id.held_on.starts": Sentence("这个班这一天的这个时间已经有一节课。"),
    "occupation.code": Sentence("这个工种代码已经有了。"),
    "organisation.credit_code": Sentence("这个统一社会信用代码已经登记过，请在单位列表里找。"),
    "placement.active_digest": Sentence("这个人已经被别的岗位录用，一个人同一时间只能有一个岗位。"),
    "placement.order_id.worker_id.attempt": Sentence("这个人已经推荐给这个岗位。"),
    "settlement_case.active_digest": Sentence("这个人已经有一件正在办的落户申请。"),
    "settlement_quota.city_code.route.year": Sentence("这个城市这条路径这一年的指标已经登记过。"),
    "settlement_rule.city_code.route.version_number": Sentence("这个城市这条路径已经有这个版本。"),
    "training_bid.order_id.school_id": Sentence("你们学校已经报过名，请改那一份。"),
    "user_account.username": Sentence("这个登录名已经有人用，请换一个。"),
    "worker.id_digest": Sentence("这个身份证号已经登记过，请核对号码。"),
    "cohort.seats": Sentence("这个班的名额已经满了。"),
    "job_order.headcount": Sentence("招聘人数至少是 1。"),
    "job_order.places": Sentence("这个岗位的名额已经满了。"),
    "job_order.reserved": Sentence("这个岗位的名额已经满了，或已留给培训班。"),
    "settlement_quota.places": Sentence("这一年的入户指标已经用完。"),
    "training_order.headcount": Sentence("培训人数至少是 1。"),
}


def told_of(problem: IntegrityError) -> str:
    """The driver's words, with kind and name of the rule as an English server would say them."""
    code, place = getattr(problem.orig, "sqlstate", None), getattr(problem.orig, "diag", None)
    named = f' {KINDS[code]} constraint "{getattr(place, "constraint_name", "")}"' if code in KINDS else ""
    return f"{problem.orig}{named}"


def reason_of(problem: IntegrityError) -> Sentence:
    """Why the database did not take the row, in the words of the rule it broke."""
    told = told_of(problem)
    name = broken_rule(told)
    if name in REASONS:
        return REASONS[name]
    return TAKEN if UNIQUE.search(told) else OUT_OF_RANGE if CHECK.search(told) else GONE


def breaks(problem: IntegrityError, *names: str) -> bool:
    """Whether it is one of these rules that was broken, named as in REASONS.

    Whoever answers a race asks first: another rule is another story.
    """
    return broken_rule(told_of(problem)) in names


def is_still_used(problem: IntegrityError) -> bool:
    """Whether a row was to go that another row points at, or one that is gone was pointed at."""
    return FOREIGN.search(told_of(problem)) is not None


def is_ours(problem: IntegrityError) -> bool:
    """Whether it is our own mistake: an empty column, or a number that the database drew twice."""
    told = told_of(problem)
    return bool(NOTHING_WRITTEN.search(told) or OWN_NUMBER.search(told))


def broken_rule(told: str) -> str:
    """Table and columns, or table and name, of the rule that was broken; "" for none of ours."""
    return next((rule for rule, spellings in rules() if any(spelling in told for spelling in spellings)), "")


def rules() -> Iterator[tuple[str, list[str]]]:
    """Every rule of the tables, the longest first, and how the two databases name it."""
    named = (one for table in Base.metadata.tables.values() for one in _rules_of(table))
    return iter(sorted(named, key=lambda rule: -len(rule[0])))


def _rules_of(table: Table) -> Iterator[tuple[str, list[str]]]:
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            columns = [column.name for column in constraint.columns]
            yield _rule(table, columns, str(constraint.name))
        elif isinstance(constraint, CheckConstraint):
            name = str(constraint.name)
            yield f"{table.name}.{name.removeprefix(f'ck_{table.name}_')}", [name]
    for index in table.indexes:
        if index.unique:
            yield _rule(table, [column.name for column in index.columns], str(index.name))


def _rule(table: Table, columns: list[str], name: str) -> tuple[str, list[str]]:
    in_sqlite = ", ".join(f"{table.name}.{column}" for column in columns)
    return ".".join([table.name, *columns]), [f"failed: {in_sqlite}", f'"{name}"', f"'{name}'"]
