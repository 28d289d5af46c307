"""Area: placements."""
