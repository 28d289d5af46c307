"""HTTP of a worker's own pages: made for a small telephone."""

from io import BytesIO

from flask import abort, flash, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number, wanted
from app.placements.operations import answers
from app.placements.queries import cases
from app.portal import bp, queries
from app.portal.contacts import numbers_of_job
from app.portal.forms import DeclineForm, WishForm
from app.training.certification.queries import own_certificates, qr_picture
from app.workers.own_words.queries import own_words
from app.workers.personal_data.operations import note_export
from app.workers.personal_data.queries.history import timeline
from app.workers.personal_data.queries.record import whole_record
from app.workers.personal_data.queries.who_looked import looks_at
from app.workers.personal_data.queries.workbook import as_workbook
from models.access import Permission
from models.clock import today, utc_now
from models.messages.contact_choice import choice_of
from models.people.consent import ConsentKind, present_text
from models.people.purpose import Purpose, stated
from models.people.standing import overlaps
from models.people.worker import Worker
from models.placement import disclosed_terms
from models.placement.acknowledgement import BEFORE_DEPARTURE, latest_acknowledgements
from models.placement.leaving import Channel
from models.placement.placement import Placement
from models.reference.area import area_names

MOST_CARDS = 15  # of one group on a page of 60 kB


@bp.route("/my/offers")
@requires(Permission.PORTAL)
def offers() -> str:
    """The jobs offered: first those that wait for an answer."""
    rows = queries.own_offers(db.session, current_actor())
    groups = queries.grouped(rows)
    told = {row.id: disclosed_terms.terms_of(db.session, row, today()) for row in rows}
    return render_template(
        "portal/offers.html",
        groups={key: row[:MOST_CARDS] for key, row in groups.items()},
        hidden={key: len(row) - MOST_CARDS for key, row in groups.items() if len(row) > MOST_CARDS},
        told=told,
        ended=cases.ended_jobs(db.session, rows, today()),
        classes=queries.own_classes(db.session, current_actor()),
        news=queries.hukou_news(db.session, current_actor().worker_id, today()),
    )


@bp.route("/my/offers/<int:number>")
@requires(Permission.PORTAL)
def offer(number: int) -> str:
    """One job: the money in hand, what to know before going, what to answer."""
    row = _own(number)
    return render_template(
        "portal/offer.html",
        row=row,
        told=disclosed_terms.terms_of(db.session, row, today()),
        villagers=cases.villagers_there(db.session, row),
        steps=cases.steps_of(row),
        county=area_names(db.session, {row.county_code}).get(row.county_code, ""),
        withdrawable=answers.can_withdraw_consent(row),
        ended=cases.ended_jobs(db.session, [row], today()).get(row.id),
        clash=overlaps(db.session, [row], today()).get(row.id),
        consent_text=present_text(ConsentKind.ENTERPRISE).text,
        may_acknowledge=row.state in BEFORE_DEPARTURE,
        card=latest_acknowledgements(db.session, [row.id]).get(row.id),
    )


def _own(number: int) -> Placement:
    return queries.own_offer(db.session, current_actor(), number) or abort(404)


def _person() -> Worker:
    return queries.own_record(db.session, current_actor()) or abort(404)


@bp.route("/my/offers/<int:number>/accept", methods=["POST"])
@requires(Permission.PORTAL)
def accept(number: int) -> Response:
    """Yes: from now on this enterprise sees name and phone."""
    row = _own(number)
    clash = answers.accept(db.session, current_actor(), row, Channel.PORTAL, utc_now())
    flash(_("好，已经告诉县就业局和企业。企业会联系你。"), "success")
    if clash:
        flash(say(clash.own_sentence), "warning")
    return finish(url_for("portal.offer", number=row.id))


@bp.route("/my/offers/<int:number>/ask", methods=["GET", "POST"])
@requires(Permission.PORTAL)
def ask(number: int) -> str | Response:
    """Questions first: whom to call, or be called by the county."""
    row = _own(number)
    if request.method == "GET":
        return render_template(
            "portal/ask.html",
            row=row,
            told=disclosed_terms.terms_of(db.session, row, today()),
            numbers=numbers_of_job(db.session, row, today()),
        )
    answers.ask(db.session, current_actor(), row, utc_now())
    flash(_("记下了，县就业局会给你回电话。"), "success")
    return finish(url_for("portal.offer", number=row.id))


