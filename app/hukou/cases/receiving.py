"""A paper as somebody sends it: by phone, at the county's desk, from the enterprise's office."""

from sqlalchemy.orm import Session

from app.hukou.cases.forms import UploadForm
from app.hukou.cases.operations.papers import hand_in
from app.kit.files.document_sanitizer import PaperError
from app.kit.web.formatters import say
from models.access import Actor
from models.hukou.case import HukouCase
from models.people.worker import Worker


def receive(
    session: Session, actor: Actor, form: UploadForm, worker: Worker, city_code: str, case: HukouCase | None
) -> bool:
    """Take the paper of a sent form; False with the sentence beside its field when it cannot be taken.

    Raises TransitionRefused for a file that was handed in before.
    """
    if not form.validate():
        return False
    try:
        hand_in(session, actor, worker, city_code, form.kind.data, form.content(), case)
    except PaperError as problem:
        form.file.errors = [say(problem.sentence)]
        return False
    return True
