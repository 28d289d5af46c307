"""Pages compressed for a weak line, in a way that tells nobody by their length what stands in them (BREACH).

Decision 0022: only what our own page, or the reader's own hand, asked for is compressed, so that whoever
sends a reader here with a guess in the address measures nothing; what is compressed is lengthened by a drawn
number of bytes; and the token of the forms is another one in each answer (``form_tokens``).
"""

import gzip
from io import BytesIO
from secrets import randbelow

from flask import Flask, Response, request

from app.kit.api.problems import is_asked
from app.kit.web.addresses import is_from_our_page

JSON = ("application/json", "application/problem+json")
TEXTS = frozenset({"text/html", "text/csv", "text/plain", "image/svg+xml", *JSON})
LEAST_BYTES = 500
# Four draws instead of one: the ends of a single draw's range show through after some hundred answers.
DRAWS, LONGEST_DRAW = 4, 128


def init_app(app: Flask) -> None:
    """Compress answers last, after whatever else looks at them: Flask asks the first that was named last."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.is_streamed or response.direct_passthrough or response.mimetype not in TEXTS:
        return response
    if "Content-Encoding" in response.headers or len(response.get_data()) < LEAST_BYTES:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] and (is_asked() or is_asked_from_here()):
        response.set_data(compressed(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
    return response


def is_asked_from_here() -> bool:
    """Whether a page of ours asked, or somebody who typed the address or kept it among their bookmarks.

    The header counts the whole way: who was led over another site's page or redirect does not come from
    here. A browser too old for it, or on a line without TLS, tells by the page it comes from.
    """
    if told := request.headers.get("Sec-Fetch-Site"):
        return told in ("same-origin", "none")
    return is_from_our_page()


def compressed(text: bytes) -> bytes:
    """``text`` as gzip, lengthened by a drawn number of bytes: in its head, as the name of a file."""
    made = BytesIO()
    padding = "x" * (1 + sum(randbelow(LONGEST_DRAW) for _draw in range(DRAWS)))
    with gzip.GzipFile(filename=padding, mode="wb", compresslevel=6, fileobj=made, mtime=0) as file:
        file.write(text)
    return made.getvalue()
