"""Pages for what goes wrong: what it means, the next step, nothing lost."""

import logging
import re
import traceback
from typing import Any

from flask import Flask, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.kit.web import idempotency
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from models.workflow import IllegalTransition, TransitionRefused

log = logging.getLogger(__name__)
Answer = tuple[str, int]
NOTHING_WRITTEN = re.compile("not.null constraint", re.IGNORECASE)  # the words of SQLite and of PostgreSQL


def page(code: int, heading: str, advice: str) -> Answer:
    """Render an error page. It does not repeat the address, so that all refusals read alike."""
    g.is_error = True
    return render_template("errors/error.html", code=code, heading=heading, advice=advice), code


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(IllegalTransition, _too_late)
    app.register_error_handler(StaleDataError, _too_late)
    app.register_error_handler(IntegrityError, collided)
    app.register_error_handler(TransitionRefused, _refused)
    app.register_error_handler(PermissionError, lambda problem: _http(403))
    app.register_error_handler(HTTPException, lambda problem: _http(problem.code or 500))
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _broken)


def _stale_form(problem: CSRFError) -> Answer:
    return page(400, _("这一页放得太久了"), _("请返回上一页刷新后再提交一次，填过的内容请先留好。"))


def _too_late(problem: Exception) -> Answer | Response:
    """The row moved on: by this very form, sent twice at once, or by another person."""
    db.session.rollback()
    heading, advice = _("这件事已经办过了，或别人刚改过"), _("没有重复办理。请返回刷新，看看现在的情况。")
    return idempotency.first_answer() or page(409, heading, advice)


def collided(problem: IntegrityError) -> Answer | Response:
    """Two people wanted the same; but an empty column is our own mistake, and says so."""
    return _broken(problem) if NOTHING_WRITTEN.search(str(problem.orig)) else _too_late(problem)


def _refused(problem: TransitionRefused) -> Answer | Response:
    db.session.rollback()
    return idempotency.first_answer() or page(409, _("现在不能这样办"), say(problem.sentence))


def _busy(problem: OperationalError) -> Answer:
    db.session.rollback()
    log.error("%s %s: %s", request.method, request.path, problem.orig)  # the driver's words carry no values
    return page(503, _("系统正忙"), _("数据没有改动。请过半分钟再试一次。"))


def _broken(problem: Exception) -> Answer:
    db.session.rollback()
    log.error("%s %s\n%s", request.method, request.path, story_of(problem))
    return page(500, _("系统出错了"), _("数据没有改动。请返回再试；还不行，请告诉管理员出错的时间。"))


def story_of(problem: BaseException) -> str:
    """Where and how something broke, for the log; without the database's words, which quote whole rows."""
    chain: list[BaseException] = []
    cause: BaseException | None = problem
    while cause is not None:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    if not any(isinstance(error, SQLAlchemyError) for error in chain):
        return "".join(traceback.format_exception(problem))
    kinds = " from ".join(type(error).__name__ for error in chain)
    return "".join([*traceback.format_tb(problem.__traceback__), kinds])


def _http(code: int) -> Answer:
    pages: dict[int, tuple[Any, Any]] = {
        400: (_("请求不完整"), _("请返回刷新后再试。")),
        401: (_("请先登录"), _("登录后再打开这一页。")),
        403: (_("你的账号没有这项权限"), _("需要的话，请管理员给你授权。")),
        404: (_("没有找到"), _("可能已经删除，或不在你的管辖范围。")),
        405: (_("这里不能这样操作"), _("请返回，用页面上的按钮。")),
        409: (_("这件事已经办过了，或别人刚改过"), _("没有重复办理。请返回刷新，看看现在的情况。")),
        413: (_("文件太大"), _("最大 64 MB。请按乡镇分开，再分次导入。")),
        429: (_("操作太快了"), _("请等一分钟再试。")),
    }
    heading, advice = pages.get(code, (_("没有办成"), _("数据没有改动。请返回再试。")))
    return page(code, heading, advice)
