"""Area: match_runs."""
