"""What settles which difference, what it will do in words, and whether it can be taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.employment.difference import Difference, DifferenceKind, Resolution
from models.employment.roster import RosterLine
from models.employment.spell import EmploymentSpell
from models.i18n import N_, Sentence

R, K = Resolution, DifferenceKind
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Way:
    """One button. ``asks_reason``: it takes a few words of explanation; ``can_undo``: afterwards too."""

    resolution: Resolution
    button: str
    asks_reason: bool = False
    can_undo: bool = True
    tone: str = "quiet"


EXPLAIN = Way(R.EXPLAINED, N_("查明了，说明留底"), asks_reason=True)
WAYS: dict[DifferenceKind, tuple[Way, ...]] = {
    K.NOT_ON_ROSTER: (
        Way(R.LEFT, N_("已离开，登记离职"), tone="brand"),
        Way(R.STILL_THERE, N_("还在那里上班")),
    ),
    K.TWO_ROSTERS: (Way(R.MOVED, N_("换厂了，前一家登记离职"), tone="brand"), EXPLAIN),
    K.TWO_COUNTIES: (Way(R.SAME_SPELL, N_("是同一份工，去掉另一段"), can_undo=False, tone="brand"), EXPLAIN),
    K.INSURED_ELSEWHERE: (Way(R.BEGAN, N_("登记这段用工经历"), tone="brand"), EXPLAIN),
    K.WAGE_UNDER_TOLD: (EXPLAIN,),
}


def way_of(row: Difference, resolution: str) -> Way | None:
    """The button of a difference by its value; None for one it does not have."""
    return next((way for way in WAYS[row.kind] if way.resolution == resolution), None)


def can_undo(row: Difference) -> bool:
    """Whether what settled it can be taken back."""
    way = way_of(row, row.resolution) if row.resolution else None
    return bool(way and way.can_undo and row.settled_at is not None)


def story(row: Difference) -> Sentence:
    """What contradicts what, in one sentence."""
    told = {
        "employer": row.employer_name,
        "other": row.other_name,
        "month": f"{row.month:%Y-%m}",
        "wage": _yuan(row.wage_fen),
        "told": _yuan(row.told_fen),
    }
    return Sentence(_STORIES[row.kind], told)


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen / 100:,.0f}"


_STORIES = {
    K.NOT_ON_ROSTER: N_("台账说在%(employer)s上班，%(employer)s的 %(month)s 花名册上没有在岗记录"),
    K.TWO_ROSTERS: N_("%(month)s 同时在%(employer)s和%(other)s的花名册上"),
    K.TWO_COUNTIES: N_("在%(employer)s的这份工，另一个县也报了（%(other)s）"),
    K.INSURED_ELSEWHERE: N_("%(employer)s在 %(month)s 给本人缴了社保，台账里没有这段用工经历"),
    K.WAGE_UNDER_TOLD: N_("%(month)s 在%(employer)s实发 %(wage)s 元，当初说好至少 %(told)s 元"),
}


# --- what a button will do ------------------------------------------------------------------------------


def last_day_there(session: Session, row: Difference, spell: EmploymentSpell) -> date:
    """The last day on which anything shows the person there: the line's own, else the latest evidence, else
    the end of the month before the roster that has them no more."""
    line = session.get(RosterLine, row.line_id) if row.line_id else None
    if line is not None and line.left_on is not None:
        return max(spell.began_on, line.left_on)
    shown = spell.shown_until or spell.began_on
    return max(spell.began_on, min(shown, row.month - ONE_DAY) if shown < row.month else shown)


@dataclass(frozen=True)
class Move:
    """Somebody on two rosters: the spell that ends, its last day, and where the person is now."""

    ends: EmploymentSpell
    last_day: date
    now_at: str


def move_of(session: Session, row: Difference) -> Move | None:
    """The earlier of the two spells ends the day before the later began; None where one is not known."""
    spells = list(
        session.scalars(
            select(EmploymentSpell).where(
                EmploymentSpell.worker_id == row.worker_id,
                EmploymentSpell.ended_on.is_(None),
                EmploymentSpell.employer_id.in_((row.enterprise_id, row.other_id)),
            )
        )
    )
    if len({spell.employer_id for spell in spells}) != 2:
        return None
    spells.sort(key=lambda spell: (spell.began_on, spell.id))
    first, second = spells[0], spells[-1]
    return Move(first, max(first.began_on, second.began_on - ONE_DAY), second.employer_name)


def effect(session: Session, row: Difference, way: Way) -> Sentence:
    """What pressing the button will do."""
    return _EFFECTS[way.resolution](session, row)


def _left(session: Session, row: Difference) -> Sentence:
    spell = session.get(EmploymentSpell, row.spell_id) if row.spell_id else None
    if spell is None:
        return Sentence("这段经历已经不在了。")
    words = {"employer": row.employer_name, "day": last_day_there(session, row, spell)}
    return Sentence("登记从%(employer)s离职，最后一天 %(day)s，原因没问到；可以撤销", words)


def _still(session: Session, row: Difference) -> Sentence:
    return Sentence(
        "记下户籍县电话核实还在%(employer)s，转给用工地核实；可以撤销", {"employer": row.employer_name}
    )


def _moved(session: Session, row: Difference) -> Sentence:
    move = move_of(session, row)
    if move is None:
        return Sentence("两段经历里有一段已经结束，刷新后会自己消失。")
    words = {"employer": move.ends.employer_name, "day": move.last_day, "other": move.now_at}
    return Sentence("登记从%(employer)s离职，最后一天 %(day)s，现在算在%(other)s；可以撤销", words)


def _began(session: Session, row: Difference) -> Sentence:
    words = {"employer": row.employer_name, "month": f"{row.month:%Y-%m}"}
    return Sentence("登记从 %(month)s 起在%(employer)s上班（哪天开始不知道），凭据是社保；可以撤销", words)


def _same(session: Session, row: Difference) -> Sentence:
    return Sentence("去掉另一个县报的那一段，只留户籍县的；审计里留底，不能撤销")


def _explained(session: Session, row: Difference) -> Sentence:
    return Sentence("不改任何登记，只把原因留底；下个月还这样会再提出来")


_EFFECTS: dict[Resolution, Callable[[Session, Difference], Sentence]] = {
    R.LEFT: _left,
    R.STILL_THERE: _still,
    R.MOVED: _moved,
    R.BEGAN: _began,
    R.SAME_SPELL: _same,
    R.EXPLAINED: _explained,
}
