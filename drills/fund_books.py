"""Random steps of the cooperation's money, on either database: the books drift by no fen.

10,000 of them; ``OPERATIONS`` names another number (``make drill-funds``: a million). Money comes, is
allocated, taken back, paid, reversed, accepted, paid as a subsidy and taken back, with sums from nothing to
more than there is. Beside the ledger plain Python keeps the same books; balances, legs and Python agree at
the end, balances and Python at every thousandth step.
"""

import os
import random
import sys
import time
from collections import defaultdict
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.web.extensions import db
from drills.figures import Figure, main, size
from models.access import SYSTEM
from models.cooperation.fund import (
    FundAccount,
    FundItem,
    FundItemKind,
    FundPosting,
    FundPurpose,
    FundSource,
    FundStage,
    FundStep,
)
from models.cooperation.fund_ledger import MOVES, WITHOUT_ITEM, Movement, drift, post
from models.workflow import TransitionRefused
from tests.factories import stage

DAY = date(2016, 12, 28)
ITEMS = 3


class Books:
    """The ledger of one county, and the same books in plain Python beside it."""

    def __init__(self, session: Session, county: str, city: str) -> None:
        self.session, self.county, self.city = session, county, city
        self.plain: dict[tuple[FundStage, int | None], int] = defaultdict(int)
        self.done = self.refused = 0
        self.items = [
            FundItem(
                county_code=county,
                year=2016,
                kind=FundItemKind.PROJECT,
                purpose=FundPurpose.PROJECT,
                name=f"项目{number}",
            )
            for number in range(ITEMS)
        ]
        session.add_all(self.items)
        session.flush()
        self.numbers = [item.id for item in self.items]

    def attempt(self, step: FundStep, place: int, fen: int) -> None:
        """Take a step if it can be taken; Python knows by itself whether it can."""
        item = None if step is FundStep.APPROPRIATE else self.items[place % ITEMS]
        giver, receiver = (self._key(stage, item) for stage in MOVES[step][:2])
        is_whole = step not in (FundStep.APPROPRIATE, FundStep.ALLOCATE) or fen % 10 == 0
        can = fen > 0 and is_whole and (giver[0] is FundStage.SOURCE or fen <= self.plain[giver])
        asked = Movement(step, self.county, 2016, fen, DAY, item, payer_code=self.city)
        try:
            post(self.session, SYSTEM, asked)
        except TransitionRefused:
            if can:
                raise AssertionError(f"refused: {asked}") from None
            self.refused += 1
            return
        if not can:
            raise AssertionError(f"taken: {asked}")
        self.plain[giver] -= fen
        self.plain[receiver] += fen
        self.done += 1

    @staticmethod
    def _key(stage: FundStage, item: FundItem | None) -> tuple[FundStage, int | None]:
        return stage, None if stage in WITHOUT_ITEM or item is None else item.id

    def faults(self, with_legs: bool = True) -> list[str]:
        """What is wrong, a line each: with the legs, with Python's books, with the proportion."""
        self.session.flush()
        faults = drift(self.session) if with_legs else []
        balances: dict[tuple[FundStage, int | None], dict[FundSource, int]] = defaultdict(dict)
        rows = select(FundAccount).where(FundAccount.county_code == self.county)
        for account in self.session.scalars(rows):
            balances[account.stage, account.item_id][account.source] = account.balance_fen
        for place, expected in self.plain.items():
            total = sum(balances[place].values())
            if total != expected:
                faults.append(f"{place}: {total} fen, in plain Python {expected}")
        whole = {source: -balances[FundStage.SOURCE, None].get(source, 0) for source in FundSource}
        if whole[FundSource.PROVINCE] * 7 != whole[FundSource.CITY] * 3:
            faults.append(f"what came is not 3 : 7: {whole}")
        return faults


def run(session: Session, operations: int, seed: int) -> tuple[Books, float]:
    """``operations`` random steps, committed by the hundred; the seconds they took."""
    chance, began = random.Random(seed), time.monotonic()
    books = Books(session, "513431", "440600")
    steps = list(FundStep)
    for number in range(1, operations + 1):
        step = chance.choice(steps)
        most = 10_000_000 if step is FundStep.APPROPRIATE else 100_000
        fen = chance.randrange(-10, most)
        if step in (FundStep.APPROPRIATE, FundStep.ALLOCATE) and chance.random() < 0.95:
            fen -= fen % 10
        books.attempt(step, chance.randrange(ITEMS), fen)
        if number % 100 == 0:
            session.info.clear()  # the audit has a drill of its own (audit_size)
            session.commit()
            session.expunge_all()
            books.items = [session.get_one(FundItem, item_id) for item_id in books.numbers]
        if number % 1_000 == 0 and (faults := books.faults(with_legs=False)):
            raise SystemExit("\n".join(faults))
    session.commit()
    return books, time.monotonic() - began


def measure(database: str) -> list[Figure]:
    """Run the drill and count the drift."""
    app, _url = stage.set_up("fund_books")
    operations = int(os.environ.get("OPERATIONS") or size(10_000, 500))
    with app.app_context():
        books, seconds = run(db.session, operations, seed=1)
        faults = books.faults()
        postings = db.session.scalar(select(func.count()).select_from(FundPosting)) or 0
    told = "; ".join(faults[:3]) or "drift 0 fen"
    return [
        Figure(
            "money",
            f"{operations:,} random steps of the cooperation's money beside the same books in plain Python",
            "no fen of drift; taken and refused as plain Python says",
            f"{books.done:,} taken, {books.refused:,} refused as they must be, {postings:,} postings, "
            f"{seconds:,.0f} s; {told}",
            not faults and postings > 0,
            database,
        )
    ]


if __name__ == "__main__":
    sys.exit(main(measure))
