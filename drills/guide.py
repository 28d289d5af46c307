"""The production guide as a script: its code blocks are read from docs/operations.md and run as they stand.

Changed is only what the guide's first step asks to fill in. The drill plays those who cannot be in a drill:
the database's administrator (whose programs are on the PATH), systemd (which runs the unit's ExecStart in the
unit's environment) and the proxy.
"""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", flags=re.M | re.S)
# With this in the environment packages are not installed anew for each version: those of the drill's own
# environment are used. For a machine that has others on it; its figures say so.
PACKAGES_HERE = "DRILL_PACKAGES_HERE"
SETUP = 'make --directory "$TOP/releases/$VERSION" setup catalogues'
FILLED_IN = re.compile(r"\b([A-Z_]+)=(\S+)")


class GuideFailed(Exception):
    """A block of the guide did not work; ``args[0]`` says which, and what it complained of."""


@dataclass(frozen=True)
class Block:
    """One block of code: its language and its text."""

    kind: str
    text: str


@dataclass
class Chapter:
    """The blocks under one heading of the guide."""

    blocks: list[Block]

    @classmethod
    def read(cls, page: Path, heading: str) -> "Chapter":
        """The chapter under ``## heading``."""
        text = page.read_text("utf-8").partition(f"\n## {heading}\n")[2]
        text = re.split(r"^## ", text, maxsplit=1, flags=re.M)[0]
        return cls([Block(kind, code) for kind, code in BLOCK.findall(text)])

    def shell(self) -> list[str]:
        """The blocks that a person types."""
        return [block.text for block in self.blocks if block.kind == "sh"]

    def unit(self) -> str:
        """The file that systemd reads, where the page holds it (versions up to November 2026)."""
        return next(block.text for block in self.blocks if block.kind == "ini")


def _with_packages_of_here() -> str:
    release, here = '"$TOP/releases/$VERSION"', Path(sys.prefix)
    made = f"make --directory {release} --assume-old=.venv/.run --assume-old=.venv/bin/python catalogues"
    return f"ln -s {here} {release}/.venv\n{made}"


@dataclass
class Host:
    """A machine on which the guide is followed: what was filled in, and what has been typed so far."""

    filled_in: dict[str, str]
    path: str
    first_step: str
    typed: int = 0
    said: list[str] = field(default_factory=list)

    @property
    def top(self) -> Path:
        """The folder of the installation."""
        return Path(self.filled_in["TOP"])

    def opening(self) -> str:
        """The guide's first step with this host's values, and the folder where the person stands by now."""

        def fill(found: re.Match[str]) -> str:
            name, value = found.groups()
            return f"{name}={shlex.quote(self.filled_in.get(name, value))}"

        return FILLED_IN.sub(fill, self.first_step) + '\n[ ! -d "$TOP/program" ] || cd "$TOP/program"\n'

    def type(self, text: str, **environment: str) -> str:
        """Run a block; what it printed. Raises GuideFailed."""
        if os.environ.get(PACKAGES_HERE):
            text = text.replace(SETUP, _with_packages_of_here())
        home = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.opening() + text],
            env={**home, "PATH": self.path, **environment},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        self.typed += 1
        self.said.append(done.stdout)
        if done.returncode:
            told = (done.stdout[-600:] + done.stderr[-1200:]).strip().replace("\n", " / ")
            raise GuideFailed(f"step {text.strip().splitlines()[0][:60]!r}: {told}")
        return done.stdout

    def start_unit(self, unit: str, log: Path, port: str = "", **settings: str) -> "subprocess.Popen[bytes]":
        """What systemd does with a unit: its command in its environment, with nothing else of ours."""
        text = unit.replace("/srv/xieshou", str(self.top)).replace("%i", port)
        text = re.sub(r"--port 8000\b", f"--port {port}", text)  # a version that has no unit for each port
        lines = [line.partition("=")[::2] for line in text.splitlines() if "=" in line and line[0] != "#"]
        environment = {"PATH": self.path, "LANG": "C.UTF-8", "HOME": str(self.top)}
        for name, value in lines:
            if name == "Environment":
                environment |= dict([value.split("=", 1)])
            elif name == "EnvironmentFile" and (file := Path(value.removeprefix("-"))).exists():
                given = (line for line in file.read_text().splitlines() if line)
                environment |= dict(line.split("=", 1) for line in given)
        said = dict(lines)
        with log.open("ab") as opened:
            return subprocess.Popen(
                [Template(word).safe_substitute(environment) for word in shlex.split(said["ExecStart"])],
                env=environment | settings,
                cwd=said["WorkingDirectory"],
                umask=int(said["UMask"], 8),
                start_new_session=True,
                stdout=opened,
                stderr=opened,
            )
