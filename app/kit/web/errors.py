"""Pages for what goes wrong: what it means, the next step, nothing lost.

An error page asks no database: what broke may be the database, and who waited for its lock must not wait a
second time. Its language is in the cookie of the session. A form that is refused for what it says is answered
on its own page, which is read without the writer's lock; where the database itself could not be had, what was
typed is held in the error page (held_form).
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, current_app, g, make_response, request, session
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
)
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.kit.api import problems
from app.kit.api.problems import Replayed, Unacceptable
from app.kit.web import idempotency, same_page
from app.kit.web.addresses import page_before
from app.kit.web.extensions import db, login_manager, read_only
from app.kit.web.formatters import say
from app.kit.web.held_form import HeldForm, held_form
from app.kit.web.logs import rule_asked, story_of
from models.i18n import N_, Refusal, Sentence
from models.integrity import broken_rule, is_ours, reason_of, told_of
from models.workflow import IllegalTransition

log = logging.getLogger(__name__)
# PostgreSQL counts these as errors inside: read_only_sql_transaction (a standby, an operator's guard), and a
# transaction ended because the program paused too long in it, or took too long as a whole.
CANNOT_NOW = ("25006", "25P03", "25P04")
Answer = tuple[str, int]
Handler = Callable[[Any], Any]
KEPT = N_("你填的都还在。")
CHANGED_MEANWHILE = Sentence(
    "你打开这一页以后，别人刚改过这一条，你的这次没有写进去。请看一看现在的情况，再按一次。"
)
KNOWN = (HTTPException, Refusal, IllegalTransition, PermissionError, Unacceptable, Replayed)
RETRY_SECONDS = 30


def page(code: int, heading: str, advice: str, held: HeldForm | None = None) -> Answer:
    """Draw an error page. It does not repeat the address, so that all refusals read alike.

    Not by render_template: what it would add to every page comes from the database.
    """
    back = page_before() if request.method == "GET" else None
    about = {"code": code, "heading": heading, "advice": advice, "held": held, "back": back}
    template = current_app.jinja_env.get_template("errors/error.html")
    return template.render(about, is_signed_in="_user_id" in session), code


def held(code: int, heading: str, advice: str) -> FlaskResponse:
    """An error page that holds what was typed, to be sent again by a button; it says when."""
    answer = make_response(page(code, heading, advice, held_form()))
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def refused(code: int, reasons: Sequence[str], advice: str = "") -> Answer | Response:
    """The form's own page with every reason at its place; an error page only where that cannot be shown."""
    heading, *more = reasons
    return same_page.again(code, reasons, advice) or page(code, heading, " ".join([*more, advice]))


def init_app(app: Flask) -> None:
    """Register the pages."""
    handlers: tuple[tuple[type[Exception], Handler], ...] = (
        (CSRFError, _stale_form),
        (IllegalTransition, _too_late),
        (StaleDataError, _changed_meanwhile),
        (IntegrityError, collided),
        (Refusal, _refused),
        (PermissionError, lambda problem: _http(403)),
        (Unacceptable, problems.told),
        (HTTPException, lambda problem: _http(problem.code or 500)),
        (OperationalError, _busy),
        (InterfaceError, _busy),
        (InternalError, _internal),
        (Exception, _broken),
    )
    for kind, handler in handlers:
        app.register_error_handler(kind, _unless_the_database_fails(handler))


def _unless_the_database_fails(handler: Handler) -> Handler:
    """A refusal is told on a page that reads; where that cannot be read either, the form is held."""

    def answer(problem: Any) -> Any:
        try:
            return _told_to_program(problem) if problems.is_asked() else handler(problem)
        except OperationalError as trouble:
            return _busy(trouble)

    return answer


