"""Machine code on disk is never older than any kernel that it holds."""

from pathlib import Path

from matching.compiled import sources_stamp
from matching.pairs import kernel, pair_scan


def test_a_change_of_any_kernel_makes_all_machine_code_old(tmp_path: Path) -> None:
    caller, called = tmp_path / "caller.py", tmp_path / "called.py"
    caller.write_text("@compiled\ndef a(): return b()\n", "utf-8")
    called.write_text("@compiled\ndef b(): return 1\n", "utf-8")
    before = sources_stamp.__wrapped__(tmp_path)
    called.write_text("@compiled\ndef b(): return 2\n", "utf-8")
    assert sources_stamp.__wrapped__(tmp_path) != before


def test_kernels_in_other_files_share_one_stamp() -> None:
    stamps = {each._cache._cache_file._source_stamp for each in (kernel.score, pair_scan.scan_cells)}
    assert stamps == {sources_stamp()}
