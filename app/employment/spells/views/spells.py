"""HTTP of spells: the list, one spell, begun, ended, put right, shown by evidence, verified."""

from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.employment.spells import bp
from app.employment.spells.forms import CorrectionForm, EndForm, EvidenceForm, SpellForm, WithdrawForm
from app.employment.spells.listing import SPELLS
from app.employment.spells.operations import spells as operations
from app.employment.spells.queries import lists
from app.employment.spells.queries.counts import FIGURE_LABELS, KEPT_LABELS
from app.employment.spells.queries.lists import Search
from app.kit.files.document_sanitizer import MEDIA_TYPE
from app.kit.web.extensions import db, let_go
from app.kit.web.formatters import each_in_words, say
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from app.kit.web.paper_upload import drawn_anew
from app.kit.web.request_limits import row_number
from models.access import Permission
from models.clock import today, utc_now
from models.employment import recording
from models.employment.destination import DESTINATION_LABELS, Destinations
from models.employment.places import Places, place_names
from models.employment.recording import Workplace
from models.employment.spell import SPELL_KIND_LABELS, EmploymentSpell, EvidenceKind, SpellKind
from models.i18n import Sentence
from models.people.purpose import Purpose, stated
from models.people.worker import Worker
from models.placement.evidence_paper import open_paper
from models.placement.leaving import LeaveReason
from models.reference.area import area_names
from models.workflow import TransitionRefused

READ, RECORD = Permission.PLACEMENT_READ, Permission.EMPLOYMENT_RECORD


@bp.route("/employment")
@requires(READ)
def index() -> str:
    """Who works where: a list, narrowed by a figure's cell or by hand."""
    actor, search = current_actor(), Search.read(request.args, today())
    before = request.args.get("before", type=row_number)
    asked = SPELLS.asked_here()
    rows, following = SPELLS.read(db.session, actor, asked, today(), str(before or ""), lists.PAGE)
    where = Destinations(db.session, search.on)
    return render_template(
        "employment/spells/index.html",
        rows=rows,
        search=search,
        places=each_in_words(place_names(db.session, {row.place_code for row in rows})),
        counties=area_names(db.session, {row.county_code for row in rows}),
        went={row.id: DESTINATION_LABELS[where.of(row.place_code, row.county_code)] for row in rows},
        destinations=DESTINATION_LABELS,
        kinds=SPELL_KIND_LABELS,
        figure_words=FIGURE_LABELS,
        kept_words=KEPT_LABELS,
        next_url=SPELLS.at(following) if following else "",
        first_url=SPELLS.at("") if before else "",
    )


def _spell(number: int, permission: Permission = READ) -> EmploymentSpell:
    return lists.spell(db.session, current_actor(), number, permission) or abort(404)


@bp.route("/employment/<int:spell_id>")
@requires(READ)
def show(spell_id: int) -> str:
    """One spell: where, since when until when, by whose word, what shows it."""
    return _page(_spell(spell_id))


def _page(spell: EmploymentSpell, **typed: Any) -> str:
    actor = current_actor()
    papers = lists.papers(db.session, spell.evidence)
    may_verify = actor.can(Permission.FOLLOWUP_VERIFY)
    refusals = operations.each_refusals(db.session, actor, spell.evidence, papers) if may_verify else {}
    forms: dict[str, Any] = {
        "end_form": EndForm(formdata=None),
        "correction_form": CorrectionForm(formdata=None, data=_known(spell)),
        "withdraw_form": WithdrawForm(formdata=None),
        "evidence_form": EvidenceForm(formdata=None),
    }
    return render_template(
        "employment/spells/show.html",
        spell=spell,
        papers=papers,
        refusals=refusals,
        may_withdraw=lists.spell(db.session, actor, spell.id, Permission.WORKER_WRITE) is not None,
        may_record=lists.spell(db.session, actor, spell.id, RECORD) is not None,
        places=each_in_words(place_names(db.session, {spell.place_code})),
        counties=area_names(db.session, {spell.county_code}),
        went=DESTINATION_LABELS[Destinations(db.session, today()).of(spell.place_code, spell.county_code)],
        others=recording.overlapping(
            db.session, spell.worker_id, spell.began_on, spell.ended_on, but=spell.id
        ),
        **(forms | typed),
    )


