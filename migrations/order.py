"""Which migrations narrow what a released program reads, and why each may (docs/operations.md, "Upgrade").

An upgrade changes the tables while the old program still serves. So a migration after ``RELEASED`` may only
add; what it drops, renames or narrows must be named here, with the reason why no released program minds.
"""

# The newest migration of the last released version: what it made is what the program of that version reads.
RELEASED = "0070"

# (migration, what it narrows, as the house test names it): why the released program does not mind.
CONTRACTIONS: dict[tuple[str, str], str] = {}
