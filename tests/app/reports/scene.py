"""A year of one pair: 佛山—凉山, with people in the paired city, at home, elsewhere, nowhere known."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from models.access import Role
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellEvidence, SpellKind, Teller
from models.people.worker import Worker
from models.reference.organisation import Organisation
from models.user import User
from tests.factories.people import BUTUO, FOSHAN, ZHAOJUE, make_enterprise, make_user, make_worker

ON = date(2017, 8, 31)
LIANGSHAN = "513400"


class Year:
    """The offices of both ends, and who works where."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.firm: Organisation = make_enterprise(session, area_code=FOSHAN)
        self.city: User = make_user(session, Role.CITY, area_code=FOSHAN)
        self.city2: User = make_user(session, Role.CITY, area_code=FOSHAN)
        self.prefecture: User = make_user(session, Role.PREFECTURE, area_code=LIANGSHAN)
        self.workers: list[Worker] = []
        self.spells: list[EmploymentSpell] = []
        for county, place, began, ended, level in (
            (ZHAOJUE, FOSHAN, date(2017, 1, 10), None, 3),
            (ZHAOJUE, FOSHAN, date(2016, 11, 1), None, 1),
            (BUTUO, FOSHAN, date(2017, 2, 1), date(2017, 3, 1), 2),
            (BUTUO, "440300", date(2017, 5, 2), None, 2),
            (ZHAOJUE, ZHAOJUE, date(2017, 6, 1), None, 1),
            (ZHAOJUE, "330000", date(2017, 6, 1), None, 1),
            (BUTUO, "", date(2017, 7, 1), None, 1),
        ):
            worker = make_worker(session, county_code=county)
            self.workers.append(worker)
            self.works(worker, place, began, ended, level)
        # A second job of the first person in the same year counts no second person.
        self.works(self.workers[2], FOSHAN, date(2017, 4, 1), None, 1)
        session.commit()

    def works(
        self, worker: Worker, place: str, began: date, ended: date | None = None, level: int = 1, **more: Any
    ) -> EmploymentSpell:
        """One spell with one piece of evidence half a year later."""
        spell = EmploymentSpell(
            worker_id=worker.id,
            county_code=worker.county_code,
            employer_id=self.firm.id if place == FOSHAN else None,
            employer_name=self.firm.name if place == FOSHAN else "某厂",
            place_code=place,
            kind=SpellKind.ENTERPRISE,
            ended_on=ended,
            evidence_level=level,
            teller=Teller.HOME,
            **more,
        )
        spell.set_began(began)
        shown = spell.stays_six_on if level == 3 else began
        kind = EvidenceKind.INSURANCE if level == 3 else EvidenceKind.WORD
        self.session.add(
            SpellEvidence(spell=spell, kind=kind, level=level, teller=Teller.HOME, shown_on=shown)
        )
        self.session.flush()
        self.spells.append(spell)
        return spell
