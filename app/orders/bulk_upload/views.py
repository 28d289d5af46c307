"""HTTP of a spreadsheet of orders: template, upload, preview, one confirm, the rejected rows."""

from functools import partial

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.reading import Reading, Sent
from app.kit.files.bulk_upload.their_columns import UnknownColumn
from app.kit.files.bulk_upload.web import (
    UploadForm,
    answers_in,
    read_sent,
    read_upload,
    send_rejected,
    send_workbook,
)
from app.kit.web.extensions import db, let_go, read_only
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.orders import bp
from app.orders.bulk_upload import operations
from app.orders.bulk_upload.columns import ORDERS, meanings_of_columns, understood, write_template
from app.orders.queries.orders import employers_of, explained_columns, open_titles
from models.access import Permission
from models.clock import day_of, utc_now
from models.jobs.order import OrderBatch, OrderColumn
from models.reference.area import guangdong_cities
from models.reference.organisation import Organisation


@bp.route("/orders/import", methods=["GET", "POST"])
@requires(Permission.ORDER_WRITE)
@reads_files
def upload() -> str | Response:
    """Take a file and lead to its preview; nothing is written into the orders yet."""
    employers = employers_of(db.session, current_actor())
    wanted = request.values.get("enterprise", type=row_number)
    chosen = next((employer for employer in employers if wanted in (None, employer.id)), None) or abort(404)
    form = UploadForm()
    if form.validate_on_submit() and (
        batch := read_upload(form, partial(_read, chosen), partial(_keep, chosen))
    ):
        return finish(url_for("orders.preview", batch_id=batch.id))
    return render_template("orders/bulk_upload/upload.html", form=form, employers=employers, chosen=chosen)


def _read(enterprise: Organisation, sent: Sent) -> Reading:
    known = operations.answers_of(db.session, enterprise.id)
    return operations.read(db.session, sent, operations.home_city_of(enterprise), known)


def _keep(enterprise: Organisation, reading: Reading, sent: Sent, filename: str) -> OrderBatch:
    return operations.keep(db.session, current_actor(), enterprise, filename, reading, sent.content)


@bp.route("/orders/imports/<int:batch_id>")
@requires(Permission.ORDER_WRITE)
def preview(batch_id: int) -> str:
    """What a file would bring, and which rows are rejected, why; or first the question what columns mean."""
    batch = in_scope_or_404(OrderBatch, batch_id)
    reading = reading_of(batch)
    if reading.unanswered and batch.confirmed_at is None:
        return _columns_page(batch, reading.unanswered)
    return render_template(
        "orders/bulk_upload/preview.html",
        batch=batch,
        reading=reading,
        layout=ORDERS,
        understood=understood(reading.good, guangdong_cities(db.session)),
        same=open_titles(db.session, batch.enterprise_id),
    )


def _columns_page(batch: OrderBatch, columns: list[UnknownColumn]) -> str:
    return render_template(
        "orders/bulk_upload/columns.html", batch=batch, columns=columns, meanings=meanings_of_columns()
    )


@bp.route("/orders/imports/<int:batch_id>/columns")
@requires(Permission.ORDER_WRITE)
def name_columns(batch_id: int) -> str:
    """The columns of a file that are not read, or were explained, with their present meaning."""
    batch = in_scope_or_404(OrderBatch, batch_id)
    return _columns_page(batch, reading_of(batch).questions)


@bp.route("/orders/imports/<int:batch_id>/columns", methods=["POST"])
@requires(Permission.ORDER_WRITE)
@reads_files
def explain_columns(batch_id: int) -> Response:
    """Remember what the file's columns mean, and read it again."""
    batch = in_scope_or_404(OrderBatch, batch_id)
    told = answers_in(request.form, {field for field, _word in meanings_of_columns()})
    content, unhide = operations.to_read_again(batch)
    read = partial(operations.read_explained, db.session, batch, told)
    _sent, reading = read_sent(content, unhide, read)
    operations.explain_columns(db.session, current_actor(), batch, told, reading)
    return finish(url_for("orders.preview", batch_id=batch.id))


@bp.route("/orders/columns")
@requires(Permission.ORDER_WRITE)
def columns() -> str:
    """What the headings of one's own sheets were said to mean."""
    explained = explained_columns(db.session, current_actor())
    words = dict(meanings_of_columns())
    return render_template("orders/bulk_upload/remembered.html", explained=explained, words=words)


@bp.route("/orders/columns/<int:column_id>", methods=["POST"])
@requires(Permission.ORDER_WRITE)
def forget_column(column_id: int) -> Response:
    """Forget what a heading means: the next sheet with it asks again."""
    operations.forget_column(db.session, current_actor(), in_scope_or_404(OrderColumn, column_id))
    return finish(url_for("orders.columns"))


@bp.route("/orders/imports/<int:batch_id>/confirm", methods=["POST"])
@requires(Permission.ORDER_WRITE)
def confirm(batch_id: int) -> Response:
    """Write the good rows as drafts, all or none."""
    read_only()
    batch, now = in_scope_or_404(OrderBatch, batch_id), utc_now()
    orders = operations.work_out(db.session, current_actor(), batch, day_of(now))
    let_go()
    count = operations.confirm(db.session, current_actor(), batch, orders, now)
    flash(_("已写成 %(n)s 份草稿。请逐个看法律检查、确认工种，再提交。", n=count), "success")
    return finish(url_for("orders.index", state="draft"))


@bp.route("/orders/imports/<int:batch_id>/refused.xlsx")
@requires(Permission.ORDER_WRITE)
def rejected(batch_id: int) -> Response:
    """The rejected rows with their reasons."""
    batch = in_scope_or_404(OrderBatch, batch_id)
    return send_rejected(_("退回的岗位.xlsx"), ORDERS, batch)


@bp.route("/orders/template.xlsx")
@requires(Permission.ORDER_WRITE)
def template() -> Response:
    """The blank workbook."""
    return send_workbook(_("岗位模板.xlsx"), write_template, guangdong_cities(db.session))
