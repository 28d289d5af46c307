"""Household registration at full size: 1,000 people by all 17 routes, and a night with a million people.

``python -m benchmarks.hukou [people]``. Prints one JSON line; exit status 1 where a limit is missed.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from tests.factories import stage

CHUNK, PEOPLE = 50_000, 1_000_000
FEW, FEW_SECONDS, NIGHT_SECONDS = 1_000, 1.0, 300.0


def fill(session: Session, people: int, day: date) -> None:
    """Write ``people`` who work in the six cities, with three or four facts each; commits."""
    from app.hukou.rules.queries import SIX_CITIES
    from models.clock import utc_now
    from models.hukou.fact import PersonFact
    from models.people.worker import Worker
    from models.placement.placement import Placement

    orders = {city: _order(session, n, city) for n, city in enumerate(SIX_CITIES)}
    dice, now = Random(2016), utc_now()
    for first in range(1, people + 1, CHUNK):
        numbers = range(first, min(first + CHUNK, people + 1))
        homes = {number: dice.choice(SIX_CITIES) for number in numbers}
        session.execute(insert(Worker), [_worker(number, dice, now) for number in numbers])
        jobs = [_placement(number, city, orders[city], day, dice, now) for number, city in homes.items()]
        session.execute(insert(Placement), jobs)
        facts = [fact for number, city in homes.items() for fact in _facts(number, city, day, dice, now)]
        session.execute(insert(PersonFact), facts)
        session.commit()


def _order(session: Session, n: int, city: str) -> Any:
    order = stage.enterprise_with(session, n + 1, 1_000_000)
    order.city_code = city
    return order


def _worker(number: int, dice: Random, now: Any) -> dict[str, Any]:
    return {
        "id": number,
        "county_code": "513431" if number % 4 else "513429",
        "name": f"阿木{number}",
        "id_digest": f"{number:064d}",
        "id_last4": f"{number % 10_000:04d}",
        "sex": dice.choice("MF"),
        "birth_date": date(1966 + number % 36, 1 + number % 12, 1 + number % 28),
        "education": number % 5,
        "created_at": now,
        "updated_at": now,
    }


def _placement(number: int, city: str, order: Any, day: date, dice: Random, now: Any) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "worker_id": number,
        "county_code": "513431",
        "city_code": city,
        "state": "on_site",
        "enterprise_id": order.enterprise_id,
        "on_site_on": day - timedelta(days=dice.randint(20, 900)),
        "created_at": now,
        "version": 1,
        "attempt": 1,
    }


def _facts(number: int, city: str, day: date, dice: Random, now: Any) -> Iterator[dict[str, Any]]:
    months, written = dice.randint(1, 84), day - timedelta(days=dice.randint(10, 90))
    known: dict[str, Any] = {"sb_months": months, "sb_now": True}
    if dice.random() < 0.8:
        known["rp_months"] = max(0, months - dice.randint(-6, 12))
    if dice.random() < 0.5:
        known["rp_valid"] = True
    if dice.random() < 0.4:
        known["no_crime"] = True
    for name, value in known.items():
        yield {
            "worker_id": number,
            "county_code": "513431",
            "city_code": city,
            "name": name,
            "value": value,
            "as_of": written,
            "growing": name.endswith("months"),
            "evidence": 4,
            "source": "参保证明",
            "created_at": now,
        }


def thousand(session: Session, day: date) -> dict[str, float]:
    """The seconds to read 1,000 people's facts and to ask each all the routes."""
    from app.hukou.rules.fact_resolution import known_facts
    from app.hukou.rules.queries import SIX_CITIES, ask, live_rules

    rules = live_rules(session, SIX_CITIES, day)
    ids = list(range(1, FEW + 1))
    began = time.process_time()
    known = known_facts(session, ids, SIX_CITIES[0], day)
    read = time.process_time() - began
    answers = [ask(rules, facts, day) for facts in known.values()]
    return {
        "routes": len(rules),
        "answers": sum(map(len, answers)),
        "read": read,
        "asked": time.process_time() - began - read,
    }


def night(session: Session, day: date) -> dict[str, Any]:
    """What a night took, by the clock and of the processor, and what it found."""
    from app.hukou.rules.operations.forecasts import evaluate_all

    told: list[int] = []
    clock, used = time.monotonic(), time.process_time()
    found = evaluate_all(session, day, told.append)
    return found | {
        "seconds": round(time.monotonic() - clock, 1),
        "progress_reports": len(told),
        "processor_seconds": round(time.process_time() - used, 1),
    }


def newest(session: Session, day: date) -> dict[str, Any]:
    """How long a county waits for the list of who newly qualifies, and how many there are."""
    from app.hukou.cases.queries import prospects
    from models.access import Actor, Right, Role
    from models.hukou.evaluation import Verdict

    county = Actor(1, "county", (Right(Role.COUNTY, area_code="513431"),))
    began = time.process_time()
    page = prospects.page_of(session, county, Verdict.MEETS, "", None)
    count = prospects.newly_met(session, county, day)
    return {"page": len(page), "newly": count, "milliseconds": round(1000 * (time.process_time() - began))}


def main() -> int:
    """Run the benchmark."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    app, url = stage.set_up("hukou_bench")
    from app.kit.web.extensions import db
    from models.clock import today
    from models.hukou.fact import EligibilityForecast, PersonFact

    with app.app_context():
        fill(db.session, people, today())
        facts = db.session.scalar(select(func.count(PersonFact.id)))
        small = thousand(db.session, today())
        nights = [night(db.session, today() + timedelta(days=n)) for n in range(2)]
        kept, listed = (
            db.session.scalar(select(func.count(EligibilityForecast.id))),
            newest(db.session, today()),
        )
    report = {
        "benchmark": "hukou",
        "database": url.split(":")[0],
        "people": people,
        "facts": facts,
        "thousand": {name: round(value, 3) for name, value in small.items()},
        "first_night": nights[0],
        "second_night": nights[1],
        "kept": kept,
        "county_list": listed,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(report))
    slow = max(night["processor_seconds"] for night in nights) * PEOPLE / people
    return 0 if small["read"] + small["asked"] < FEW_SECONDS and slow < NIGHT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
