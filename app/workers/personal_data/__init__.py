"""A person's rights over their data (trust.md T20): all of it on request, and its erasure."""
