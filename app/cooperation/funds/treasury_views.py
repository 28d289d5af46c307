"""HTTP of the treasury's file: sent, previewed, confirmed, compared."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.cooperation.funds import bp, operations, treasury
from app.cooperation.funds.forms import FIRST_YEAR, LAST_YEAR
from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.reading import Reading, Sent
from app.kit.files.bulk_upload.web import UploadForm, read_upload, send_rejected
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from models.access import Permission
from models.clock import today, utc_now
from models.cooperation.treasury import TreasuryBatch
from models.reference.area import area_names

P = Permission


@bp.route("/treasury/upload", methods=["GET", "POST"])
@requires(P.FUND_WRITE)
@reads_files
def upload() -> str | Response:
    """Take the treasury's file and lead to its preview; nothing is written down yet."""
    form, actor = UploadForm(), current_actor()
    county = operations.own_county(actor)

    def read(sent: Sent) -> Reading:
        return treasury.read(db.session, county, sent, today())

    def keep(reading: Reading, sent: Sent, filename: str) -> TreasuryBatch:
        return treasury.keep(db.session, current_actor(), county, filename, reading)

    if form.validate_on_submit() and (batch := read_upload(form, read, keep)):
        return finish(url_for("funds.treasury_preview", batch_id=batch.id))
    return render_template("cooperation/funds/treasury_upload.html", form=form, code=county)


@bp.route("/treasury/<int:batch_id>")
@requires(P.FUND_WRITE)
def treasury_preview(batch_id: int) -> str:
    """What a file would write, and which rows are rejected."""
    batch = in_scope_or_404(TreasuryBatch, batch_id)
    return render_template(
        "cooperation/funds/treasury_preview.html",
        batch=batch,
        reading=reading_of(batch),
        layout=treasury.LAYOUT,
    )


@bp.route("/treasury/<int:batch_id>/confirm", methods=["POST"])
@requires(P.FUND_WRITE)
def treasury_confirm(batch_id: int) -> Response:
    """Write the good rows down and compare."""
    batch = in_scope_or_404(TreasuryBatch, batch_id)
    only_good = request.form.get("only_good") == "1"
    count = treasury.confirm(db.session, current_actor(), batch, only_good, utc_now())
    flash(ngettext("%(num)d 笔国库流水导入了。", "%(num)d 笔国库流水导入了。", count), "success")
    return finish(url_for("funds.treasury_compare", code=batch.county_code))


@bp.route("/treasury/<int:batch_id>/rejected.xlsx")
@requires(P.FUND_WRITE)
def treasury_rejected(batch_id: int) -> Response:
    """The rejected rows with their reasons."""
    return send_rejected(_("退回的国库流水.xlsx"), treasury.LAYOUT, in_scope_or_404(TreasuryBatch, batch_id))


@bp.route("/counties/<code>/treasury")
@requires(P.FUND_READ)
def treasury_compare(code: str) -> str:
    """The treasury's payments beside ours, what differs first."""
    year = min(max(request.args.get("year", today().year, row_number), FIRST_YEAR), LAST_YEAR)
    rows = treasury.compare(db.session, current_actor(), code, year)
    return render_template(
        "cooperation/funds/treasury_compare.html",
        code=code,
        name=area_names(db.session, {code}).get(code, code),
        year=year,
        years=range(FIRST_YEAR, today().year + 1),
        rows=rows[:500],
        counts=treasury.counts(rows),
    )
