"""What a rule is given: the posting, its two texts read, and a pen for findings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from models.i18n import Sentence
from models.posting_law.grammar import find, negated, neutralised
from models.posting_law.laws import NO_LAW, SEPARATOR, SOURCES, Ground, in_force
from models.posting_law.reading import Reading, read
from models.posting_law.types import Finding, Level, MinimumWage, Posting


@dataclass(frozen=True, slots=True)
class Case:
    """One posting under examination; ``readings`` holds title and description in that order."""

    posting: Posting
    readings: tuple[Reading, ...]
    minimum_wage: MinimumWage

    def mentions(self, *patterns: str) -> bool:
        """Whether any text holds one of the patterns, and nothing negates it."""
        return any(
            not negated(reading, first, "forbid|nothing|cancel", 3)
            for reading in self.readings
            for first, _ in find(reading, *patterns)
        )

    def matches(self, *patterns: str) -> Iterator[tuple[Reading, int, int]]:
        """Every match of the patterns in every text."""
        for reading in self.readings:
            for first, last in find(reading, *patterns):
                yield reading, first, last


def open_case(posting: Posting, minimum_wage: MinimumWage) -> Case:
    """Read both texts of a posting."""
    texts = (("title", posting.title), ("description", posting.description))
    return Case(posting, tuple(neutralised(read(field, text)) for field, text in texts), minimum_wage)


def textual(
    level: Level,
    rule: str,
    reading: Reading,
    span: tuple[int, int],
    reason: str,
    ground: Ground | str = "",
    **params: object,
) -> Finding:
    """A finding on the tokens ``span`` of a text, for the ``reason`` filled with ``params``.

    ``ground`` is the laws behind it, by default those of the rule, or the document that sets a figure.
    """
    start, end = reading.raw_span(*span)
    passage = reading.plain.raw[start:end]
    sentence = Sentence(reason, {"passage": passage, **params})
    source, laws = _parted(ground or SOURCES[rule])
    return Finding(level, rule, passage, sentence, source, reading.field, start, end, laws)


def figure(
    level: Level,
    rule: str,
    attribute: str,
    label: str,
    value: object,
    reason: str,
    ground: Ground | str = "",
    **params: object,
) -> Finding:
    """A finding on a figure of the form, its passage written "字段=值"."""
    passage = f"{label}={value}"
    sentence = Sentence(reason, {"passage": passage, **params})
    source, laws = _parted(ground or SOURCES[rule])
    return Finding(level, rule, passage, sentence, source, attribute, ground=laws)


def _parted(ground: Ground | str) -> tuple[str, Ground]:
    return (ground, ()) if isinstance(ground, str) else ("", ground)


def cited(finding: Finding, posting: Posting) -> Finding:
    """The finding with what was in force on the posting's day; a block needs a ground that was checked."""
    if not finding.ground:
        return finding
    laws = in_force(finding.ground, posting.posted_on, posting.city_code)
    is_sure = any(law.verified for law in laws)
    return replace(
        finding,
        source=SEPARATOR.join(map(str, laws)) or NO_LAW,
        level=finding.level if is_sure else Level.DOUBT,
        ground=laws,
    )


def strongest(findings: Iterable[Finding]) -> list[Finding]:
    """Of findings of one rule on overlapping passages keep one: the gravest, then the longest."""
    kept: list[Finding] = []
    taken: set[tuple[str, int]] = set()
    order = sorted(findings, key=lambda it: (it.level is Level.DOUBT, (it.start or 0) - (it.end or 0)))
    for finding in order:
        places = {(finding.field, place) for place in range(finding.start or 0, finding.end or 0)}
        if not places & taken:
            taken |= places
            kept.append(finding)
    return sorted(kept, key=lambda finding: (finding.field, finding.start or 0))
