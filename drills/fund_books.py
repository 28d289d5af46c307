"""A million random steps of the cooperation's money, on either database: the books drift by no fen.

``make drill-funds`` (OPERATIONS=1000000): money comes, is allocated, taken back, paid, reversed, accepted,
paid as a subsidy and taken back, with sums from nothing to more than there is. Beside the ledger plain Python
keeps the same books; balances, legs and Python agree at the end, balances and Python at every ten-thousandth
step.
"""

import argparse
import random
import tempfile
import time
from collections import defaultdict
from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import config
from app import create_app
from app.kit.web.extensions import db
from models.access import SYSTEM
from models.base import Base
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
        if number % 10_000 == 0 and (faults := books.faults(with_legs=False)):
            raise SystemExit("\n".join(faults))
    session.commit()
    return books, time.monotonic() - began


def main() -> int:
    """Run the drill; exit status 1 for any drift."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = {**config.load(), "DATABASE_URL": f"sqlite:///{Path(folder) / 'books.db'}"}
        application = create_app(settings)
        with application.app_context():
            Base.metadata.create_all(db.engine)
            prepare(db.session)
            books, seconds = run(db.session, given.operations, given.seed)
            faults = books.faults()
            postings = db.session.scalar(select(func.count()).select_from(FundPosting))
    print(
        f"{given.operations:,} steps: {books.done:,} taken, {books.refused:,} refused as they must be, "
        f"{postings:,} postings, {seconds:,.0f} s; drift 0 fen"
        if not faults
        else "\n".join(faults)
    )
    return 1 if faults else 0


def prepare(session: Session) -> None:
    """The facts that the ledger asks for."""
    from app.commands.reference_load import load_all

    load_all(session)
    session.info.clear()
    session.commit()


if __name__ == "__main__":
    raise SystemExit(main())
