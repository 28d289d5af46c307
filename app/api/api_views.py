"""What belongs to no single room: the document, and the account behind a token."""

from typing import Any

from flask import current_app, request
from flask_babel import lazy_gettext as _l

from app.api import bp
from app.api.changes import KINDS, changes_after, newest
from app.api.webhooks import as_json
from app.kit.api.document import document
from app.kit.api.routes import reads
from app.kit.api.shapes import MOMENT, ROW, TEXT, YES, Shape, many, maybe, obj, one_of
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, open_to_all, signed_in
from app.kit.web.request_limits import row_number
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


CHANGE = obj(id=ROW, at=MOMENT, event=TEXT, kind=one_of(KINDS), row_id=ROW)


@bp.route("/api/v1/changes")
@signed_in
@reads(
    _l("有什么变了：哪一条、怎么了；不写 after 就从现在开始"),
    answer=obj(items=many(CHANGE), next=TEXT, has_more=YES),
    query={"after": ROW, "kind": one_of(KINDS)},
)
def changes() -> dict[str, Any]:
    """What webhooks tell, for those who would rather ask: of rows that the token may read now."""
    after, kind = request.args.get("after", type=row_number), request.args.get("kind")
    if after is None:
        return {"items": [], "next": str(newest(db.session)), "has_more": False}
    told = changes_after(db.session, current_actor(), after, [kind] if kind else list(KINDS))
    return {"items": as_json(told)["events"], "next": str(told.up_to), "has_more": told.has_more}
