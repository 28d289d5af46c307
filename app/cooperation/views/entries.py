"""HTTP of a register's lines: the list, a new one, one with papers and history, its steps."""

from typing import Any

from flask import Response as FileResponse
from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.cooperation import articles, bp, forms, sheet
from app.cooperation.operations import entries as operations
from app.cooperation.queries import entries as queries
from app.cooperation.queries.entries import Search
from app.cooperation.queries.people import people_shown
from app.cooperation.register import Register, registers
from app.kit.files.document_sanitizer import MEDIA_TYPE
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from app.kit.web.paper_upload import drawn_anew
from app.kit.web.request_limits import place_asked
from app.kit.web.transition_forms import asked, row_for
from models.access import Permission
from models.clock import today, utc_now
from models.cooperation.entry import ENTRY_STATE_LABELS, ENTRY_WORKFLOW, EntryPaper, RegisterEntry
from models.workflow import TransitionRefused

READ, WRITE = Permission.COOPERATION_READ, Permission.COOPERATION_WRITE


def register_or_404(key: str) -> Register:
    """The register of an address."""
    return registers().get(key) or abort(404)


def entry_or_404(register: Register, entry_id: int, permission: Permission = READ) -> RegisterEntry:
    """A line of this register within the reader's scope."""
    entry: RegisterEntry = in_scope_or_404(RegisterEntry, entry_id, permission)
    return entry if entry.register == register.key else abort(404)


@bp.route("/")
@requires(READ)
def index() -> str:
    """The document, article by article, with the pages that answer it."""
    actor = current_actor()
    by_article: dict[int, list[Register]] = {}
    for register in registers().values():
        by_article.setdefault(register.article, []).append(register)
    return render_template(
        "cooperation/index.html",
        articles=articles.ARTICLES,
        by_article=by_article,
        counts=queries.register_counts(db.session, actor),
        can_open=_can_open,
    )


def _can_open(endpoint: str) -> bool:
    """Whether the reader may open a page, so that no link leads to a refusal."""
    from flask import current_app

    from app.kit.web.guards import policy_of

    if endpoint not in current_app.view_functions:
        return False
    policy = policy_of(current_app, endpoint)
    return not isinstance(policy, Permission) or current_actor().can(policy)


@bp.route("/<register>/")
@requires(READ)
def entries(register: str) -> str:
    """A register's list."""
    here, actor, search = register_or_404(register), current_actor(), Search.read(request.args)
    place, day = place_asked(), today()
    rows, following = queries.page(db.session, actor, here, search, day, place)
    told: dict[str, Any] = search.filled()
    return render_template(
        "cooperation/entries.html",
        register=here,
        article=articles.BY_NUMBER[here.article],
        rows=rows,
        names=queries.names(db.session, rows),
        search=search,
        total=queries.total(db.session, actor, here.key, search, day),
        offered=queries.choices(db.session, actor, here, day),
        states=ENTRY_STATE_LABELS,
        cell_of=sheet.cell_of,
        next_url=url_for("cooperation.entries", register=register, **told, after=following)
        if following
        else "",
        first_url=url_for("cooperation.entries", register=register, **told) if place else "",
    )


@bp.route("/<register>/new", methods=["GET", "POST"])
@requires(WRITE)
def new(register: str) -> str | Response:
    """A new line."""
    here, actor = register_or_404(register), current_actor()
    form = forms.entry_form(db.session, here, queries.choices(db.session, actor, here, today()))
    if request.method == "GET" and "parent_id" in here.by_name:
        form.parent_id.data = request.args.get("parent", "")[:10]
    if form.validate_on_submit():
        entry = _write(here, form)
        if entry is not None:
            flash(_("已登记。"), "success")
            return finish(url_for("cooperation.entry", register=register, entry_id=entry.id))
    return _form_page(here, form)


def _write(register: Register, form: Any, entry: RegisterEntry | None = None) -> RegisterEntry | None:
    """Keep what the form says; None, the reasons beside the place, where it cannot be kept."""
    told = forms.values(db.session, register, form)
    try:
        return operations.write(db.session, current_actor(), register, told, today(), entry)
    except TransitionRefused as problem:
        db.session.rollback()
        form.place_code.errors = [say(sentence) for sentence in problem.sentences]
        return None


def _form_page(register: Register, form: Any, entry: RegisterEntry | None = None) -> str:
    return render_template(
        "cooperation/form.html",
        register=register,
        article=articles.BY_NUMBER[register.article],
        form=form,
        entry=entry,
    )


