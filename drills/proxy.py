"""Browsers behind the proxy of the production guide."""

import threading
from http.cookiejar import DefaultCookiePolicy

import requests

from drills.client import TOKEN
from drills.database_server import HOST
from drills.guide import GuideFailed

NAME, PATIENCE = "xieshou.example.gov.cn", 180


class Proxy(requests.Session):
    """A browser behind the guide's proxy: https and the public name, as the platform is told of them."""

    def __init__(self, port: str) -> None:
        super().__init__()
        self.address = f"http://{HOST}:{port}"
        self.cookies.set_policy(DefaultCookiePolicy(secure_protocols=("http", "https")))
        self.headers.update(
            {
                "Host": NAME,
                "X-Forwarded-For": "203.0.113.7",
                "X-Forwarded-Proto": "https",
                "Referer": f"https://{NAME}/",
            }
        )

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """A browser sends its secure cookies, because its side of the proxy is https."""
        prepared = super().prepare_request(request)
        prepared.headers["Cookie"] = "; ".join(f"{one.name}={one.value}" for one in self.cookies)
        return prepared

    def sign_in(self, account: str, password: str) -> str:
        """Where a signed-in browser is led first. Raises GuideFailed."""
        page = self.get(f"{self.address}/sign-in", timeout=PATIENCE)
        found = TOKEN.search(page.text)
        form = {
            "csrf_token": found.group(1) if found else "",
            "username": account,
            "password": password,
        }
        answer = self.post(f"{self.address}/sign-in", data=form, timeout=PATIENCE, allow_redirects=False)
        cookie = answer.headers.get("Set-Cookie", "")
        if answer.status_code != 303 or "Secure" not in cookie:
            raise GuideFailed(f"sign-in of {account}: {answer.status_code}, cookie {cookie[:20]!r}...")
        if "max-age" not in page.headers.get("Strict-Transport-Security", ""):
            raise GuideFailed("no Strict-Transport-Security")
        inside = self.get(f"{self.address}/", timeout=PATIENCE, allow_redirects=False)
        where = inside.headers.get("Location", "/")
        if "sign-in" in where or inside.status_code >= 400:
            raise GuideFailed(f"{account} is not inside: {inside.status_code} {where}")
        return where


class Traffic(threading.Thread):
    """Somebody who asks for the sign-in page and signs in again and again; what was answered."""

    def __init__(self, port: str, account: str, password: str) -> None:
        super().__init__(daemon=True)
        self.port, self.who = port, (account, password)
        self.over, self.asked, self.wrong = threading.Event(), 0, []  # type: ignore[var-annotated]

    def run(self) -> None:
        while not self.over.is_set():
            try:
                Proxy(self.port).sign_in(*self.who)
            except (GuideFailed, requests.RequestException) as problem:
                self.wrong.append(str(problem))
            self.asked += 1
            self.over.wait(3)  # thirty a minute are let in