@bp.route("/my/offers/<int:number>/decline", methods=["GET", "POST"])
@requires(Permission.PORTAL)
def decline(number: int) -> str | Response:
    """No, and why."""
    row, form = _own(number), DeclineForm()
    if not form.validate_on_submit():
        return render_template("portal/decline.html", row=row, form=form)
    answers.decline(db.session, current_actor(), row, Channel.PORTAL, form.value, utc_now())
    flash(_("知道了，这个岗位不去。有合适的再告诉你。"), "success")
    return finish(url_for("portal.offers"))


@bp.route("/my/offers/<int:number>/consent", methods=["POST"])
@requires(Permission.PORTAL)
def consent(number: int) -> Response:
    """Close name and phone to the enterprise again, or open them. Form: open."""
    row = _own(number)
    is_open = wanted("open")
    answers.set_consent(db.session, current_actor(), row, is_open, Channel.PORTAL, utc_now())
    closed, opened = _("收回了，企业看不到你的姓名和电话了。"), _("好，企业又看得到你的姓名和电话了。")
    flash(opened if is_open else closed, "success")
    return finish(url_for("portal.offer", number=row.id))


@bp.route("/my/profile/looks")
@requires(Permission.PORTAL)
def looks() -> str:
    """Who has looked at the person's data and what for; to whom the person opened it."""
    person = _person()
    offers, start = (
        queries.own_offers(db.session, current_actor()),
        request.args.get("start", 0, row_number) or 0,
    )
    looks, end = looks_at(db.session, person), start + queries.PAGE
    opened = [] if start else [one for one in offers if one.consented_at]
    return render_template(
        "portal/looks.html",
        looks=looks[start:end],
        older=end if len(looks) > end else None,
        disclosures=opened[: queries.PAGE],
        more_disclosures=len(opened) > queries.PAGE,
        texts=queries.own_consents(db.session, current_actor()),
    )


@bp.route("/my/profile")
@requires(Permission.PORTAL)
def profile() -> str:
    """What the register knows of the person, the numbers masked."""
    person = _person()
    county = area_names(db.session, {person.county_code}).get(person.county_code, "")
    papers = own_certificates(db.session, current_actor())
    return render_template(
        "portal/profile.html",
        person=person,
        county=county,
        papers=papers,
        today=today(),
        words=own_words(db.session, current_actor()),
        fields=WishForm(formdata=None),
        pictures={row.id: qr_picture(row) for row in papers if row.is_valid_on(today())}
        if len(papers) == 1
        else {},
    )


@bp.route("/my/data", methods=["POST"])
@requires(Permission.PORTAL)
def own_data() -> Response:
    """Everything the platform keeps about the person, as a workbook (个人信息保护法 45条)."""
    actor, person = current_actor(), _person()
    rows = queries.own_offers(db.session, actor)
    entries = timeline(db.session, person, rows)
    content = as_workbook(whole_record(db.session, person, rows, entries))
    note_export(db.session, actor, person, stated(Purpose.REQUEST))
    finish(url_for("portal.profile"))
    return send_file(BytesIO(content), as_attachment=True, download_name=f"{_('我的全部资料')}.xlsx")


@bp.route("/my/messages")
@requires(Permission.PORTAL)
def messages() -> str:
    """Every message that was really sent to the person: what is not here is not from us."""
    before = request.args.get("before", type=row_number)
    actor = current_actor()
    rows, older = queries.own_messages(db.session, actor, before)
    choice = choice_of(db.session, actor.worker_id) if actor.worker_id is not None else None
    return render_template(
        "portal/messages.html", messages=rows, older=older, texts_refused=choice and choice.texts_refused_at
    )


@bp.route("/my/certificates/<int:certificate_id>")
@requires(Permission.PORTAL)
def own_certificate(certificate_id: int) -> str:
    """One certificate, with the code that can be shown."""
    papers = [row for row in own_certificates(db.session, current_actor()) if row.id == certificate_id]
    pictures = {row.id: qr_picture(row) for row in papers if row.is_valid_on(today())}
    return render_template(
        "portal/certificate.html", papers=papers or abort(404), today=today(), pictures=pictures
    )
