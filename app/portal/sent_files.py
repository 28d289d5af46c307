"""The photograph and the voice note that come with what a worker says: taken, or why not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from flask import request

from app.kit.files import document_sanitizer, voice_sanitizer
from app.kit.files.sandbox import NotTaken
from app.kit.web.extensions import let_go
from models.i18n import Sentence
from models.problems.problem_file import FileKind


@dataclass(frozen=True)
class Sent:
    """One file written anew. ``length``: pages of a photograph, seconds of a voice."""

    kind: FileKind
    content: bytes
    length: int
    digest: str


@dataclass
class SentFiles:
    """What came with the form: what is taken, and why the rest is not."""

    taken: list[Sent] = field(default_factory=list)
    refused: list[Sentence] = field(default_factory=list)


def _photo(data: bytes) -> Sent:
    paper = document_sanitizer.take(data)
    return Sent(FileKind.PHOTO, paper.content, paper.pages, paper.digest)


def _voice(data: bytes) -> Sent:
    voice = voice_sanitizer.take(data)
    return Sent(FileKind.VOICE, voice.content, voice.seconds, voice.digest)


FIELDS: dict[str, tuple[int, Callable[[bytes], Sent]]] = {
    "photo": (document_sanitizer.MOST_BYTES, _photo),
    "voice": (voice_sanitizer.MOST_BYTES, _voice),
}


def names_sent() -> Iterator[str]:
    """The fields in which a file was chosen."""
    return (name for name in FIELDS if (file := request.files.get(name)) and file.filename)


def read_files() -> SentFiles:
    """Open what was sent while nothing of the database is held (the view is marked ``reads_files``).

    What cannot be taken keeps nobody from saying what is wrong. Of a file that is too heavy only as much is
    read as shows that it is.
    """
    let_go()
    sent = SentFiles()
    for name in names_sent():
        most, take = FIELDS[name]
        try:
            sent.taken.append(take(request.files[name].read(most + 1)))
        except NotTaken as refusal:
            sent.refused.append(refusal.problem.value)
    return sent
