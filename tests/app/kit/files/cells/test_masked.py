"""What is shown of a stranger's cell holds no whole number of a person, however it is spaced."""

import pytest

from app.kit.files.cells.masked import OF_A_NUMBER, masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("513431199005030937", "…0937"),
        ("51343119900503093X", "…093X"),
        ("199-8710-3890", "…3890"),
        ("１３８ ０００１ １１１１（他爸）", "…1111(他爸)"),
        ("找村长 13870561489，或 0834-7221234", "找村长 …1489,或 …1234"),
        ("10000-15000", "10000-15000"),
        ("2014-01-01", "2014-01-01"),
        ("易地搬迁户，需照顾小孩", "易地搬迁户，需照顾小孩"),
    ],
)
def test_whole_numbers_keep_their_last_four_digits_only(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_where_only_telephones_stand_a_local_line_is_hidden_too() -> None:
    assert masked("7221234", OF_A_NUMBER) == "…1234"
    assert masked("7221234") == "7221234"


def test_a_day_is_not_hidden_as_a_number() -> None:
    assert masked("2026-05-05", OF_A_NUMBER) == "2026-05-05"
    assert masked("2026-0505", OF_A_NUMBER) == "…0505"