def _known(spell: EmploymentSpell) -> dict[str, Any]:
    """What stands there, as the form that corrects it shows it."""
    return {
        "kind": spell.kind.value,
        "employer": spell.employer_name,
        "place": _place_word(spell),
        "began_on": spell.began_on,
        "ended_on": spell.ended_on,
        "part_time": spell.is_part_time,
        "seeks_other": spell.seeks_other,
    }


@bp.route("/employment/people/<int:worker_id>/new", methods=["GET", "POST"])
@requires(Permission.WORKER_WRITE)
def begin(worker_id: int) -> str | Response:
    """Where one person works, as the county or township was told."""
    worker, form = in_scope_or_404(Worker, worker_id), SpellForm()
    if form.validate_on_submit():
        place = Places(db.session, worker.county_code).code_of(form.place.data)
        if place is None:
            form.place.errors = [_("认不出是哪里，请写省、市或县的名字，例如“佛山”“浙江”“本县”。")]
        else:
            try:
                spell = _begin(worker, form, place)
            except TransitionRefused as problem:
                db.session.rollback()
                form.employer.errors = [say(problem.sentence)]
            else:
                flash(_("已登记。"), "success")
                return finish(url_for("spells.show", spell_id=spell.id))
        worker = in_scope_or_404(Worker, worker_id)
    return render_template("employment/spells/begin.html", form=form, worker=worker)


def _begin(worker: Worker, form: SpellForm, place: str) -> EmploymentSpell:
    name = form.employer.data or ""
    known = operations.known_employer(db.session, name, place) if name else None
    spell = operations.begin(
        db.session,
        current_actor(),
        worker,
        Workplace(SpellKind(form.kind.data), place, name, known.id if known else None),
        form.began_on.data or today(),
        today(),
        began_known=form.began_on.data is not None,
        is_part_time=form.part_time.value,
        overlap_reason=form.overlap_reason.data or "",
        seeks_other=form.seeks_other.value,
    )
    db.session.flush()
    return spell


@bp.route("/employment/<int:spell_id>/end", methods=["POST"])
@requires(RECORD)
def end(spell_id: int) -> str | Response:
    """The last day."""
    spell, form = _spell(spell_id, RECORD), EndForm()
    if form.validate():
        if spell.placement_id is not None:
            raise TransitionRefused(Sentence("这段经历是平台推荐的岗位，请在“输出与跟踪”里登记离职。"))
        reason = LeaveReason(form.reason.data) if form.reason.data else None
        recording.end_spell(
            db.session,
            spell,
            form.ended_on.data,
            reason,
            actor=current_actor(),
            today=today(),
            note=form.note.data or "",
        )
        flash(_("已登记离开。"), "success")
        return finish(url_for("spells.show", spell_id=spell_id))
    return _page(spell, end_form=form)


@bp.route("/employment/<int:spell_id>/correct", methods=["POST"])
@requires(RECORD)
def correct(spell_id: int) -> str | Response:
    """What was written put right, with the reason; an end left empty takes the end back."""
    spell, form = _spell(spell_id, RECORD), CorrectionForm()
    if form.validate():
        if spell.placement_id is not None:
            raise TransitionRefused(Sentence("这段经历是平台推荐的岗位，请在推荐的页面更正日子。"))
        changes = _corrections(spell, form)
        if changes is None:
            form.place.errors = [_("认不出是哪里，请写省、市或县的名字，例如“佛山”“浙江”“本县”。")]
            return _page(spell, correction_form=form)
        actor, reason = current_actor(), form.correction.data
        if spell.ended_on is not None and changes["ended_on"] is None:
            recording.reopen_spell(db.session, spell, reason, actor=actor)
        if any(getattr(spell, name) != value for name, value in changes.items()):
            recording.correct_spell(db.session, spell, changes, reason, actor=actor, today=today())
        flash(_("已更正。"), "success")
        return finish(url_for("spells.show", spell_id=spell_id))
    return _page(spell, correction_form=form)


