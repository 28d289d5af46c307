"""What an operator copies is right: units, proxy, container, by their own programs where those are there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from flask import Flask

import config
from drills.proxy import AROUND, NGINX, certificate

DEPLOY = config.ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
CONTAINERFILE = DEPLOY / "container" / "Containerfile"
COMPOSE = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text("utf-8"))
COMMAND = re.compile(r"(?:flask --app wsgi|/srv/xieshou/flask (?:web|owner)) ([a-z-]+)")


def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze here: the units were not verified")
    for unit in UNITS:
        text = re.sub(
            r"(?<==)/srv/xieshou/(program/.venv/bin/)?(flask|dask)\b", sys.executable, unit.read_text()
        )
        name = unit.name.replace("@.", "@8000.")
        (tmp_path / name).write_text(text.replace("%i", "8000"))
    done = subprocess.run(
        [analyze, "verify", "--man=no", *sorted(map(str, tmp_path.iterdir()))], capture_output=True, text=True
    )
    ours = [line for line in done.stderr.splitlines() if "xieshou" in line]
    assert ours == []
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_a_unit_runs_a_command_there_is_and_never_as_root(unit: Path, app: Flask) -> None:
    text = unit.read_text()
    said = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    named = COMMAND.findall(said["ExecStart"])
    assert set(named) <= set(app.cli.commands)
    assert named or "/dask " in said["ExecStart"]
    known = {option for name in named for one in app.cli.commands[name].params for option in one.opts}
    assert set(re.findall(r" (--[a-z-]+)", said["ExecStart"])) - {"--app"} <= known or not named
    assert (said["User"], said["UMask"]) == ("xieshou", "0077")
    assert {"NoNewPrivileges=true", "ProtectSystem=strict", "CapabilityBoundingSet="} <= set(
        text.splitlines()
    )


def test_matching_processes_are_given_neither_keys_nor_database() -> None:
    for name in ("xieshou-scheduler.service", "xieshou-matcher.service"):
        assert "settings/web" not in (DEPLOY / "systemd" / name).read_text()
    for name in ("scheduler", "matcher"):
        assert not {"env_file", "secrets"} & COMPOSE["services"][name].keys()


def test_every_timer_has_its_service() -> None:
    timers = {unit.stem for unit in UNITS if unit.suffix == ".timer"}
    assert timers == {"xieshou-backup", "xieshou-audit", "xieshou-index"}
    assert timers <= {unit.stem for unit in SERVICES}


def test_nginx_understands_the_proxys_file(tmp_path: Path) -> None:
    certificate(tmp_path)
    site = (DEPLOY / "nginx" / "xieshou.conf").read_text().replace("/etc/xieshou/tls", str(tmp_path))
    (tmp_path / "site.conf").write_text(site)
    (tmp_path / "nginx.conf").write_text(AROUND.format(folder=tmp_path, user=""))
    words = ["-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run([str(NGINX), *words], capture_output=True, text=True)
    assert "syntax is ok" in done.stderr, done.stderr


def test_a_linter_finds_nothing_in_the_container_file() -> None:
    linter = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([str(linter), str(CONTAINERFILE)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_runs_as_nobody_and_says_whether_it_lives() -> None:
    lines = CONTAINERFILE.read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")][-1] == "USER 10001:10001"
    assert "HEALTHCHECK" in "".join(lines)
    assert all(":" in line for line in lines if line.startswith("FROM "))


def test_no_secret_is_in_the_image_or_in_its_example() -> None:
    """Everything is kept out but what is named; settings and keys are files beside it."""
    ignored = (DEPLOY / "container" / "Containerfile.dockerignore").read_text().splitlines()
    assert "*" in ignored
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    assert all((config.ROOT / name).exists() for name in allowed)
    assert not allowed & {"instance", "keys.json", ".git", "deploy", "drills", "tests"}
    copied = CONTAINERFILE.read_text() + (DEPLOY / "container" / "compose.yaml").read_text()
    assert not re.search(r"(?i)(password|secret_key|token)\s*[:=]\s*[\"']?[A-Za-z0-9]{6,}", copied)


@pytest.mark.parametrize("name", ["tables", "web", "worker"])
def test_a_container_runs_a_command_there_is(name: str, app: Flask) -> None:
    assert COMPOSE["services"][name]["command"][0] in app.cli.commands
