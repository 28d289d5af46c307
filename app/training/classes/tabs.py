"""The other rooms' pages of one class, in the order of its life. Each room adds its own line."""

from dataclasses import dataclass

from models.access import Actor, Permission
from models.i18n import N_


@dataclass(frozen=True)
class Tab:
    """A page of one class: its word, its endpoint (taking ``class_id``), who finds it."""

    word: str
    endpoint: str
    permission: Permission


TABS: list[Tab] = [
    Tab(N_("总览"), "training_classes.show", Permission.TRAINING_READ),
    Tab(N_("学员"), "training_classes.people", Permission.ENROLMENT_READ),
    Tab(N_("课程表"), "lessons.timetable", Permission.TRAINING_READ),
    Tab(N_("考勤"), "lessons.attendance", Permission.ENROLMENT_READ),
    Tab(N_("巡查记录"), "lessons.visits", Permission.TRAINING_READ),
    Tab(N_("成绩与证书"), "certificates.marks", Permission.ENROLMENT_READ),
    Tab(N_("推荐上岗"), "certificates.employment", Permission.ENROLMENT_READ),
    Tab(N_("办班成果"), "certificates.results", Permission.TRAINING_READ),
    Tab(N_("补贴"), "claims.of_class", Permission.CLAIM_READ),
]


def tabs_for(actor: Actor) -> list[Tab]:
    """Return the tabs ``actor`` may open."""
    return [tab for tab in TABS if actor.can(tab.permission)]