def _corrections(spell: EmploymentSpell, form: CorrectionForm) -> dict[str, Any] | None:
    """The columns as the form has them; None where the place is none. A place that nobody typed stays."""
    place, name = spell.place_code, form.employer.data or ""
    if form.place.data and form.place.data != _place_word(spell):
        code = Places(db.session, spell.county_code).code_of(form.place.data)
        if code is None:
            return None
        place = code
    is_same = name == spell.employer_name and place == spell.place_code
    known = None if is_same or not name else operations.known_employer(db.session, name, place)
    return {
        "kind": SpellKind(form.kind.data),
        "employer_name": name,
        "employer_id": spell.employer_id if is_same else known.id if known else None,
        "place_code": place,
        "began_on": form.began_on.data or spell.began_on,
        "began_known": spell.began_known or form.began_on.data not in (None, spell.began_on),
        "ended_on": form.ended_on.data,
        "is_part_time": form.part_time.value,
        "seeks_other": form.seeks_other.value,
    }


def _place_word(spell: EmploymentSpell) -> str:
    names = each_in_words(place_names(db.session, {spell.place_code}))
    return str(names.get(spell.place_code, ""))


@bp.route("/employment/<int:spell_id>/withdraw", methods=["POST"])
@requires(Permission.WORKER_WRITE)
def withdraw(spell_id: int) -> str | Response:
    """It never was: the county takes it back, the audit keeps what it said."""
    spell, form = _spell(spell_id, Permission.WORKER_WRITE), WithdrawForm()
    if form.validate():
        if spell.placement_id is not None:
            raise TransitionRefused(Sentence("这段经历是平台推荐的岗位，请在推荐的页面更正日子。"))
        worker_id = spell.worker_id
        recording.withdraw_spell(db.session, spell, form.why.data, actor=current_actor())
        flash(_("已撤掉。"), "success")
        return finish(url_for("workers.show", worker_id=worker_id))
    return _page(spell, withdraw_form=form)


@bp.route("/employment/<int:spell_id>/evidence", methods=["POST"])
@requires(RECORD)
@reads_files
def add_evidence(spell_id: int) -> str | Response:
    """What shows that somebody works there."""
    spell, form = _spell(spell_id, RECORD), EvidenceForm()
    if form.validate():
        paper = drawn_anew(form.file) if form.file.data else None
        if not form.file.errors:
            let_go()
            spell = _spell(spell_id, RECORD)
            kind, day = EvidenceKind(form.evidence.data), form.shown_on.data
            monthly = kind in (EvidenceKind.WAGE, EvidenceKind.INSURANCE, EvidenceKind.ROSTER)
            operations.show(
                db.session,
                current_actor(),
                spell,
                kind,
                day,
                today(),
                month=day.replace(day=1) if monthly else None,
                wage_fen=form.wage.data,
                note=form.note.data or "",
                pages=paper,
            )
            flash(_("已登记。"), "success")
            return finish(url_for("spells.show", spell_id=spell_id))
        spell = _spell(spell_id, RECORD)
    return _page(spell, evidence_form=form)


@bp.route("/employment/evidence/<int:evidence_id>/open", methods=["POST"])
@requires(RECORD)
def open_evidence(evidence_id: int) -> FlaskResponse:
    """Show the file of a piece of evidence; looking is noted."""
    row = lists.evidence(db.session, current_actor(), evidence_id, RECORD) or abort(404)
    paper = lists.papers(db.session, [row]).get(row.id) or abort(404)
    purpose = stated(Purpose.INSPECTION, "核实用工凭据")
    content = open_paper(db.session, current_actor(), paper, purpose, kind=row.kind.value)
    db.session.commit()
    return FlaskResponse(content, mimetype=MEDIA_TYPE, headers={"Content-Disposition": "inline"})


@bp.route("/employment/evidence/<int:evidence_id>/verify", methods=["POST"])
@requires(Permission.FOLLOWUP_VERIFY)
def verify_evidence(evidence_id: int) -> Response:
    """The receiving city has looked at it."""
    actor = current_actor()
    row = lists.evidence(db.session, actor, evidence_id, Permission.FOLLOWUP_VERIFY) or abort(404)
    paper = lists.papers(db.session, [row]).get(row.id)
    operations.verify(db.session, actor, row, paper, utc_now())
    flash(_("已核实。"), "success")
    return finish(url_for("spells.show", spell_id=row.spell_id))
