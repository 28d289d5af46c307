"""What leaves by itself: text messages every two minutes, and the word of what became of them."""

from datetime import date

from flask import current_app
from sqlalchemy.orm import Session

from app.kit.web.nightly import often
from app.messages import receipts, texting
from app.messages.gateways.file_outbox import FileOutbox
from app.messages.gateways.gateway import Gateway
from app.messages.gateways.http_gateway import HttpGateway
from app.messages.outgoing import Limits
from models.clock import utc_now
from models.i18n import N_

EVERY_MINUTES, MOST_SECONDS = 2, 45.0


def gateway() -> Gateway:
    """The road that the settings name. Its key is read when it is used, and kept nowhere."""
    settings = current_app.config
    if settings["SMS_URL"]:
        return HttpGateway(settings["SMS_URL"], settings["SMS_KEY_FILE"].read_bytes().strip())
    return FileOutbox(settings["SMS_OUTBOX"])


def limits() -> Limits:
    """The caps that the settings name."""
    return Limits(current_app.config["SMS_PERSON_A_DAY"], current_app.config["SMS_COUNTY_A_DAY"])


@often(EVERY_MINUTES, N_("发短信，查有没有送到"))
def send_texts(session: Session, today: date) -> dict[str, int | str]:
    """Hand over what waits, then ask what became of what left before."""
    road = gateway()
    try:
        done = texting.hand_over(session, road, limits(), utc_now(), MOST_SECONDS)
        known = receipts.ask_receipts(session, road, utc_now())
    finally:
        road.close()
    if isinstance(road, FileOutbox):
        road.clear()
    return done.told() | ({"receipts": known} if known else {})
