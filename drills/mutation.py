"""Whether the tests of the rules on which trust rests would notice if a rule were wrong.

Each mutant is the program with one thing changed in one rule (cosmic-ray's operators: a comparison turned, an
``and`` for an ``or``, a number more or less, a ``not`` put in, a loop never entered). The tests of that rule
run on it; if they all pass, nobody would have noticed. Mutants are drawn with a fixed seed, the same for
everybody; which survived is printed. Lines that say how a column is kept (its size, index, default) are left
as they are: they are the schema's, which tests/house/test_migrations.py holds against the migrations.
"""

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from drills.figures import Figure, main, size

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("app", "matching", "models", "migrations", "templates", "tests", "stubs", "config.py", "wsgi.py")
COPIED_TOO = ("pyproject.toml", "babel.cfg", "drills")
GOAL, SEED, SECONDS = 90, 2016, 300
COLUMN = "mapped_column("
CHANGES = (
    "AddNot",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceComparisonOperator_",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_Sub_Add",
    "ReplaceBinaryOperator_Mul_Div",
    "NumberReplacer",
    "ZeroIterationForLoop",
)


@dataclass(frozen=True)
class Rule:
    """What is changed, and the tests that claim it."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]


RULES = (
    Rule(
        "access",
        ("models/access.py",),
        (
            "tests/models/test_access.py",
            "tests/app/accounts/test_rights.py",
            "tests/app/accounts/test_role_places.py",
            "tests/trust/test_keys.py",
        ),
    ),
    Rule(
        "workflow",
        ("models/workflow.py", "models/training/class_workflow.py", "models/training/class_rules.py"),
        (
            "tests/models/test_order_workflow.py",
            "tests/models/test_placement_workflow.py",
            "tests/models/test_training_workflows.py",
            "tests/trust/test_state_machines.py",
            "tests/app/training/classes",
        ),
    ),
    Rule(
        "money",
        ("models/training/subsidy.py", "models/jobs/take_home.py", "models/training/recovery.py"),
        (
            "tests/models/test_take_home.py",
            "tests/models/test_subsidy_records.py",
            "tests/app/training/subsidies",
            "tests/app/workers/intake/test_merging.py",
        ),
    ),
    Rule(
        "masking",
        ("models/people/masks.py", "models/people/identity.py", "models/people/phone.py"),
        ("tests/models/test_identity.py", "tests/models/test_masks.py", "tests/models/test_phone.py"),
    ),
    Rule(
        "second person",
        ("models/second_person.py",),
        ("tests/models/test_second_person.py", "tests/trust/test_second_person.py"),
    ),
)


@dataclass(frozen=True)
class Mutant:
    """One changed program: the file, what was done, and the new text of the file."""

    module: str
    change: str
    text: str

    def changed(self, before: str) -> tuple[int, str]:
        """The first line that is different, with its number."""
        pairs = zip(before.splitlines(), self.text.splitlines(), strict=False)
        return next(((n, new.strip()) for n, (old, new) in enumerate(pairs, 1) if old != new), (0, ""))

    def told(self, before: str) -> str:
        """The line that is different, and where it stands."""
        place, line = self.changed(before)
        return f"{self.module}:{place}: {line}"


def mutants(module: str) -> Iterator[Mutant]:
    """Every changed program of one file that is still Python and is not the same program."""
    text = (ROOT / module).read_text("utf-8")
    same = ast.dump(ast.parse(text))
    for name in sorted(operator_names()):
        # What is the same number is mostly the same object: "is" for "==" changes nothing.
        if not name.removeprefix("core/").startswith(CHANGES) or name.endswith(("_Is", "_IsNot")):
            continue
        for occurrence in range(1000):
            changed = mutate_code(text, get_operator(name)(), occurrence)
            if changed is None:
                break
            mutant = Mutant(module, name, changed)
            try:
                if ast.dump(ast.parse(changed)) != same and COLUMN not in mutant.changed(text)[1]:
                    yield mutant
            except SyntaxError:
                continue


def is_noticed(copy: Path, mutant: Mutant, tests: tuple[str, ...]) -> bool:
    """Run the tests on the mutant, in a copy of the project."""
    place = copy / mutant.module
    before = place.read_text("utf-8")
    place.write_text(mutant.text, "utf-8")
    try:
        return not passes(copy, tests)
    finally:
        place.write_text(before, "utf-8")


def passes(copy: Path, tests: tuple[str, ...]) -> bool:
    """Whether all tests pass; what never ends does not."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def copied(folder: Path) -> Path:
    """The project without its history and data, to be changed."""
    for name in (*COPIED, *COPIED_TOO):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, folder / name)
    return folder


def of_rule(rule: Rule, copy: Path, most: int) -> Figure:
    """How many of the drawn mutants of ``rule`` were noticed."""
    if not passes(copy, rule.tests):
        raise SystemExit(f"{rule.name}: the tests fail on the program as it is")
    known = [one for module in rule.modules for one in mutants(module)]
    drawn = random.Random(SEED).sample(known, min(most, len(known)))
    noticed = 0
    for mutant in drawn:
        if is_noticed(copy, mutant, rule.tests):
            noticed += 1
        else:
            before = (ROOT / mutant.module).read_text("utf-8")
            print(f"  survived: {mutant.change.removeprefix('core/')} {mutant.told(before)}", flush=True)
    share = 100 * noticed / len(drawn)
    measured = f"{noticed} of {len(drawn)} drawn from {len(known)} ({share:.0f} %)"
    claim = f"a changed rule of {rule.name} fails a test"
    return Figure("mutation", claim, f">= {GOAL} %", measured, share >= GOAL, "sqlite")


def run(database: str) -> list[Figure]:
    """All rules; RULE=name runs one."""
    only = os.environ.get("RULE", "")
    with tempfile.TemporaryDirectory(prefix="xieshou-mutants-") as folder:
        copy = copied(Path(folder))
        return [of_rule(rule, copy, size(15, 6)) for rule in RULES if only in ("", rule.name)]


if __name__ == "__main__":
    sys.exit(main(run))
