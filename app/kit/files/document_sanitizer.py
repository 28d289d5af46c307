"""Photographed and scanned papers: a stranger's bytes to a PDF drawn anew, or why not. Knows no model."""

import hashlib
import json
import tempfile
from dataclasses import dataclass
from enum import Enum
from typing import IO

from app.kit.files.sandbox import Killed, Limits, run
from models.i18n import Refusal, Sentence

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

    @property
    def sentence(self) -> Sentence:
        """What to tell the sender."""
        return self.value


class PaperError(Refusal):
    """The file is not taken."""

    def __init__(self, problem: PaperProblem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


@dataclass(frozen=True)
class Paper:
    """One paper drawn anew: a PDF of JPEG pages, and the digest of what was sent (to know it again)."""

    content: bytes
    pages: int
    digest: str


def take(data: bytes) -> Paper:
    """``data`` (JPEG, PNG, WebP or PDF, told by its content) as a clean PDF. Raises PaperError."""
    if not data:
        raise PaperError(PaperProblem.EMPTY)
    if len(data) > MOST_BYTES:
        raise PaperError(PaperProblem.TOO_HEAVY)
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as spool:
        file.write(data)
        file.seek(0)
        _redraw(file, spool)
        spool.seek(0)
        about = json.loads(spool.readline())
        if "refused" in about:
            raise PaperError(PaperProblem[about["refused"]])
        return Paper(spool.read(), about["pages"], hashlib.sha256(data).hexdigest())


def _redraw(file: IO[bytes], spool: IO[bytes]) -> None:
    try:
        run("readers.document.main", file, spool, LIMITS)
    except Killed as death:
        raise PaperError(_DEATHS.get(death.args[0], PaperProblem.DAMAGED)) from None


_DEATHS = {
    "memory": PaperProblem.TOO_LARGE,
    "output": PaperProblem.TOO_LARGE,
    "time": PaperProblem.TOO_SLOW,
}
