"""Facts of the demo's people for household registration, each differently proven, and the paper behind it."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from PIL import Image, ImageDraw

from app.commands.demo.accounts import FOSHAN
from app.hukou.cases.operations.papers import usual_end
from models.clock import utc_now
from models.hukou.catalogue import PAPERS
from models.people.worker import Worker
from models.placement.placement import Evidence, Placement
from models.reference.calendar import months_after, months_between

PROOFS = {
    Evidence.SELF_REPORT: "本人说的",
    Evidence.ROSTER: "企业证明",
    Evidence.INSURANCE: "参保证明（社保清单）",
}


def facts_of(rng: Random, row: Placement, today: date) -> Iterator[dict[str, Any]]:
    """Facts of a person at work: insurance, permit, record, each proven differently."""
    since = row.on_site_on or today
    months = months_between(since, today) + rng.choice((0, 0, 6, 14, 24, 36, 50, 57, 70))
    proof = rng.choice(list(PROOFS))
    written = today - timedelta(days=rng.randint(12, 60))
    enterprise = row.enterprise_id if proof is Evidence.ROSTER else None
    yield _fact(row, written, "sb_months", months, proof, organisation_id=enterprise, growing=True)
    yield _fact(row, written, "sb_now", True, proof, organisation_id=enterprise)
    permit = {"source": PAPERS["residence_permit"].label}
    if rng.random() < 0.8:
        held = max(0, months - rng.randint(-2, 9))
        yield _fact(row, written, "rp_months", held, Evidence.INSURANCE, growing=True, **permit)
    if rng.random() < 0.7:
        lapses = written + timedelta(days=rng.randint(80, 360))
        yield _fact(row, written, "rp_valid", True, Evidence.INSURANCE, expires_on=lapses, **permit)
    if rng.random() < 0.4:
        paper = {"source": PAPERS["no_crime"].label, "expires_on": usual_end("no_crime", written)}
        yield _fact(row, written, "no_crime", True, Evidence.INSURANCE, **paper)


def fresh_facts(row: Placement, today: date) -> Iterator[dict[str, Any]]:
    """Facts of a person whose sixtieth month of insurance was full five days ago."""
    day = months_after(today - timedelta(days=5), -1)
    yield _fact(row, day, "sb_months", 59, Evidence.INSURANCE, growing=True)
    permit = PAPERS["residence_permit"].label
    yield _fact(row, day, "rp_months", 66, Evidence.INSURANCE, growing=True, source=permit)


def _fact(row: Placement, day: date, name: str, value: Any, proof: Evidence, **more: Any) -> dict[str, Any]:
    fact = {
        "worker_id": row.worker_id,
        "county_code": row.county_code,
        "city_code": row.city_code,
        "name": name,
        "value": value,
        "as_of": day,
        "expires_on": None,
        "growing": False,
        "evidence": int(proof),
        "source": PROOFS[proof],
        "organisation_id": None,
        "created_at": utc_now(),
    }
    return fact | more


def own_facts(worker: Worker, today: date) -> Iterator[dict[str, Any]]:
    """The demo's worker was in 佛山 before: five years of insurance are near, and a paper is missing."""
    row = Placement(worker_id=worker.id, county_code=worker.county_code, city_code=FOSHAN)
    day = today - timedelta(days=24)
    yield _fact(row, day, "sb_months", 57, Evidence.INSURANCE, growing=True)
    yield _fact(
        row, day, "rp_months", 58, Evidence.INSURANCE, growing=True, source=PAPERS["residence_permit"].label
    )
    yield _fact(row, day, "sb_now", True, Evidence.INSURANCE)


def picture() -> bytes:
    """A small photograph of a form with lines: every demo paper looks like this."""
    image = Image.new("RGB", (480, 680), "#f7f5ee")
    pen = ImageDraw.Draw(image)
    pen.rectangle((24, 24, 456, 656), outline="#8a8578", width=2)
    pen.text((60, 52), "SYNTHETIC SAMPLE", fill="#a81f14")
    for line in range(18):
        pen.line((60, 110 + 28 * line, 420 - 40 * (line % 3), 110 + 28 * line), fill="#b9b4a6", width=3)
    pen.ellipse((320, 540, 420, 640), outline="#a81f14", width=4)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()
