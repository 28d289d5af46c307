"""HTTP of the grid in which a few people are entered at once."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db, let_go
from app.kit.web.guards import current_actor, reads_files, requires
from app.kit.web.idempotency import finish
from app.workers.intake import bp, grid, operations
from app.workers.roster.fields import BY_NAME
from models.access import Permission
from models.clock import china_now, today
from models.i18n import Sentence
from models.reference.area import area_names


def _areas() -> list[tuple[str, str]]:
    codes = {right.area_code for right in current_actor().rights_for(Permission.ROSTER_SEND)}
    return sorted(area_names(db.session, codes).items())


def _page(shown: grid.Grid, status: int = 200) -> tuple[str, int]:
    page = render_template(
        "workers/intake/grid.html",
        grid=shown,
        columns=[BY_NAME[name] for name in grid.COLUMNS],
        areas=_areas(),
        most=grid.MOST,
    )
    return page, status


@bp.route("/imports/grid")
@requires(Permission.ROSTER_SEND)
def grid_page() -> tuple[str, int]:
    """Ten empty lines."""
    return _page(grid.typed({}))


@bp.route("/imports/grid", methods=["POST"])
@requires(Permission.ROSTER_SEND)
@reads_files
def send_grid() -> tuple[str, int] | Response:
    """Read the grid; without faults, or where they shall be left, it goes on as a roster.

    Form: c<n>-<column>, pasted, county_code, anyway, put.
    """
    shown, actor = grid.typed(request.form), current_actor()
    areas = dict(_areas())
    area = request.form.get("county_code", "") or next(iter(areas))
    if area not in areas:
        shown.whole.append(Sentence("请选是哪个县的人。"))
        return _page(shown, 422)
    if not shown.filled:
        shown.whole.append(Sentence("一行也没有写。请先写几个人，或从表格里粘贴。"))
    if shown.whole or "put" in request.form:
        return _page(shown, 422 if shown.whole else 200)
    let_go()
    content = grid.check(shown, area[:6], today())
    if shown.faults and "anyway" not in request.form:
        return _page(shown, 422)
    name = f"{_('网页录入')}-{china_now():%Y%m%d-%H%M}.xlsx"
    batch = operations.send_file(db.session, actor, area, name, content)
    return finish(url_for("intake.show", number=batch.id))
