"""Voice notes: a stranger's recording to an MP3 written anew, or why not. Knows no model."""

import hashlib
from dataclasses import dataclass
from enum import Enum

from app.kit.files.sandbox import Limits, NotTaken, opened
from models.i18n import Sentence

MOST_BYTES = 10 * 1024 * 1024
LIMITS = Limits(memory=768 * 1024 * 1024, seconds=20, output=4 * 1024 * 1024)
MEDIA_TYPE = "audio/mpeg"


class VoiceProblem(Enum):
    """Why a recording is not taken, in words for the person who sent it."""

    EMPTY = Sentence("录音里没有声音，请重新录一段。")
    TOO_HEAVY = Sentence("录音超过 10 MB，请分成几段短的发。")
    TOO_LONG = Sentence("录音最长 3 分钟，请分成几段发。")
    NOT_A_VOICE = Sentence("这个文件不是录音。请用手机的录音机录一段再发。")
    A_FILM = Sentence("这是录像，不是录音。请录一段声音，或者拍一张照片。")
    DAMAGED = Sentence("这段录音打不开，可能没录完，请重新录一段。")
    TOO_LARGE = Sentence("这段录音太大，打开它要占太多内存，请录短一点再发。")
    TOO_SLOW = Sentence("这段录音打开得太久，已停止。请录短一点再发。")
    BUSY = Sentence("系统正忙，这段录音没有收好。录音不用改，请过几分钟再发一次。")


class VoiceError(NotTaken):
    """The recording is not taken."""


@dataclass(frozen=True)
class Voice:
    """One recording written anew: an MP3 of one voice, and the digest of what was sent."""

    content: bytes
    seconds: int
    digest: str


def take(data: bytes) -> Voice:
    """``data`` (AMR, M4A, 3GP, MP3, AAC, WAV, Ogg, WebM, told by its content). Raises VoiceError."""
    about, content = opened(
        data, "readers.voice.main", MOST_BYTES, LIMITS, lambda name: VoiceError(VoiceProblem[name])
    )
    return Voice(content, about["seconds"], hashlib.sha256(data).hexdigest())
