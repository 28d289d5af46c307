"""The limited process: a telephone's recording comes in, one freshly written MP3 goes out.

Nothing of the sender's file survives but the sound: no place where it was recorded, no name, no picture.
Which container it is, its first bytes say; FFmpeg never guesses, as some of what it knows opens other files.
"""

import io
import json
import sys
from collections.abc import Iterator

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

MOST_SECONDS, HERTZ, BITS_A_SECOND = 180, 16_000, 32_000
MPEG_SYNC, MPEG_LAYER = 0xE0, 0x06


class Refused(Exception):
    """``args[0]`` is the name of a member of app.kit.files.voice_sanitizer.VoiceProblem."""


def main() -> None:
    """Read standard input; write one line of JSON, then the MP3."""
    out = sys.stdout.buffer
    try:
        seconds, content = recorded_anew(sys.stdin.buffer.read())
        out.write(json.dumps({"seconds": seconds}).encode() + b"\n" + content)
    except Refused as refusal:
        out.write(json.dumps({"refused": refusal.args[0]}).encode() + b"\n")
    except MemoryError:
        out.write(json.dumps({"refused": "TOO_LARGE"}).encode() + b"\n")
    out.flush()


def container_of(data: bytes) -> str | None:
    """FFmpeg's name of the container that telephones and messengers record into; None for anything else."""
    if data.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "amr"
    if data[4:8] == b"ftyp":
        return "mov"
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    starts = {b"OggS": "ogg", b"\x1aE\xdf\xa3": "matroska", b"ID3": "mp3"}
    for start, name in starts.items():
        if data.startswith(start):
            return name
    if len(data) > 1 and data[0] == 0xFF and data[1] & MPEG_SYNC == MPEG_SYNC:
        return "mp3" if data[1] & MPEG_LAYER else "aac"
    return None


def recorded_anew(data: bytes) -> tuple[int, bytes]:
    """Whole seconds, at least one, and the new MP3. Raises Refused."""
    name = container_of(data)
    if name is None:
        raise Refused("NOT_A_VOICE")
    result = io.BytesIO()
    try:
        with av.open(io.BytesIO(data), "r", format=name) as source:
            if any(
                not stream.disposition & stream.disposition.attached_pic for stream in source.streams.video
            ):
                raise Refused("A_FILM")
            if not source.streams.audio:
                raise Refused("DAMAGED")
            samples = _written(_frames(source, source.streams.audio[0]), result)
    except (av.FFmpegError, EOFError, ValueError) as problem:
        raise Refused("DAMAGED") from problem
    if not samples:
        raise Refused("EMPTY")
    return max(1, round(samples / HERTZ)), result.getvalue()


def _frames(source: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    stream.codec_context.thread_count = 1
    resampler = AudioResampler(format="s16p", layout="mono", rate=HERTZ)
    for frame in source.decode(stream):
        frame.pts = None
        yield from resampler.resample(frame)
    yield from resampler.resample(None)


def _written(frames: Iterator[AudioFrame], result: io.BytesIO) -> int:
    samples = 0
    with av.open(result, "w", format="mp3") as target:
        voice = target.add_stream("libmp3lame", rate=HERTZ, layout="mono", bit_rate=BITS_A_SECOND)
        for frame in frames:
            samples += frame.samples
            if samples > MOST_SECONDS * HERTZ:
                raise Refused("TOO_LONG")
            target.mux(voice.encode(frame))
        target.mux(voice.encode(None))
    return samples
