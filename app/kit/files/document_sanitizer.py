"""Photographed and scanned papers: a stranger's bytes to a PDF drawn anew, or why not. Knows no model."""

import hashlib
from dataclasses import dataclass
from enum import Enum

from app.kit.files.sandbox import Limits, NotTaken, opened
from models.i18n import Sentence

MOST_BYTES = 10 * 1024 * 1024
LIMITS = Limits(memory=768 * 1024 * 1024, seconds=8, output=40 * 1024 * 1024)
MEDIA_TYPE = "application/pdf"


class PaperProblem(Enum):
    """Why a file is not taken, in words for the person who sent it."""

    EMPTY = Sentence("这个文件是空的，请重新拍照再上传。")
    TOO_HEAVY = Sentence("文件超过 10 MB，请把照片调小一点，或分几次上传。")
    NOT_A_PAPER = Sentence("只收照片（JPG、PNG）或 PDF。请拍成照片再上传，或截图后上传。")
    DAMAGED = Sentence("这个文件打不开，可能已损坏，请重新拍照再上传。")
    PASSWORD = Sentence("这个 PDF 有打开密码，请去掉密码再上传。")
    TOO_LARGE = Sentence("这张图太大，打开它要占太多内存，请重新拍一张再上传。")
    TOO_MANY_PAGES = Sentence("PDF 最多 20 页，请分成几份再上传。")
    TOO_SLOW = Sentence("这个文件打开得太久，已停止。请拍成照片再上传。")
    BUSY = Sentence("系统正忙，这个文件没有看完。文件不用改，请过几分钟再上传一次。")

    @property
    def sentence(self) -> Sentence:
        """What to tell the sender."""
        return self.value


class PaperError(NotTaken):
    """The file is not taken."""

    problem: PaperProblem


@dataclass(frozen=True)
class Paper:
    """One paper drawn anew: a PDF of JPEG pages, and the digest of what was sent (to know it again)."""

    content: bytes
    pages: int
    digest: str


def take(data: bytes) -> Paper:
    """``data`` (JPEG, PNG, WebP or PDF, told by its content) as a clean PDF. Raises PaperError."""
    about, content = opened(
        data, "readers.document.main", MOST_BYTES, LIMITS, lambda name: PaperError(PaperProblem[name])
    )
    return Paper(content, about["pages"], hashlib.sha256(data).hexdigest())
