"""A cluster over TLS, set up word by word as docs/operations.md says: who has no certificate is not heard."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import config
from drills.guide import Chapter
from matching.__main__ import main
from tests.factories.ports import free_port

pytestmark = pytest.mark.xdist_group("cluster")
DASK = str(Path(sys.executable).parent / "dask")
UNITS = config.ROOT / "deploy" / "systemd"
Settings = dict[str, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide's settings: its blocks, typed one after the other in one shell, with an address of this
    machine."""
    top = tmp_path_factory.mktemp("tls")
    blocks = Chapter.read(config.ROOT / "docs" / "operations.md", "Matching over TLS").shell()
    typed = "".join(blocks).replace("tls://10.0.0.5:8786", f"tls://127.0.0.1:{free_port()}")
    typed = typed.replace("rsa:3072", "rsa:2048")  # quicker to draw, and no more is shown here
    said = {**os.environ, "TOP": str(top)}
    words = ["bash", "-euo", "pipefail", "-c", f"umask 077\n{typed}"]
    subprocess.run(words, env=said, check=True, capture_output=True)
    return top / "settings"


@pytest.fixture(scope="module")
def settings(folder: Path) -> Settings:
    return dict(line.split("=", 1) for line in (folder / "cluster").read_text().splitlines())


@pytest.fixture(scope="module")
def cluster(settings: Settings) -> Iterator[str]:
    """A scheduler and a process as their units start them."""
    env = os.environ | settings | {"PYTHONPATH": str(config.ROOT)}
    running = []
    for name in ("scheduler", "matcher"):
        command = re.search(r"/dask (.+)", (UNITS / f"xieshou-{name}.service").read_text())
        assert command is not None
        words = command[1].replace("${CLUSTER}", settings["CLUSTER"]).replace("--nworkers 2", "--nworkers 1")
        words = re.sub(r"--local-directory \S+", "", words)
        running.append(
            subprocess.Popen(
                [DASK, *words.split()], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )
    yield settings["CLUSTER"]
    for process in running:
        process.terminate()
    for process in running:
        process.wait(timeout=60)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    assert main(["generate", "--workers", "300", "--orders", "10", "--seed", "5", "--out", str(folder)]) == 0
    return folder


def rank(files: Path, out: str, env: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    """The command, in a process of its own: dask reads its settings once."""
    named = ["--workers", str(files / "workers.csv"), "--orders", str(files / "orders.csv")]
    asked = ["rank", *named, "--top", "5", "--by", "order", "--out", str(files / out), *words]
    return subprocess.run(
        [sys.executable, "-m", "matching", *asked],
        env=os.environ | env,
        cwd=config.ROOT,
        capture_output=True,
        text=True,
    )


def test_the_guide_gives_web_and_cluster_the_same_settings_and_shows_its_key_to_nobody_else(
    folder: Path, settings: Settings
) -> None:
    """And the machine's certificate is one that the authority signed."""
    assert (folder / "cluster").read_text() in (folder / "web").read_text()
    assert (folder / "tls" / "machine.key").stat().st_mode & 0o77 == 0
    assert settings["CLUSTER"].startswith("tls://127.0.0.1:")
    authority, machine = (folder / "tls" / name for name in ("authority.pem", "machine.pem"))
    subprocess.run(["openssl", "verify", "-CAfile", authority, machine], check=True, capture_output=True)
    papers = [value for value in settings.values() if value.startswith("/")]
    assert len(papers) >= 3
    assert all(Path(paper).exists() for paper in papers)


def test_over_tls_the_same_bytes_come_and_who_shows_no_certificate_is_told_in_a_sentence(
    settings: Settings, cluster: str, files: Path
) -> None:
    assert rank(files, "threads.csv", {}).returncode == 0
    # The scheduler may still begin: whoever comes too early is told so, and asks again.
    for _try in range(30):
        done = rank(files, "tls.csv", settings, "--dask", cluster)
        if done.returncode == 0:
            break
    assert done.returncode == 0, done.stderr
    assert (files / "tls.csv").read_bytes() == (files / "threads.csv").read_bytes()
    for name, env in (("bare.csv", {}), ("plain.csv", settings)):
        address = cluster if not env else cluster.replace("tls://", "tcp://")
        refused = rank(files, name, env, "--dask", address)
        assert refused.returncode != 0
        assert "Traceback" not in refused.stderr
        assert "--dask" in refused.stderr
        assert not (files / name).exists()
