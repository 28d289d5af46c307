"""What is shown of a person whose name or ID number the reader may not know (trust.md, 11)."""

ID_HEAD, ID_TAIL, ID_LENGTH = 4, 2, 18


def masked_name(name: str) -> str:
    """The family name and stars: 沙**."""
    return name[:1] + "*" * max(1, min(len(name) - 1, 3))


def masked_id(number: str | None) -> str:
    """An ID number of which four digits in front and two behind are left."""
    if not number:
        return "*" * ID_LENGTH
    return number[:ID_HEAD] + "*" * (len(number) - ID_HEAD - ID_TAIL) + number[-ID_TAIL:]
