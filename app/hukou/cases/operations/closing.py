"""Nothing is added to a case once it is over: what was decided stays as it was decided on."""

from sqlalchemy.orm import Session

from models.hukou.case import OVER, HukouCase
from models.i18n import Sentence
from models.workflow import TransitionRefused

TOO_LATE = {
    "family": Sentence("这件落户申请已经办完或撤回，不能再加家人。"),
    "family_removal": Sentence("这件落户申请已经办完或撤回，不能再移出家人。"),
    "priority": Sentence("这件落户申请已经办完或撤回，不用再标优先。"),
    "notice": Sentence("这件落户申请已经办完或撤回，不用再确认。"),
    "rule": Sentence("这件落户申请已经办完或撤回，仍按当时的规则。"),
    "paper": Sentence("这件落户申请已经办完或撤回，不能再交材料。"),
    "judgement": Sentence("这件落户申请已经办完或撤回，材料不用再认定。"),
}


def refusals(case: HukouCase) -> dict[str, Sentence]:
    """Why each of the things cannot be added any more, for a page; empty while the case is open."""
    return TOO_LATE if case.state in OVER else {}


def lock_open(session: Session, case: HukouCase, what: str) -> None:
    """Hold the case open until the transaction ends: it may be closing at this moment.

    Raises TransitionRefused, in the words of :data:`TOO_LATE`, once it is over.
    """
    session.flush()  # a refresh forgets what is not written yet
    session.refresh(case, with_for_update=True)
    if case.state in OVER:
        raise TransitionRefused(TOO_LATE[what])
