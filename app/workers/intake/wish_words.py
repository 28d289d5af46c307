"""Words among the wishes that name no job: settled once, they answer for everybody who said them."""

import re
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from app.kit.files.cells.wages import parse_wage
from app.kit.vocabulary.queries import LONGEST, key_of
from app.workers.intake.unknown_words import unit_of
from app.workers.operations import fill_unknown, update_worker, value_of
from models.access import Actor, Permission, visible_to
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.worker import Worker
from models.reference.wish_word import WishMeaning, WishWord, words_of
from models.workflow import IllegalTransition, TransitionRefused

M = WishMeaning
NO_AMOUNT = Sentence("请写每月最低多少元，例如 4500。")
ALREADY = Sentence("“%(word)s”已经认过了，要改先撤回。")
_HINTS = (
    (M.NO_NIGHT, re.compile(r"(不|莫得|没得|没有|不上|不要|不值).{0,3}(夜班|夜|晚班)")),
    (M.ANYTHING, re.compile(r"随便|随意|都行|都可以|都要得|啥子都|什么都|不挑|服从")),
    (M.HOME_COUNTY, re.compile(r"远门|本县|县内|县城|家附近|附近|在家|老家|本地|就近")),
    (M.HOME_PROVINCE, re.compile(r"省内|本省|不出省|四川|成都|贵州|云南|广西")),
)


def guess(word: str) -> tuple[WishMeaning, int | None] | None:
    """What a word seems to say; a person decides."""
    for meaning, pattern in _HINTS:
        if pattern.search(word):
            return meaning, None
    yuan = parse_wage(word).value if any(sign.isdigit() for sign in word) else None
    return (M.WAGE_FLOOR, yuan) if yuan else None


def settle(
    session: Session, actor: Actor, word: str, meaning: WishMeaning, yuan: int | None, now: datetime
) -> tuple[WishWord, int]:
    """Note what ``word`` says, and answer with it for everybody who said it, where nobody has answered.

    Returns the word and for how many it answered. Raises TransitionRefused for a wage without a sum,
    or a word that is settled.
    """
    word, unit = key_of(word)[:LONGEST], unit_of(actor)
    if meaning is M.WAGE_FLOOR and not yuan:
        raise TransitionRefused(NO_AMOUNT)
    if any(one.word == word for one in words_of(session, unit)):
        raise TransitionRefused(Sentence(ALREADY.text, {"word": word}))
    row = WishWord(
        word=word,
        unit=unit,
        meaning=meaning,
        amount_yuan=yuan if meaning is M.WAGE_FLOOR else None,
        user_id=actor.user_id,
        said_at=now,
    )
    session.add(row)
    session.flush()
    record(session, actor, EventTag.WORD_SAY, row, kind=meaning.value, name=word)
    return row, fill(session, actor, row, now)


def fill(session: Session, actor: Actor, row: WishWord, now: datetime) -> int:
    """Answer with a settled word for those who said it and whom nobody has asked; how many that were.

    Those who came into the register later are answered for by calling it again.
    """
    filled = list(row.filled)
    before = len(filled)
    for worker in said_by(session, actor, row.word) if row.fills else ():
        fields, _kept = fill_unknown(session, actor, worker, row.fills, now)
        filled += [[worker.id, name] for name in fields]
    row.filled = filled
    return len(filled) - before


def withdraw(session: Session, actor: Actor, row: WishWord, now: datetime) -> int:
    """Let a word say nothing again; what it answered becomes unknown, but for what was changed since."""
    if row.withdrawn_at is not None:
        raise IllegalTransition("withdraw")
    statement = select(Worker).where(Worker.id.in_({number for number, _name in row.filled}))
    people = {
        worker.id: worker
        for worker in session.scalars(visible_to(actor, statement, Worker, Permission.WORKER_WRITE))
    }
    emptied = 0
    for number, name in row.filled:
        worker = people.get(number)
        if worker is not None and value_of(worker, name) == row.fills.get(name):
            emptied += bool(update_worker(session, actor, worker, {name: None}, now))
    row.withdrawn_at, row.filled = now, []
    record(session, actor, EventTag.WORD_WITHDRAW, row, kind=row.meaning.value, name=row.word)
    return emptied


def said_by(session: Session, actor: Actor, word: str) -> Iterator[Worker]:
    """The people of the register who wrote ``word`` among their wishes."""
    statement = select(Worker).where(cast(Worker.wishes, Text) != "[]", Worker.merged_into_id.is_(None))
    for worker in session.scalars(visible_to(actor, statement, Worker, Permission.WORKER_WRITE)):
        if any(key_of(wish) == word for wish in worker.wishes or ()):
            yield worker
