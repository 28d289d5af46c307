"""What a worker sent with a case, opened by those who handle it; looking is noted."""

from base64 import b64encode

from flask import Response as FlaskResponse
from flask import abort, render_template

from app.kit.files.document_sanitizer import MEDIA_TYPE
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.problems import bp
from app.problems.queries import cases
from models.access import Permission
from models.problems.problem_file import FileKind, open_file


@bp.route("/files/<int:file_id>", methods=["POST"])
@requires(Permission.PROBLEM_HANDLE)
def open_sent(file_id: int) -> FlaskResponse | str:
    """Show the photograph, or a page on which the voice is heard.

    The sound stands in the page itself: a player asks its address again, which would be a look of its own.
    """
    row = cases.file_of(db.session, current_actor(), file_id) or abort(404)
    content = open_file(db.session, current_actor(), row)
    answer: FlaskResponse | str
    if row.kind is FileKind.VOICE:
        answer = render_template("problems/voice.html", file=row, sound=b64encode(content).decode())
    else:
        answer = FlaskResponse(content, mimetype=MEDIA_TYPE, headers={"Content-Disposition": "inline"})
    db.session.commit()
    return answer
