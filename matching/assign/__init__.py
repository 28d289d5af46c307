"""The whole province at once: who goes where, with a bound on what could be better."""
