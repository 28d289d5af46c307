"""What belongs to no single room: the document, and the account behind a token."""

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from app.api import bp
from app.kit.api.document import document
from app.kit.api.routes import reads
from app.kit.api.shapes import ROW, TEXT, Shape, many, maybe, obj
from app.kit.web.guards import current_actor, open_to_all, signed_in
from models.permissions import Permission

ANYTHING: Shape = {"type": "object"}
RIGHT = obj(role=TEXT, area_code=maybe(TEXT), organisation_id=maybe(ROW), permissions=many(TEXT))


@bp.route("/api/v1/openapi.json")
@open_to_all
@reads(_l("这份说明"), answer=ANYTHING)
def openapi() -> dict[str, Any]:
    """The document; it tells of the interface, not of anybody."""
    return document(current_app)


@bp.route("/api/v1/me")
@signed_in
@reads(_l("令牌是谁的，能办什么"), answer=obj(name=TEXT, rights=many(RIGHT)))
def me() -> dict[str, Any]:
    """The account behind the token, with what the token may do now."""
    actor = current_actor()
    rights = [
        {
            "role": right.role.value,
            "area_code": right.area_code,
            "organisation_id": right.organisation_id,
            "permissions": [one.value for one in Permission if one in right.permissions],
        }
        for right in actor.rights
    ]
    return {"name": actor.name, "rights": rights}
