"""The cooperation of a tenant of the world: a meeting with a paper, and a sheet."""

from sqlalchemy.orm import Session

from models.clock import today
from models.cooperation.entry import EntryBatch, EntryPaper, RegisterEntry


def make_cooperation_rows(session: Session, county: str, city: str, clerk_id: int) -> dict[str, int]:
    """Return the ids of the rows, by kind."""
    entry = RegisterEntry(
        register="meetings",
        place_code=county,
        city_code=city,
        title=f"{county}联席会议",
        kind="pair",
        held_on=today(),
        entered_by_id=clerk_id,
    )
    session.add(entry)
    session.flush()
    paper = EntryPaper(
        entry_id=entry.id,
        name="会议纪要",
        size=4,
        pages=1,
        digest="d" * 64,
        content=b"%PDF",
        uploaded_by_id=clerk_id,
    )
    sheet = EntryBatch(
        register="meetings",
        area_code=county,
        filename="联席会议.xlsx",
        user_id=clerk_id,
        rows={"lines": [], "unknown": []},
        good=0,
        rejected=0,
    )
    session.add_all([paper, sheet])
    session.commit()
    return {"register_entry": entry.id, "entry_paper": paper.id, "entry_batch": sheet.id}
