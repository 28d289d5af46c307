"""What went wrong, as a program reads it: application/problem+json (RFC 9457), in the language it wants."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import Response, jsonify, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from app.kit.web.formatters import say
from models.i18n import Refusal
from models.workflow import IllegalTransition

PREFIX = "/api/"
TYPE = "application/problem+json"
RETRY_SECONDS = 30
LANGUAGES = ("zh", "en")


class Wrong(NamedTuple):
    """One reason; ``field`` is where it was sent ("" for the request as a whole)."""

    field: str
    reason: str


class Unacceptable(Exception):
    """The request says something that cannot be taken: every reason at once."""

    def __init__(self, *wrong: Wrong, status: int = 422) -> None:
        super().__init__(status)
        self.wrong, self.status = wrong, status


class Replayed(Exception):
    """The request did its work before; ``answer`` is what was answered then."""

    def __init__(self, answer: Response) -> None:
        super().__init__("replayed")
        self.answer = answer


def is_asked() -> bool:
    """Whether the request of this moment is a program's."""
    return request.path.startswith(PREFIX)


def language() -> str:
    """The language a program asks for: Accept-Language, else Chinese."""
    return request.accept_languages.best_match(LANGUAGES, "zh") or "zh"


def problem(status: int, title: str, wrong: Iterable[Wrong] = (), detail: str = "") -> Response:
    """The answer for one refusal."""
    reasons = [{"field": field, "reason": reason} for field, reason in wrong]
    told: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if detail or reasons:
        told["detail"] = detail or reasons[0]["reason"]
    if reasons:
        told["errors"] = reasons
    answer = jsonify(told)
    answer.status_code, answer.mimetype = status, TYPE
    answer.headers["Content-Language"] = language()
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="xieshou"'
    if status in (429, 503):
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def told(error: Exception) -> Response:
    """The answer for what a view, a guard or an operation raised."""
    if isinstance(error, Replayed):
        return error.answer
    if isinstance(error, Unacceptable):
        return problem(error.status, titles()[error.status], error.wrong)
    if isinstance(error, Refusal):
        return problem(409, titles()[409], [Wrong("", say(one)) for one in error.sentences])
    if isinstance(error, IllegalTransition):
        return problem(409, titles()[409], [Wrong("", say(error.sentence))])
    if isinstance(error, PermissionError):
        return problem(403, titles()[403])
    code = (error.code or 500) if isinstance(error, HTTPException) else 500
    return problem(code, titles().get(code, titles()[400 if code < 500 else 500]))


def titles() -> dict[int, str]:
    """What each status means here."""
    return {
        400: _("请求读不懂：格式不对，或少了必要的一项。"),
        401: _("没有令牌，或令牌过期、被撤销了。"),
        403: _("这个令牌没有这项权限。"),
        404: _("没有找到：可能已经删除，或不在这个账号的管辖范围。"),
        405: _("这个地址不能这样用。"),
        409: _("现在不能这样办。"),
        413: _("内容太大，一次最多 1 MB。"),
        415: _("内容要用 JSON 发（Content-Type: application/json）。"),
        422: _("有的内容不对，没有写进去。"),
        429: _("请求太快了，请等一会儿再发。"),
        500: _("系统出错了，数据没有改动。"),
        503: _("系统正忙，请过半分钟再试一次。数据没有改动。"),
    }
