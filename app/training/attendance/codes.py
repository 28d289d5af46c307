"""The changing code of a lesson, and the short ticket a scanned code is exchanged for. No request is read
here."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

from models.clock import CHINA
from models.training.lesson import Lesson
from models.training.training_class import ClassState

WINDOW_SECONDS, TICKET_SECONDS = 30, 300
EARLY, AFTER = timedelta(minutes=30), timedelta(minutes=15)
_SALT = "lesson-ticket"


def code_at(lesson: Lesson, at: datetime) -> str:
    """Return the code of ``lesson`` in the 30 seconds around ``at``: its number and 40 bits of an HMAC."""
    return _code(lesson, _window(at))


def is_right(lesson: Lesson, code: str, at: datetime) -> bool:
    """Whether ``code`` is the present one or the one before it."""
    return any(hmac.compare_digest(code, _code(lesson, _window(at) - back)) for back in (0, 1))


def seconds_left(at: datetime) -> int:
    """Return how long the present code will still be shown."""
    return WINDOW_SECONDS - int(at.timestamp()) % WINDOW_SECONDS


def number_in(code: str) -> int | None:
    """Return which lesson a code speaks of, or None when it is no code at all."""
    number, dash, rest = code.partition("-")
    is_code = dash and number.isascii() and number.isdigit() and len(number) < 10 and rest.isascii()
    return int(number) if is_code else None


def is_open(lesson: Lesson, at: datetime) -> bool:
    """Whether learners may call themselves present: from half an hour before the lesson until shortly
    after."""
    first, last = (datetime.combine(lesson.held_on, clock, CHINA) for clock in (lesson.starts, lesson.ends))
    is_time = first - EARLY <= at <= last + AFTER
    return lesson.closed_at is None and is_time and lesson.training_class.state is ClassState.TEACHING


def ticket(secret_key: str, lesson_id: int, device: str) -> str:
    """Return what lets ``device`` (a digest) finish within five minutes what a right code began."""
    return URLSafeTimedSerializer(secret_key, _SALT).dumps([lesson_id, device])


def lesson_in_ticket(secret_key: str, text: str, device: str) -> int | None:
    """Return the lesson of a ticket, or None: forged, too old, or made for another phone."""
    try:
        lesson_id, owner = URLSafeTimedSerializer(secret_key, _SALT).loads(text, max_age=TICKET_SECONDS)
    except (BadData, ValueError, TypeError):
        return None
    return lesson_id if hmac.compare_digest(str(owner), device) else None


def _window(at: datetime) -> int:
    return int(at.timestamp()) // WINDOW_SECONDS


def _code(lesson: Lesson, window: int) -> str:
    mac = hmac.new(lesson.code_secret.encode(), f"{lesson.id} {window}".encode(), hashlib.sha256).digest()
    return f"{lesson.id}-{base64.b32encode(mac[:5]).decode().lower()}"
