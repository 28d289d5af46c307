"""What really happens in the simulated year: people, their work, and who came to know of it when."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from stdnum.cn import ric

from models.employment.destination import Destination
from models.placement.leaving import LeaveReason
from models.reference.calendar import months_after

SURNAMES = "吉阿沙马勒王李张刘陈杨赵黄周吴罗"
GIVEN = "明华军伟强芳英秀兰平春红文志国建云海山林月花玉梅金凤小东成福贵安康永"
# Of work in Guangdong, a month: how many leave (comparable programmes lose four in ten within three months).
LEAVE_SHARE, QUIET_SHARE, MISS_SHARE, ACCEPT_SHARE, REACHED_SHARE = 0.12, 0.35, 0.05, 0.8, 0.8
ELSEWHERE = ("浙江", "福建", "成都", "江苏")


@dataclass
class Job:
    """One person at one place of work. ``shown`` is what anybody ever told of it: (day, level)."""

    employer: str
    employer_id: int | None
    place: str
    began: date
    told_fen: int | None = None
    ended: date | None = None
    reason: LeaveReason | None = None
    is_end_known: bool = False
    placement_id: int | None = None
    shown: list[tuple[date, int]] = field(default_factory=list)

    def show(self, day: date, level: int) -> None:
        """Somebody told of it."""
        self.shown.append((day, level))

    def key(self) -> tuple[str, str, date, date | None]:
        """What a register says of it."""
        return self.employer, self.place, self.began, self.ended if self.is_end_known else None

    def became(self, months: int, on: date) -> tuple[str, int | None] | None:
        """(stayed, level), (left, None) or (unknown, None) after ``months``; None while they are not over."""
        day = months_after(self.began, months)
        if day > on:
            return None
        if self.is_end_known and self.ended is not None and self.ended < day:
            return "left", None
        level = max((level for shown, level in self.shown if shown >= day), default=None)
        return ("stayed", level) if level is not None else ("unknown", None)


@dataclass
class Person:
    """Somebody of one county; ``willing`` to go away."""

    county: str
    name: str
    number: str
    willing: bool
    worker_id: int = 0
    jobs: list[Job] = field(default_factory=list)

    @property
    def job(self) -> Job | None:
        """Where the person really works now."""
        return next((job for job in self.jobs if job.ended is None), None)

    @property
    def is_known_to_work(self) -> bool:
        """Whether the register has to say so: an end that nobody told is none there."""
        return any(not job.is_end_known for job in self.jobs)


def people_of(rng: Random, county: str, count: int, first: int) -> list[Person]:
    """``count`` grown-up people, each with a number and a name of their own."""
    made = []
    for n in range(first, first + count):
        name = SURNAMES[n % len(SURNAMES)] + GIVEN[n // 16 % len(GIVEN)] + GIVEN[n // 560 % len(GIVEN)]
        born = date(1970 + rng.randrange(28), 1 + rng.randrange(12), 1 + rng.randrange(28))
        body = f"{county}{born:%Y%m%d}{n % 1000:03d}"
        number = body + ric.calc_check_digit(body + "0")
        made.append(Person(county, name, number, rng.random() < 0.75))
    taken: set[str] = set()
    for person in made:
        while person.number in taken:
            born = date(1970 + rng.randrange(28), 1 + rng.randrange(12), 1 + rng.randrange(28))
            body = f"{county}{born:%Y%m%d}{person.number[14:17]}"
            person.number = body + ric.calc_check_digit(body + "0")
        taken.add(person.number)
    return made


def destination_known(place: str, county: str, city: str) -> Destination:
    """Where a simulated person went, by hand: the county's helping city, the own province, or elsewhere."""
    if place == city:
        return Destination.PAIRED_CITY
    return Destination.HOME_PROVINCE if place[:2] == county[:2] else Destination.ELSEWHERE
