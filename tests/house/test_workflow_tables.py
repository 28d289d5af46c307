"""Every workflow stands in a table written by hand, and is walked against it."""

import re
from pathlib import Path

from app.reference.audit.labels import WORKFLOWS
from tests.models.test_training_workflows import TABLES as OF_TRAINING
from tests.trust.test_state_machines import WORKFLOWS as WALKED

ROOT = Path(__file__).parents[2]


def test_no_workflow_is_without_a_table_written_by_hand() -> None:
    written = re.compile(r"^(\w+_WORKFLOW) = Workflow\(\s*\"(\w+)\"", re.MULTILINE)
    sources = [file for place in ("models", "app") for file in (ROOT / place).rglob("*.py")]
    in_code = {name for file in sources for _noun, name in written.findall(file.read_text("utf-8"))}
    assert len(in_code) > 20
    assert in_code == {row[0].name for row in (*OF_TRAINING, *WALKED)}
    assert in_code == {flow.name for flow in WORKFLOWS.values()}
