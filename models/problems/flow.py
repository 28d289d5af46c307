"""Where a problem is, and what leads on: nobody but the worker says that it is solved."""

import enum
from typing import Any

from models.access import Actor, Permission
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.workflow import Transition, Workflow


class ProblemState(enum.StrEnum):
    """Where a problem is. UNREACHED is an end of its own: nobody knows whether it is solved."""

    OPEN = "open"
    WORKING = "working"
    ANSWERED = "answered"
    SOLVED = "solved"
    WITHDRAWN = "withdrawn"
    UNREACHED = "unreached"


PROBLEM_STATE_LABELS = {
    ProblemState.OPEN: N_("等人接手"),
    ProblemState.WORKING: N_("正在办"),
    ProblemState.ANSWERED: N_("办过了，等本人说"),
    ProblemState.SOLVED: N_("本人说解决了"),
    ProblemState.WITHDRAWN: N_("本人说不用办了"),
    ProblemState.UNREACHED: N_("联系不上本人，不知道解决没有"),
}
S = ProblemState
ALIVE = (S.OPEN, S.WORKING, S.ANSWERED)
OVER = (S.SOLVED, S.WITHDRAWN, S.UNREACHED)
# How often, and on how many different days, somebody must have tried before a case ends with "unreached".
TRIES_BEFORE_UNREACHED, DAYS_OF_TRIES = 3, 3
WORDS_MISSING = Sentence("请写下本人是怎么说的：办结要有本人的话。")
UNASKED = Sentence(
    "联系不上要先试过：至少 %(tries)s 次，分 %(days)s 天。现在记了 %(n)s 次，%(on)s 天。"
    "请继续联系，每次都记下来。",
    {"tries": TRIES_BEFORE_UNREACHED, "days": DAYS_OF_TRIES},
)


def _has_words(problem: Any, actor: Actor) -> Sentence | None:
    return None if problem.closed_words.strip() else WORDS_MISSING


def _was_tried(problem: Any, actor: Actor) -> Sentence | None:
    tries, days = problem.tries, problem.days_of_tries
    if tries >= TRIES_BEFORE_UNREACHED and days >= DAYS_OF_TRIES:
        return None
    return Sentence(UNASKED.text, {**UNASKED.params, "n": tries, "on": days})


_P = Permission
PROBLEM_WORKFLOW = Workflow(
    "problem",
    EventTag.PROBLEM_ADVANCE,
    (
        Transition("take", (S.OPEN,), S.WORKING, _P.PROBLEM_HANDLE, N_("我来办"), tone="brand"),
        Transition(
            "answer",
            (S.OPEN, S.WORKING),
            S.ANSWERED,
            _P.PROBLEM_HANDLE,
            N_("办过了，等本人说"),
            asks_reason=True,
            tone="brand",
        ),
        Transition(
            "go_on", (S.ANSWERED,), S.WORKING, _P.PROBLEM_HANDLE, N_("本人说还没解决"), asks_reason=True
        ),
        Transition("go_on_own", (S.ANSWERED,), S.WORKING, _P.PORTAL, N_("还没解决"), shown=False),
        Transition(
            "solve", ALIVE, S.SOLVED, _P.PROBLEM_HANDLE, N_("本人说解决了"), guard=_has_words, shown=False
        ),
        Transition("solve_own", ALIVE, S.SOLVED, _P.PORTAL, N_("解决了"), shown=False),
        Transition(
            "withdraw",
            ALIVE,
            S.WITHDRAWN,
            _P.PROBLEM_HANDLE,
            N_("本人说不用办了"),
            guard=_has_words,
            shown=False,
        ),
        Transition("withdraw_own", ALIVE, S.WITHDRAWN, _P.PORTAL, N_("不用办了"), shown=False),
        Transition(
            "give_up",
            ALIVE,
            S.UNREACHED,
            _P.PROBLEM_HANDLE,
            N_("联系不上，先结束"),
            guard=_was_tried,
            asks_reason=True,
            tone="danger",
        ),
        Transition("reopen", OVER, S.WORKING, _P.PROBLEM_HANDLE, N_("本人又来说，重新办"), asks_reason=True),
        Transition("reopen_own", OVER, S.WORKING, _P.PORTAL, N_("还是没解决，请再办"), shown=False),
    ),
)
