"""A scorecard learned from how placements ended, judged on later data and by group."""