@bp.route("/<register>/<int:entry_id>")
@requires(READ)
def entry(register: str, entry_id: int) -> str:
    """One line: what it says, where it stands, its papers, what belongs to it, its history."""
    here = register_or_404(register)
    return line_page(here, entry_or_404(here, entry_id))


def line_page(
    register: Register,
    entry: RegisterEntry,
    paper_form: Any = None,
    people_form: Any = None,
    leave_form: Any = None,
) -> str:
    """The page of a line, with a form that was sent and has to be put right."""
    actor, day = current_actor(), today()
    children = []
    for key in register.children:
        search = Search(parent=str(entry.id))
        rows, following = queries.page(db.session, actor, registers()[key], search, day, "")
        children.append((registers()[key], rows, queries.names(db.session, rows), following))
    people = people_shown(db.session, actor, entry) if register.people else []
    return render_template(
        "cooperation/entry.html",
        register=register,
        article=articles.BY_NUMBER[register.article],
        entry=entry,
        names=queries.names(db.session, [entry]),
        parent_register=next((column.of for column in register.columns if column.of), ""),
        steps=ENTRY_WORKFLOW.available(entry, actor) if may_write(entry) else [],
        may_write=may_write(entry),
        papers=queries.papers(db.session, entry),
        paper_form=paper_form or forms.EntryPaperForm(formdata=None),
        people=people,
        people_form=people_form or forms.PeopleForm(formdata=None),
        leave_form=leave_form or forms.LeaveForm(formdata=None).offer(people),
        may_see_people=actor.can(Permission.WORKER_READ),
        children=children,
        figures=list(register.figures(db.session, actor, entry, day)),
        history=queries.history(db.session, register, entry),
        cell_of=sheet.cell_of,
    )


def may_write(entry: RegisterEntry) -> bool:
    """Whether the reader writes for one end of the line."""
    actor = current_actor()
    return actor.can(WRITE) and operations.is_own(db.session, actor, entry.place_code, entry.city_code)


@bp.route("/<register>/<int:entry_id>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(register: str, entry_id: int) -> str | tuple[str, int] | Response:
    """Put a line right."""
    here = register_or_404(register)
    entry = entry_or_404(here, entry_id, WRITE)
    form = forms.entry_form(
        db.session, here, queries.choices(db.session, current_actor(), here, today()), entry
    )
    if form.is_ready() and _write(here, form, entry) is not None:
        flash(_("已改好。"), "success")
        return finish(url_for("cooperation.entry", register=register, entry_id=entry_id))
    return _form_page(here, form, entry_or_404(here, entry_id, WRITE)), form.status


@bp.route("/<register>/<int:entry_id>/step", methods=["POST"])
@requires(READ)
def step(register: str, entry_id: int) -> Response:
    """One step of its workflow."""
    here = register_or_404(register)
    entry_or_404(here, entry_id)
    step, reason = asked(ENTRY_WORKFLOW)
    entry: RegisterEntry = row_for(step, RegisterEntry, entry_id)
    operations.advance(db.session, current_actor(), entry, step.event, utc_now(), reason)
    flash(_("已记下。"), "success")
    return finish(url_for("cooperation.entry", register=register, entry_id=entry_id))


@bp.route("/<register>/<int:entry_id>/papers", methods=["POST"])
@requires(WRITE)
@reads_files
def add_paper(register: str, entry_id: int) -> str | Response:
    """A photograph or document, drawn anew."""
    here = register_or_404(register)
    entry_or_404(here, entry_id, WRITE)
    form = forms.EntryPaperForm()
    paper = drawn_anew(form.file) if form.validate() else None
    if paper is None:
        return line_page(here, entry_or_404(here, entry_id, WRITE), paper_form=form)
    entry = entry_or_404(here, entry_id, WRITE)
    operations.add_paper(db.session, current_actor(), entry, form.name.data, paper)
    flash(_("附件收好了。"), "success")
    return finish(url_for("cooperation.entry", register=register, entry_id=entry_id))


@bp.route("/<register>/<int:entry_id>/papers/<int:paper_id>", methods=["POST"])
@requires(READ)
def open_paper(register: str, entry_id: int, paper_id: int) -> FileResponse:
    """One paper; that it was opened is noted."""
    entry = entry_or_404(register_or_404(register), entry_id)
    paper = db.session.get(EntryPaper, paper_id)
    if paper is None or paper.entry_id != entry.id:
        abort(404)
    content = operations.open_paper(db.session, current_actor(), paper)
    db.session.commit()
    return FileResponse(content, mimetype=MEDIA_TYPE)
