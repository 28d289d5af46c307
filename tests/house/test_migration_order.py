"""Expand, deploy, contract: a new migration takes nothing away that the released program reads or leaves out.

While an upgrade goes on the old program serves on the new tables (docs/operations.md). What a migration after
``migrations.order.RELEASED`` narrows must stand in ``CONTRACTIONS``, with the reason why no released program
minds.
"""

import ast
import re
from collections.abc import Iterator

import config
from migrations.order import CONTRACTIONS, RELEASED

VERSIONS = config.ROOT / "migrations" / "versions"
RAW = re.compile(r"\b(DROP\s+TABLE|DROP\s+COLUMN|RENAME\s+(?:TO|COLUMN)|SET\s+NOT\s+NULL)\b", re.I)
NARROWING = {"create_unique_constraint", "create_check_constraint"}


def narrowed(source: str) -> Iterator[str]:
    """What the upgrade of a migration takes away from a program that does not know of it."""
    tree = ast.parse(source)
    (upgrade,) = (node for node in tree.body if getattr(node, "name", "") == "upgrade")
    new = {_text(call.args[0]) for call in _calls(upgrade, "create_table")}
    tables: dict[str, str] = {}
    for node in ast.walk(upgrade):
        for item in node.items if isinstance(node, ast.With) else ():
            call = item.context_expr
            if isinstance(call, ast.Call) and isinstance(item.optional_vars, ast.Name):
                tables[f"{item.optional_vars.id}:{node.lineno}"] = _text(call.args[0]) if call.args else "?"
    for node in ast.walk(tree):  # helpers of the file too, but what only its downgrade calls
        if not isinstance(node, ast.Call) or _is_in_downgrade(tree, node):
            continue
        name = getattr(node.func, "attr", "")
        owner = getattr(getattr(node.func, "value", None), "id", "")
        table, column = _place(node, owner, tables)
        if table in new:
            continue
        if told := _narrows(node, name):
            yield f"{told} {table}.{column}" if column else f"{told} {table}"


def _narrows(call: ast.Call, name: str) -> str:
    given = {word.arg: word.value for word in call.keywords}
    if name in ("drop_table", "rename_table", "drop_column") or name in NARROWING:
        return name.replace("_", " ")
    if name == "alter_column":
        is_narrower = {"new_column_name", "type_"} & given.keys() or _is_false(given.get("nullable"))
        return "alter column" if is_narrower else ""
    if name == "create_index" and _is_true(given.get("unique")):
        return "unique index"
    if name == "add_column" and call.args and isinstance(column := call.args[-1], ast.Call):
        said = {word.arg: word.value for word in column.keywords}
        is_bare = _is_false(said.get("nullable")) and "server_default" not in said
        return "column without a default" if is_bare else ""
    if name in ("execute", "exec_driver_sql", "text"):
        told = " ".join(_text(arg) for arg in call.args)
        return f"{RAW.findall(told)[0]} in {told[:60]!r}, of" if RAW.search(told) else ""
    return ""


def _place(call: ast.Call, owner: str, tables: dict[str, str]) -> tuple[str, str]:
    """Table and column (or name) of a call, ``batch_op`` standing for the nearest table above it."""
    above = [
        (int(key.rpartition(":")[2]), table)
        for key, table in tables.items()
        if key.startswith(f"{owner}:") and int(key.rpartition(":")[2]) <= call.lineno
    ]
    texts = [_text(arg) for arg in call.args]
    if isinstance(call.args[-1] if call.args else None, ast.Call) and call.args[-1].args:  # type: ignore
        texts[-1] = _text(call.args[-1].args[0])  # type: ignore[attr-defined]
    if above:
        return max(above)[1], texts[0] if texts else ""
    if getattr(call.func, "attr", "") in NARROWING | {"create_index"}:
        texts = texts[1:] + texts[:1]
    return texts[0] if texts else "?", texts[1] if len(texts) > 1 else ""


def _calls(where: ast.AST, name: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(where)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == name and node.args
    ]


def _is_in_downgrade(tree: ast.Module, node: ast.AST) -> bool:
    return any(
        getattr(part, "name", "") == "downgrade" and any(node is one for one in ast.walk(part))
        for part in tree.body
    )


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Call) and node.args:  # op.f("...")
        return _text(node.args[0])
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "?"


def _is_false(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is_true(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def test_a_new_migration_takes_nothing_from_the_released_program() -> None:
    """Else: give the column a server_default, or let it go a version later and name it in order.py."""
    files = sorted(VERSIONS.glob("[0-9]*_*.py"))
    assert RELEASED in {file.name[:4] for file in files}
    found = {
        (file.name[:4], told)
        for file in files
        if file.name[:4] > RELEASED
        for told in narrowed(file.read_text("utf-8"))
    }
    assert found == set(CONTRACTIONS)
    assert all(len(reason) > 20 for reason in CONTRACTIONS.values())


EVERYTHING = """
def upgrade():
    op.create_table("mine", sa.Column("a", sa.Integer(), nullable=False))
    op.create_index("ix_mine", "mine", ["a"], unique=True)
    op.add_column("worker", sa.Column("may_be_empty", sa.Integer(), nullable=True))
    op.add_column("worker", sa.Column("has_one", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_worker_a", "worker", ["a"])
    op.drop_table("old")
    op.add_column("worker", sa.Column("bare", sa.Integer(), nullable=False))
    with op.batch_alter_table("job_order") as batch_op:
        batch_op.drop_column("shift")
        batch_op.alter_column("wage", new_column_name="pay")
        batch_op.alter_column("town", nullable=False)
        batch_op.create_unique_constraint("uq_town", ["town"])
    op.execute("ALTER TABLE worker DROP COLUMN name")

def downgrade():
    op.drop_table("mine")
"""


def test_whatever_narrows_is_seen_and_what_only_adds_is_not() -> None:
    assert sorted(narrowed(EVERYTHING)) == [
        "DROP COLUMN in 'ALTER TABLE worker DROP COLUMN name', of ALTER TABLE worker DROP COLUMN name",
        "alter column job_order.town",
        "alter column job_order.wage",
        "column without a default worker.bare",
        "create unique constraint job_order.uq_town",
        "drop column job_order.shift",
        "drop table old",
    ]


def test_the_migrations_of_before_would_have_been_seen() -> None:
    """They were made while nothing was released: the test is not blind."""
    seen = [file.name[:4] for file in VERSIONS.glob("[0-9]*_*.py") if list(narrowed(file.read_text("utf-8")))]
    assert len(seen) >= 8
