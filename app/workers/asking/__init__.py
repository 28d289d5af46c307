"""People asked in rounds: one person, the open questions, the telephone; the same as a sheet out and in."""
