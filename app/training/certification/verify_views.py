"""The public page behind a certificate's QR code: as much as an employer needs, and nothing else."""

from flask import make_response, render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from app.kit.web.extensions import db, limiter
from app.kit.web.guards import open_to_all
from app.training.certification import bp
from models.clock import today
from models.training.certificate import Certificate

MOST_CHARACTERS = 32


@bp.route("/results/verify/<token>")
@open_to_all
@limiter.limit("30/minute")
def verify(token: str) -> tuple[Response, int]:
    """Whether the certificate is valid, expired or revoked; a guessed address shows the same page,
    without."""
    statement = select(Certificate).options(joinedload(Certificate.worker))
    found = db.session.scalar(statement.where(Certificate.token == token[:MOST_CHARACTERS]))
    answer = make_response(render_template("training/certification/verify.html", row=found, today=today()))
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer, 200 if found else 404
