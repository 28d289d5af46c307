"""HTTP of pairings: who helps whom as of a day, one pair before a visit, a new pairing, the end of one."""

from datetime import date

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.cooperation import articles, bp
from app.cooperation.operations import pairings as operations
from app.cooperation.queries import one_pair, pairs
from app.cooperation.register import registers
from app.cooperation.views.entries import READ, WRITE
from app.kit.web.extensions import db
from app.kit.web.fields import Form, choice, day_field, text
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from models.clock import today
from models.i18n import N_
from models.reference.area import area_names
from models.reference.dated_fact import Pairing
from models.workflow import TransitionRefused

LEVELS = (
    ("省帮扶", N_("省帮扶")),
    ("市帮扶", N_("市帮扶")),
    ("重点帮扶", N_("重点帮扶")),
    ("对口支援", N_("对口支援")),
    ("携手奔小康", N_("携手奔小康（县与县、镇）")),
    ("乡镇结对", N_("乡镇结对")),
    ("村结对", N_("村结对")),
    ("学校结对", N_("学校结对")),
    ("医院结对", N_("医院结对")),
)
KINDS = (
    ("东西部扶贫协作", N_("东西部扶贫协作")),
    ("对口支援", N_("对口支援")),
    ("东西部协作", N_("东西部协作")),
)


class PairingForm(Form):
    """A pairing: both ends by code of the place and name (of the village, school, hospital), days, source."""

    relation = choice(_l("哪一级结对"), [(value, _l(word)) for value, word in LEVELS], must=True)
    kind = choice(_l("哪一种"), [(value, _l(word)) for value, word in KINDS], must=True)
    helper_code = text(_l("帮扶方区划代码"), most=9, must=True)
    helper_name = text(_l("帮扶方"), most=40, must=True)
    recipient_code = text(_l("被帮扶方区划代码"), most=9, must=True)
    recipient_name = text(_l("被帮扶方"), most=40, must=True)
    valid_from = day_field(_l("从哪天起"), must=True)
    valid_to = day_field(_l("到哪天"), after="valid_from")
    source = text(_l("依据的文件"), most=200, must=True)


class PairingEndForm(Form):
    """Until when, by which document."""

    valid_to = day_field(_l("到哪天为止"), must=True)
    source = text(_l("依据的文件"), most=150, must=True)


def _asked_day() -> date:
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return today()


@bp.route("/pairings")
@requires(READ)
def pairings() -> str:
    """A matrix of who helps whom as of a day."""
    day = _asked_day()
    rows = pairs.as_of(db.session, day)
    top = [row for row in rows if row.recipient_code.endswith("00")]
    return render_template(
        "cooperation/pairings.html",
        articles=[articles.BY_NUMBER[number] for number in (3, 4, 5)],
        day=day,
        changes=pairs.changes(db.session),
        helpers=sorted({(row.helper_code, row.helper_name) for row in top}),
        recipients=sorted({(row.recipient_code, row.recipient_name) for row in top}),
        cells={(row.helper_code, row.recipient_code): row for row in top},
        has_page={
            (row.helper_code, row.recipient_code)
            for row in top
            if pairs.is_open_to(db.session, current_actor(), row.helper_code, row.recipient_code)
        },
        below=[row for row in rows if not row.recipient_code.endswith("00")],
        may_end=lambda row: (
            current_actor().can(WRITE)
            and row.valid_to is None
            and operations.may_write(current_actor(), row.helper_code, row.recipient_code)
        ),
    )


@bp.route("/pairings/new", methods=["GET", "POST"])
@requires(WRITE)
def new_pairing() -> str | Response:
    """A pairing begins: the changes of 2017 and 2021 are new rows, and ends of old ones."""
    form = PairingForm()
    if form.validate_on_submit():
        names = [column.key for column in Pairing.__table__.columns if column.key in form.data]
        values = {name: form.data[name] for name in names}
        try:
            operations.begin(db.session, current_actor(), values, today())
        except TransitionRefused as problem:
            db.session.rollback()
            form.recipient_code.errors = [say(sentence) for sentence in problem.sentences]
        else:
            flash(_("已登记。"), "success")
            return finish(url_for("cooperation.pairings", on=form.valid_from.data.isoformat()))
    return render_template("cooperation/pairing_form.html", form=form, heading=_("登记结对关系"))


@bp.route("/pairings/<int:pairing_id>/end", methods=["GET", "POST"])
@requires(WRITE)
def end_pairing(pairing_id: int) -> str | Response:
    """A pairing ends on a day; what it was stays as it was."""
    row = db.session.get(Pairing, pairing_id) or abort(404)
    if not operations.may_write(current_actor(), row.helper_code, row.recipient_code):
        abort(404)
    form = PairingEndForm()
    if form.validate_on_submit():
        try:
            operations.end(db.session, current_actor(), row, form.valid_to.data, form.source.data)
        except TransitionRefused as problem:
            db.session.rollback()
            form.valid_to.errors = [say(sentence) for sentence in problem.sentences]
        else:
            flash(_("已记下到哪天为止。"), "success")
            return finish(url_for("cooperation.pairings"))
    heading = _(
        "%(helper)s帮扶%(recipient)s，到哪天为止", helper=row.helper_name, recipient=row.recipient_name
    )
    return render_template("cooperation/pairing_form.html", form=form, heading=heading)


@bp.route("/pairings/<helper>/<recipient>")
@requires(READ)
def pair(helper: str, recipient: str) -> str:
    """One pair, as a leader looks at it before a visit; one A4 on paper."""
    actor, day = current_actor(), today()
    names = area_names(db.session, (helper, recipient))
    if not pairs.is_open_to(db.session, actor, helper, recipient):
        abort(404)
    told = one_pair.pair(db.session, actor, helper, recipient, day)
    return render_template(
        "cooperation/pair.html",
        helper=helper,
        recipient=recipient,
        names=names,
        pair=told,
        day=day,
        registers=registers(),
    )
