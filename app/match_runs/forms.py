"""Input shapes of this area."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

import matching
from app.kit.web.fields import Form, text, whole
from app.kit.web.request_limits import row_numbers
from models.match_run import MatchRun, PolicyKnobs


class PolicyForm(Form):
    """What the county wants of its plan besides points."""

    pairing_bonus = whole(
        _l("结对城市优先，加多少分"), high=1000, description=_l("0 到 1000。填得越大，越多人去结对城市。")
    )
    floor = whole(
        _l("至少安排多少人"), high=1_000_000, description=_l("空着就不限。达到这个人数以前，先保人数。")
    )
    preference_floor = whole(
        _l("说过想干哪样的人，至少百分之几去成"),
        high=100,
        description=_l("0 到 100，空着就不限。本人排的三样活总是加分；填了，就加到够这么多人为止。"),
    )
    placements_first = BooleanField(_l("先多安排人，再看分数"))

    def policy(self, county_code: str) -> matching.Policy:
        """The engine's policy for a plan of ``county_code``."""
        floors = {county_code: self.floor.data} if self.floor.data else {}
        return matching.Policy(
            placements_first=bool(self.placements_first.data),
            pairing_bonus=self.pairing_bonus.data or 0,
            county_floors=floors,
        )


def policy_form(last: MatchRun | None, county_code: str) -> PolicyForm:
    """The form with the wishes of the plan before."""
    knobs = last.settings["policy"] if last else PolicyKnobs()
    return PolicyForm(
        formdata=None,
        data={
            "placements_first": knobs.get("placements_first", False),
            "pairing_bonus": knobs.get("pairing_bonus"),
            "preference_floor": last.settings.get("preference_floor") if last else None,
            "floor": knobs.get("county_floors", {}).get(county_code),
        },
    )


class MoveForm(Form):
    """Where a worker is put by hand; an empty ``to`` takes them out of the plan."""

    to = whole(_l("放到哪个岗位"), low=1, high=2**31)
    reason = text(_l("为什么这样改"), most=200, must=True)


class TogetherForm(Form):
    """A couple that is to go to one order; ``people`` and ``seen`` are as the page showed them."""

    people = text("", must=True)
    seen = text("")
    order = whole(_l("放到哪个岗位"), low=1, high=2**31, must=True)
    reason = text(_l("为什么这样改"), most=200, must=True)

    def numbers(self) -> list[int]:
        """The workers' numbers."""
        return row_numbers(self.people.data or "")

    def changes_seen(self) -> dict[int, int]:
        """Per worker, the last change the page knew of."""
        return dict(zip(self.numbers(), row_numbers(self.seen.data or ""), strict=False))
