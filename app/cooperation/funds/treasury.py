"""The treasury's file: read, previewed, confirmed once, compared with our payments by voucher."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.bulk_upload import batches
from app.kit.files.bulk_upload.layout import Heading, Layout
from app.kit.files.bulk_upload.reading import Reading, Sent
from app.kit.files.bulk_upload.reading import read as read_sheet
from app.kit.files.cells.amounts import Misread, exact_number
from app.kit.files.cells.cell import BadCell, Parsed, clean
from app.kit.files.cells.dates import parse_past
from app.kit.files.cells.measures import WAGE
from app.kit.files.spreadsheet import Cell
from models.access import Actor, Permission, visible_to
from models.audit import record
from models.cooperation.fund import FundPosting, FundStep
from models.cooperation.treasury import TreasuryBatch, TreasuryLine, TreasuryMatch
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.workflow import TransitionRefused

MOST_ROWS = 5000
LAYOUT = Layout(
    (
        Heading("paid_on", N_("支付日期"), ("日期", "支付时间", "记账日期"), 12, N_("例如 2017-05-03")),
        Heading("voucher", N_("凭证号"), ("凭证编号", "支付凭证号", "支付令号"), 18),
        Heading("amount", N_("金额（元）"), ("金额", "支付金额", "发生额"), 14, N_("退回的钱写负数")),
    ),
    frozenset({"paid_on", "voucher", "amount"}),
    MOST_ROWS,
    no_field=(Heading("payee", N_("收款人"), ("收款单位", "收款人全称", "摘要", "用途")),),
)
NOTHING_GOOD = Sentence("这个文件里没有能用的行。")
SOME_REJECTED = Sentence("还有退回的行。请改好再上传，或勾选“只导入能用的行”。")
TWICE, THERE = Sentence("这个凭证号在表里出现了两次。"), Sentence("这个凭证号已经导入过了。")


def parse_fen(cell: Cell) -> Parsed:
    """A sum in yuan, as fen; below nothing where money came back."""
    text = clean(cell)
    is_back = text.startswith(("-", "−", "－"))
    try:
        yuan = exact_number(text[1:] if is_back else cell, WAGE)
    except Misread as problem:
        raise BadCell(problem.sentence) from problem
    if yuan is None or yuan * 100 % 1 or not yuan:
        raise BadCell(
            Sentence("“%(text)s”不是金额，请写成 12345.67 这样的元，最多到分。", {"text": text[:20]})
        )
    return Parsed(str(int(yuan * Decimal(-100 if is_back else 100))))


def read(session: Session, county_code: str, sent: Sent, today: date) -> Reading:
    """Read a county's file and judge each row. Raises Unreadable."""
    readers: dict[str, Callable[[Cell], Parsed]] = {
        "paid_on": partial(parse_past, today=today),
        "amount": parse_fen,
    }
    reading = read_sheet(sent, LAYOUT, readers=readers)
    seen: set[str] = set()
    for line in reading.lines:
        for name in sorted(LAYOUT.must - line.cells.keys()):
            line.reject(LAYOUT.header_of(name), Sentence("请填写这一项。"))
    vouchers = [line.cells["voucher"] for line in reading.good]
    there = _imported(session, county_code, vouchers)
    for line in reading.good:
        voucher = line.cells["voucher"] = line.cells["voucher"][:60]
        if voucher in seen or voucher in there:
            line.reject(LAYOUT.header_of("voucher"), THERE if voucher in there else TWICE)
        seen.add(voucher)
        line.unread.clear()  # whom the money went to is not kept
    return reading


def _imported(session: Session, county_code: str, vouchers: list[str]) -> set[str]:
    there: set[str] = set()
    for start in range(0, len(vouchers), 500):
        rows = select(TreasuryLine.voucher).where(
            TreasuryLine.county_code == county_code, TreasuryLine.voucher.in_(vouchers[start : start + 500])
        )
        there |= set(session.scalars(rows))
    return there


def keep(session: Session, actor: Actor, county_code: str, filename: str, reading: Reading) -> TreasuryBatch:
    """Keep what was read until a person confirms it."""
    batch = batches.keep(
        session,
        TreasuryBatch(county_code=county_code, user_id=actor.user_id, filename=filename),
        reading,
    )
    record(session, actor, EventTag.TREASURY_UPLOAD, batch, rows=batch.good + batch.rejected)
    return batch


def confirm(session: Session, actor: Actor, batch: TreasuryBatch, only_good: bool, now: datetime) -> int:
    """Write the good rows down; how many. Raises TransitionRefused, the second time too."""
    if not batch.good:
        raise TransitionRefused(NOTHING_GOOD)
    if batch.rejected and not only_good:
        raise TransitionRefused(SOME_REJECTED)
    lines = batches.confirm_once(batch, now).good
    if _imported(session, batch.county_code, [line.cells["voucher"] for line in lines]):
        raise TransitionRefused(THERE)
    for line in lines:
        session.add(
            TreasuryLine(
                county_code=batch.county_code,
                paid_on=date.fromisoformat(line.cells["paid_on"]),
                voucher=line.cells["voucher"],
                amount_fen=int(line.cells["amount"]),
                batch_id=batch.id,
            )
        )
    session.flush()
    record(session, actor, EventTag.TREASURY_CONFIRM, batch, rows=len(lines))
    return len(lines)


@dataclass(frozen=True)
class Compared:
    """One voucher: what the treasury says, what we say, in fen; None where one is silent."""

    voucher: str
    paid_on: date
    theirs: int | None
    ours: int | None

    @property
    def match(self) -> TreasuryMatch:
        """How the two compare."""
        if self.ours is None:
            return TreasuryMatch.ONLY_TREASURY
        if self.theirs is None:
            return TreasuryMatch.ONLY_OURS
        return TreasuryMatch.SAME if self.ours == self.theirs else TreasuryMatch.OTHER_SUM


OUT = {FundStep.PAY: 1, FundStep.SUBSIDY: 1, FundStep.REVERSE: -1, FundStep.SUBSIDY_BACK: -1}


def compare(session: Session, actor: Actor, county_code: str, year: int) -> list[Compared]:
    """Every voucher of a calendar year, by day: what differs first."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    theirs: dict[str, int] = {}
    days: dict[str, date] = {}
    lines = select(TreasuryLine).where(
        TreasuryLine.county_code == county_code, TreasuryLine.paid_on.between(first, last)
    )
    for line in session.scalars(visible_to(actor, lines, TreasuryLine, Permission.FUND_READ)):
        theirs[line.voucher] = line.amount_fen
        days[line.voucher] = line.paid_on
    ours: dict[str, int] = defaultdict(int)
    rows = select(
        FundPosting.document, FundPosting.step, FundPosting.amount_fen, FundPosting.posted_on
    ).where(
        FundPosting.county_code == county_code,
        FundPosting.posted_on.between(first, last),
        FundPosting.step.in_(OUT),
    )
    for voucher, step, fen, day in session.execute(
        visible_to(actor, rows, FundPosting, Permission.FUND_READ)
    ):
        ours[voucher] += OUT[step] * fen
        days.setdefault(voucher, day)
    compared = [
        Compared(voucher, day, theirs.get(voucher), ours.get(voucher)) for voucher, day in days.items()
    ]
    return sorted(compared, key=lambda one: (one.match is TreasuryMatch.SAME, one.paid_on, one.voucher))


def counts(rows: list[Compared]) -> dict[TreasuryMatch, int]:
    """How many vouchers compare how."""
    told = dict.fromkeys(TreasuryMatch, 0)
    for one in rows:
        told[one.match] += 1
    return told
