"""Settlement cases and their documents."""
