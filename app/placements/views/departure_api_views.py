"""Groups that travel together, for programs: made of hired people, read, sent off."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from app.kit.api.bodies import Numbers, checked
from app.kit.api.problems import Unacceptable, Wrong
from app.kit.api.routes import reads, sent, writes
from app.kit.api.shapes import DAY, MOMENT, NUMBER, ROW, TEXT, many, maybe, obj, one_of, page
from app.kit.api.values import plain
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.request_limits import row_number
from app.placements import bp
from app.placements.forms import DepartureForm
from app.placements.operations import departures
from app.placements.queries import lists
from app.placements.queries.people import faces
from models.access import Permission
from models.clock import utc_now
from models.i18n import Sentence
from models.placement.departure import Departure, Way
from models.placement.placement import PlacementState

P = Permission
MOST = 500
GROUP = {
    "id": ROW,
    "way": one_of(Way),
    "county_code": TEXT,
    "city_code": TEXT,
    "transport": TEXT,
    "vehicle": TEXT,
    "seats": maybe(NUMBER),
    "from_place": TEXT,
    "departs_at": MOMENT,
    "leader_name": TEXT,
    "note": TEXT,
    "arrived_on": maybe(DAY),
}
PERSON = obj(placement_id=ROW, name=TEXT, state=one_of(PlacementState))
NOT_YOURS = Sentence("没有这些推荐，或不归你办：%(numbers)s。")


class GroupForm(DepartureForm):
    """Whom a group is made of, and its journey."""

    placement_ids = Numbers(_l("哪些推荐（已录用、还没编队的）"))

    def validate_placement_ids(self, field: Any) -> None:
        """Somebody, and no more than one call takes."""
        if not field.data or len(field.data) > MOST:
            raise ValidationError(_l("写一到 %(most)s 个人的编号。", most=MOST))


def _group(row: Departure) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in GROUP}


@bp.route("/api/v1/departures")
@requires(P.PLACEMENT_READ)
@reads(_l("一起出发的队，新的在前"), answer=page(obj(**GROUP)), query={"after": ROW})
def api_departures() -> dict[str, Any]:
    """The groups of the account's scope."""
    after = request.args.get("after", type=row_number)
    rows, following = lists.departures(db.session, current_actor(), after)
    return {"items": [_group(row) for row in rows], "next": str(following) if following else None}


@bp.route("/api/v1/departures/<int:number>")
@requires(P.PLACEMENT_READ)
@reads(_l("一队人"), answer=obj(**GROUP, people=many(PERSON)))
def api_departure(number: int) -> dict[str, Any]:
    """Its journey and its people; the leader's telephone stands on the page only."""
    row: Departure = in_scope_or_404(Departure, number)
    members = lists.members(db.session, current_actor(), row)
    shown = faces(db.session, current_actor(), members)
    people = [
        {"placement_id": one.id, "name": shown[one.id].name, "state": one.state.value} for one in members
    ]
    return _group(row) | {"people": people}


@bp.route("/api/v1/departures", methods=["POST"])
@requires(P.PLACEMENT_DEPART)
@writes(_l("把录用的人编成一队"), answer=obj(**GROUP), body=GroupForm, status=201)
def api_group() -> dict[str, Any]:
    """All of them or nobody: who is missing among one's own is named."""
    sent()
    form, actor = checked(GroupForm()), current_actor()
    numbers = sorted(set(form.placement_ids.data))
    rows = lists.chosen(db.session, actor, numbers, P.PLACEMENT_DEPART)
    if missing := [number for number in numbers if number not in {row.id for row in rows}]:
        told = Sentence(NOT_YOURS.text, {"numbers": "、".join(map(str, missing[:20]))})
        raise Unacceptable(Wrong("placement_ids", say(told)))
    return _group(departures.group(db.session, actor, rows, form.journey, utc_now()))


@bp.route("/api/v1/departures/<int:number>/depart", methods=["POST"])
@requires(P.PLACEMENT_DEPART)
@writes(_l("这一队出发了"), answer=obj(id=ROW, departed=NUMBER))
def api_depart(number: int) -> dict[str, Any]:
    """The hired people of the group are on the way."""
    row: Departure = in_scope_or_404(Departure, number)
    sent()
    return {"id": row.id, "departed": departures.depart(db.session, current_actor(), row)}
