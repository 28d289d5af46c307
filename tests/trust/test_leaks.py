"""The look-out itself: it must see what it is there for, and nothing else."""

from pathlib import Path

from tests.factories.people import id_number
from tests.trust.leaks import leaks, leaks_in_folder


def test_numbers_telephones_and_secrets_are_seen_wherever_they_lie(tmp_path: Path) -> None:
    number = id_number()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "log").write_text(f"ValueError: {number}, 13812345678", encoding="utf-8")
    (tmp_path / "xieshou.db").write_bytes(b"\0\1passw0rd\2")
    found = leaks_in_folder(tmp_path, ["passw0rd"])
    assert found == {"deep/log": {number, "13812345678"}, "xieshou.db": {"passw0rd"}}


def test_digests_instants_and_numbers_with_a_wrong_digit_are_not_taken_for_people() -> None:
    number = id_number()
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    assert leaks(f"{wrong} a13812345678f 1700000000000 20170503121500000 {number}7".encode()) == set()
