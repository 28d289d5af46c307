"""Where in a list somebody wants to go on, as it was typed: a page by its number, a last day."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.kit.files.cells.cell import BadCell
from app.kit.files.cells.dates import parse_day
from app.kit.web.listing import Asked, Listing
from app.kit.web.ordering import LETTERS, Ordering, place_of_letter, place_of_ordered_page
from app.kit.web.whole_list import FURTHEST, Whole, place_of_page
from models.access import Actor
from models.i18n import Sentence
from models.waiting import EPOCH, place_in_line
from models.workflow import TransitionRefused

PAGE, LINE = 50, ("due", "since", "number")
LONGEST_PAGE = 6
NO_PAGE = Sentence("没有第 %(n)s 页，这张表没有那么长。")
PAGE_WANTED = Sentence("请写页码，比如 12。")


def place_of(session: Session, actor: Actor, listing: Listing, asked: Asked, typed: str, today: date) -> str:
    """The place at which the page begins that was asked for ("": at the start). Raises TransitionRefused for
    what is no page of the list."""
    told = typed.strip().removeprefix("第").removesuffix("页").strip()
    if listing.whole is None:
        raise TransitionRefused(Sentence("这张表不能跳页。"))
    whole = listing.whole(session, actor, asked, today)
    if ordering := listing.ordering(actor, asked):
        has_letters = ordering.sort.has_letters(actor, asked)
        return _place_in_order(session, whole, ordering, told, has_letters)
    if told.isdecimal() and len(told) <= LONGEST_PAGE:
        try:
            place = place_of_page(session, whole, int(told), PAGE)
        except ValueError:
            raise _too_far() from None
        if place is None:
            raise TransitionRefused(Sentence(NO_PAGE.text, {"n": told}))
        return place
    if len(whole.keys) == len(LINE) and (day := _day(typed)) and day > date.min:
        return place_in_line(day - timedelta(days=1), EPOCH.replace(year=2200), 0)
    raise TransitionRefused(
        Sentence("请写页码或日子，比如 12 或 2026-05-01。") if len(whole.keys) == len(LINE) else PAGE_WANTED
    )


def _place_in_order(session: Session, whole: Whole, ordering: Ordering, told: str, has_letters: bool) -> str:
    if has_letters and len(told) == 1 and told.upper() in LETTERS:
        return place_of_letter(session, whole, ordering, told)
    if told.isdecimal() and len(told) <= LONGEST_PAGE:
        try:
            place = place_of_ordered_page(session, whole, ordering, int(told), PAGE)
        except ValueError:
            raise _too_far() from None
        if place is not None:
            return place
        raise TransitionRefused(Sentence(NO_PAGE.text, {"n": told}))
    wanted = Sentence("请写页码或姓的首字母，比如 12 或 J。") if has_letters else PAGE_WANTED
    raise TransitionRefused(wanted)


def _too_far() -> TransitionRefused:
    most = FURTHEST // PAGE + 1
    return TransitionRefused(Sentence("最远跳到第 %(n)s 页。再往后，请先用条件或分组缩小。", {"n": most}))


def _day(typed: str) -> date | None:
    try:
        read: date | None = parse_day(typed).read()
    except BadCell:
        return None
    return read
