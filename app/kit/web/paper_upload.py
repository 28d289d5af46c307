"""A paper as a person sends it: by phone, at the county's desk, from the enterprise's office."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from app.kit.files.document_sanitizer import MOST_BYTES, Paper, PaperError, take
from app.kit.web.extensions import let_go, read_only
from app.kit.web.fields import Form, choice
from app.kit.web.formatters import say
from models.hukou.catalogue import PAPERS
from models.training.claim_paper import CLAIM_PAPER_LABELS


def _file() -> FileField:
    return FileField(
        _l("照片或 PDF"),
        validators=[FileRequired(_l("请选择照片或 PDF。"))],
        description=_l("手机拍照就行：JPG、PNG 或 PDF，不超过 10 MB。"),
        render_kw={"accept": "image/jpeg,image/png,application/pdf"},
    )


class AnyPaperForm(Form):
    """One paper as a photograph or PDF; what it may be, the room says."""

    kind: Any
    file: Any

    def hand_to(self, receive: Callable[[str, Paper], object]) -> bool:
        """Give kind and paper to ``receive``; False, the reason at its field, where it cannot be taken."""
        if not self.validate():
            return False
        paper = drawn_anew(self.file)
        if paper is None:
            return False
        receive(self.kind.data, paper)
        return True


def drawn_anew(field: Any) -> Paper | None:
    """The paper of a file field; None, the reason beside it, where it cannot be taken.

    Drawn while nothing of the database is held: the view is marked ``reads_files``. Of a file that is too
    heavy only as much is read as shows that it is.
    """
    let_go()
    try:
        return take(field.data.read(MOST_BYTES + 1))
    except PaperError as problem:
        read_only()  # the page is shown again
        field.errors = [say(problem.sentence)]
        return None


class PaperForm(AnyPaperForm):
    """A paper of household registration."""

    kind = choice(_l("是什么材料"), [(kind, _l(paper.label)) for kind, paper in PAPERS.items()], must=True)
    file = _file()


class ClaimPaperForm(AnyPaperForm):
    """What a school sends with a claim."""

    kind = choice(
        _l("是什么材料"), [(kind.value, _l(word)) for kind, word in CLAIM_PAPER_LABELS.items()], must=True
    )
    file = _file()
