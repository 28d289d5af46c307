"""How long what is kept, by which law. [待核]: read from memory, to be held against the law's text.

What is not named here is kept until its purpose is reached or the person wants it erased (个人信息保护法 19、
47条).
"""

import enum
from datetime import date
from typing import NamedTuple

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Recorded
from models.i18n import N_
from models.reference.calendar import months_after
from models.types import EncryptedJSON, EnumText


class Kept(enum.StrEnum):
    """What has a time of its own."""

    PAID = "paid_identity"
    EXPORT = "export_file"
    ROSTER = "roster_rows"
    MESSAGE = "messages"


class Retention(NamedTuple):
    """``months`` from the end of the year of the act where ``from_year_end``, else from the act itself."""

    what: str
    law: str
    months: int
    from_year_end: bool = False
    is_checked: bool = False


RETENTIONS = {
    Kept.PAID: Retention(
        N_("拨付过补贴的人的姓名和证件号码"),
        N_("会计档案管理办法（财政部、国家档案局令第 79 号）14 条和附表：会计凭证 30 年（待核）"),
        30 * 12,
        from_year_end=True,
    ),
    Kept.ROSTER: Retention(
        N_("导入的花名册原来写的内容"),
        N_("个人信息保护法 55、56 条：处理情况记录至少 3 年（待核）"),
        36,
    ),
    Kept.MESSAGE: Retention(
        N_("给本人的通知"), N_("个人信息保护法 55、56 条：处理情况记录至少 3 年（待核）"), 36
    ),
    Kept.EXPORT: Retention(N_("导出的花名册文件"), N_("个人信息保护法 19 条：最短时间，平台定为 1 个月"), 1),
}
RETENTION_LABELS = {kept: retention.what for kept, retention in RETENTIONS.items()}


def keep_until(kept: Kept, since: date) -> date:
    """The last day on which what happened on ``since`` is kept."""
    retention = RETENTIONS[kept]
    return months_after(date(since.year, 12, 31) if retention.from_year_end else since, retention.months)


def kept_since(kept: Kept, today: date) -> date:
    """What happened before this day is not kept any more ``today``."""
    return months_after(today, -RETENTIONS[kept].months)


class RetainedIdentity(Recorded, Base):
    """Name and number of somebody who was erased but was paid: sealed, used for nothing until the law's time
    is over (个人信息保护法 47条: 停止除存储和采取必要的安全保护措施之外的处理)."""

    __tablename__ = "retained_identity"

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), unique=True)
    kept: Mapped[Kept] = mapped_column(EnumText(Kept))
    sealed: Mapped[dict[str, str]] = mapped_column(EncryptedJSON("retained_identity.sealed"))
    keep_until: Mapped[date]
    law: Mapped[str] = mapped_column(String(200))
