"""Style sheets, scripts and icons: few bytes over a weak line, and asked for only once."""

import gzip
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request

from app.kit.web.guards import OPEN_ENDPOINTS

A_YEAR = 31_536_000
TEXTS = ("text/css", "text/javascript", "application/javascript", "image/svg+xml")


def init_app(app: Flask) -> None:
    """Version the addresses of files, compress what can be compressed."""
    app.url_defaults(_add_version)
    app.after_request(_make_light)


def _file(endpoint: str, filename: str) -> Path:
    owner = current_app if endpoint == "static" else current_app.blueprints[endpoint.split(".")[0]]
    return Path(str(owner.static_folder), filename)


def _add_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint in OPEN_ENDPOINTS and (path := _file(endpoint, values["filename"])).is_file():
        values["v"] = _version(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _version(path: Path, changed: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=64)
def _squeezed(path: Path, changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)


def _make_light(response: Response) -> Response:
    if request.endpoint not in OPEN_ENDPOINTS or response.status_code not in (200, 304):
        return response
    if "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    if response.status_code == 200 and response.mimetype in TEXTS:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] and "Range" not in request.headers:
            _compress(response, _file(request.endpoint, (request.view_args or {})["filename"]))
    return response


def _compress(response: Response, path: Path) -> None:
    response.response.close()  # type: ignore[union-attr]  # the open file, which is not read any more
    response.direct_passthrough = False
    response.set_data(_squeezed(path, path.stat().st_mtime_ns))
    response.headers["Content-Encoding"] = "gzip"
    response.set_etag(response.get_etag()[0] or "", weak=True)
