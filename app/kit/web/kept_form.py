"""What was typed when a sign-in ended: sealed into the sign-in page, given back to the same account only.

Who used this browser last stands in a signed cookie that ends with the browser and with signing out. It is
not sent along from foreign pages (SameSite), so that none of them can put a form before one who signs in.
Nothing is done again by itself: the person looks and presses the button once more.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

from cryptography.exceptions import InvalidTag
from flask import current_app, g, request
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.kit.web import same_page
from app.kit.web.cookies import forget_cookie, read_cookie, set_cookie
from app.kit.web.typed_form import OURS
from models import vault
from models.clock import utc_now

COOKIE, PLACE = "last_account", "kept_form"
SECRETS = frozenset({"password", "current", "again", "code", "proof", "last4", "pin"})  # are typed once more
MOST_BYTES = 300_000
GOOD_SECONDS = 2 * 60 * 60


def remember(response: Response, user_id: int) -> Response:
    """Note in the browser whose sign-in this is."""
    set_cookie(response, COOKIE, str(_signer().dumps(user_id)))
    return response


def forget(response: Response) -> Response:
    """Nobody's any more: what was typed is not offered to whoever comes next."""
    forget_cookie(response, COOKIE)
    return response


def sealed() -> str:
    """The form of this request for the account that last used the browser; "" where there is none to keep."""
    user_id = _last_account()
    if request.method != "POST" or user_id is None:
        return ""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in OURS | SECRETS]
    kept = {
        "user": user_id,
        "at": utc_now().timestamp(),
        "pages": list(same_page.pages()),
        "sent_to": request.path,
        "fields": fields,
        "has_file": bool(request.files),
    }
    data = json.dumps(kept).encode()
    return urlsafe_b64encode(vault.seal(data, PLACE)).decode() if len(data) <= MOST_BYTES else ""


def given_back(token: str, user_id: int) -> Response | None:
    """The page of a kept form, filled in, for the account that typed it; nothing for anybody else."""
    try:
        kept = json.loads(vault.unseal(urlsafe_b64decode(token), PLACE))
    except (InvalidTag, vault.VaultLocked, NotBase64, ValueError, IndexError):
        return None
    if kept["user"] != user_id or utc_now().timestamp() - kept["at"] > GOOD_SECONDS:
        return None
    for cached in ("actor", "csrf_token"):  # of nobody, and of the session before
        g.pop(cached, None)
    reason = _("刚才登录时间过了，这一次没有保存。你填的都还在，看一看再按一次。")
    note = same_page.note_of([reason], has_file=kept["has_file"])
    fields = MultiDict([(name, value) for name, value in kept["fields"]])
    return same_page.drawn(kept["pages"], kept["sent_to"], fields, note, 200)


def _last_account() -> int | None:
    try:
        return int(_signer().loads(read_cookie(COOKIE), max_age=24 * 60 * 60))
    except (BadSignature, ValueError):
        return None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=COOKIE)
