"""HTTP of a spreadsheet of orders: template, upload, preview, one confirm, the rejected rows."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.web import UploadForm, read_upload, send_rejected, send_workbook
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.orders import bp
from app.orders.bulk_upload import operations
from app.orders.bulk_upload.columns import ORDERS, write_template
from app.orders.queries.orders import employers_of, open_titles
from models.access import Permission
from models.clock import utc_now
from models.jobs.order import OrderBatch
from models.reference.area import guangdong_cities
from models.reference.organisation import Organisation


@bp.route("/orders/import", methods=["GET", "POST"])
@requires(Permission.ORDER_WRITE)
def upload() -> str | Response:
    """Take a file and lead to its preview; nothing is written into the orders yet."""
    employers = employers_of(db.session, current_actor())
    wanted = request.values.get("enterprise", type=row_number)
    chosen = next((employer for employer in employers if wanted in (None, employer.id)), None) or abort(404)
    form = UploadForm()
    if form.validate_on_submit() and (
        batch := read_upload(form, lambda data, name: _keep(chosen, data, name))
    ):
        return finish(url_for("orders.preview", batch_id=batch.id))
    return render_template("orders/bulk_upload/upload.html", form=form, employers=employers, chosen=chosen)


def _keep(enterprise: Organisation, data: bytes, filename: str) -> OrderBatch:
    reading = operations.read(db.session, data, enterprise.city_code[:4] + "00")
    return operations.keep(db.session, current_actor(), enterprise, filename, reading)


@bp.route("/orders/imports/<int:batch_id>")
@requires(Permission.ORDER_WRITE)
def preview(batch_id: int) -> str:
    """What a file would bring, and which rows are rejected, why."""
    batch = in_scope_or_404(OrderBatch, batch_id)
    return render_template(
        "orders/bulk_upload/preview.html",
        batch=batch,
        reading=reading_of(batch),
        layout=ORDERS,
        same=open_titles(db.session, batch.enterprise_id),
    )


@bp.route("/orders/imports/<int:batch_id>/confirm", methods=["POST"])
@requires(Permission.ORDER_WRITE)
def confirm(batch_id: int) -> Response:
    """Write the good rows as drafts, all or none."""
    batch = in_scope_or_404(OrderBatch, batch_id)
    count = operations.confirm(db.session, current_actor(), batch, utc_now())
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