def _told_to_program(problem: Exception) -> FlaskResponse:
    """The same refusals as JSON (kit.api.problems), in the language that the program asks for."""
    if isinstance(problem, OperationalError | InterfaceError) or _is_too_much_now(problem):
        db.session.rollback()
        log.error("%s %s: %s", request.method, rule_asked(), getattr(problem, "orig", problem))
        return problems.problem(503, problems.titles()[503])
    if isinstance(problem, IntegrityError) and not is_ours(problem):
        problem = Refusal(reason_of(problem))
    elif isinstance(problem, StaleDataError):
        problem = Refusal(CHANGED_MEANWHILE)
    elif not isinstance(problem, KNOWN):
        log.error("%s %s\n%s", request.method, rule_asked(), story_of(problem))
    db.session.rollback()
    return problems.told(problem)


def _is_too_much_now(problem: Exception) -> bool:
    return isinstance(problem, InternalError) and getattr(problem.orig, "sqlstate", "") in CANNOT_NOW


def _stale_form(problem: CSRFError) -> Any:
    read_only()
    if not current_user.is_authenticated:
        return login_manager.unauthorized()
    return refused(400, [_("这一页放得太久了，请再按一次。")], _(KEPT))


def _too_late(problem: IllegalTransition) -> Answer | Response:
    """The row moved on: by this very form, sent twice at once, or by another person."""
    db.session.rollback()
    return idempotency.first_answer() or refused(409, [say(problem.sentence)])


def _changed_meanwhile(problem: StaleDataError) -> Answer | Response:
    db.session.rollback()
    return idempotency.first_answer() or refused(409, [say(CHANGED_MEANWHILE)])


def collided(problem: IntegrityError) -> Answer | Response:
    """The database would not have it: each rule of it says its own reason, an empty column is our mistake."""
    if is_ours(problem):
        return _broken(problem)
    db.session.rollback()
    if first := idempotency.first_answer():
        return first
    log.warning("%s %s: %s", request.method, rule_asked(), broken_rule(told_of(problem)) or "a rule")
    return refused(409, [say(reason_of(problem))])


def _refused(problem: Refusal) -> Answer | Response:
    db.session.rollback()
    return idempotency.first_answer() or refused(409, [say(one) for one in problem.sentences])


def _busy(problem: DBAPIError) -> FlaskResponse:
    db.session.rollback()
    log.error("%s %s: %s", request.method, rule_asked(), problem.orig)  # the driver's words carry no values
    g.is_database_busy = True  # no page is read any more in this request: each would wait anew
    return held(503, _("系统正忙，请过半分钟再试一次。"), _("数据没有改动。"))


def _internal(problem: InternalError) -> FlaskResponse:
    return _busy(problem) if _is_too_much_now(problem) else _broken(problem)


def _broken(problem: Exception) -> FlaskResponse:
    db.session.rollback()
    log.error("%s %s\n%s", request.method, rule_asked(), story_of(problem))
    advice = _("数据没有改动。请再试一次；还不行，请告诉管理员出错的时间。")
    return held(500, _("系统出错了。"), advice)


def _http(code: int) -> Answer | Response:
    pages: dict[int, tuple[Any, Any]] = {
        400: (_("请求不完整"), _("请返回刷新后再试。")),
        401: (_("请先登录"), _("登录后再打开这一页。")),
        403: (_("你的账号没有这项权限"), _("需要的话，请管理员给你授权。")),
        404: (_("没有找到"), _("可能已经删除，或不在你的管辖范围。")),
        405: (_("这里不能这样操作"), _("请返回，用页面上的按钮。")),
        413: (_("文件太大"), _("最大 64 MB。请按乡镇分开，再分次导入。")),
        429: (_("操作太快了"), _("请等一分钟再试。")),
    }
    heading, advice = pages.get(code, (_("没有办成"), _("数据没有改动。请返回再试。")))
    if code == 429:
        return held(code, heading, advice)
    # All else says the same to everybody (a foreign row answers like none).
    in_place = code == 400 and same_page.again(
        code, [_("有一处没有填对，或少填了。改好再按一次，别的都还在。")]
    )
    return in_place or page(code, heading, advice)
