"""A recording from a telephone becomes an MP3 of nothing but the sound, or a sentence says why not."""

import pytest

from app.kit.files import sandbox, voice_sanitizer
from app.kit.files.readers.voice.main import Refused, recorded_anew
from app.kit.files.voice_sanitizer import VoiceError, VoiceProblem
from tests.factories.sounds import AMR_FRAME, AMR_HEAD, film, tone

PLACE = "+27.8500+102.2700/"  # where it was recorded, as an iPhone writes it
AS_TELEPHONES_RECORD = {
    "m4a": lambda: tone("mp4", "aac", 44_100),
    "3gp": lambda: tone("3gp", "aac"),
    "mp3": lambda: tone("mp3", "libmp3lame", 44_100),
    "aac": lambda: tone("adts", "aac", 44_100),
    "ogg": lambda: tone("ogg", "libopus", 48_000),
    "webm": lambda: tone("webm", "libopus", 48_000),
    "wav": lambda: tone("wav", "pcm_s16le"),
    "amr": lambda: AMR_HEAD + AMR_FRAME * 50,
}


@pytest.mark.parametrize("kind", AS_TELEPHONES_RECORD)
def test_what_telephones_record_into_is_heard(kind: str) -> None:
    seconds, content = recorded_anew(AS_TELEPHONES_RECORD[kind]())
    assert seconds == 1
    assert content[:3] == b"ID3" or content[0] == 0xFF


def test_nothing_but_the_sound_survives() -> None:
    sent = tone("mp4", "aac", title=PLACE)
    assert PLACE.encode() in sent
    assert PLACE.encode() not in voice_sanitizer.take(sent).content


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", VoiceProblem.EMPTY),
        (b"%PDF-1.7 a paper", VoiceProblem.NOT_A_VOICE),
        (b"#EXTM3U\nfile:///etc/passwd", VoiceProblem.NOT_A_VOICE),
        (b"ID3" + bytes(200), VoiceProblem.DAMAGED),
    ],
)
def test_what_is_no_recording_is_a_sentence(data: bytes, problem: VoiceProblem) -> None:
    with pytest.raises(VoiceError) as refusal:
        voice_sanitizer.take(data)
    assert refusal.value.problem is problem


def test_a_film_is_not_taken_for_a_voice() -> None:
    with pytest.raises(Refused, match="A_FILM"):
        recorded_anew(film())


def test_what_is_too_long_is_not_cut_in_silence() -> None:
    with pytest.raises(Refused, match="TOO_LONG"):
        recorded_anew(AMR_HEAD + AMR_FRAME * 50 * 181)


def test_a_busy_machine_is_not_told_as_a_fault_of_the_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock ran out, not the processor time."""
    monkeypatch.setattr(sandbox, "CLOCK", 1e-6)
    with pytest.raises(VoiceError) as refusal:
        voice_sanitizer.take(tone("mp3", "libmp3lame", 44_100))
    assert refusal.value.problem is VoiceProblem.BUSY
