"""HTTP of settling, one file per kind of page."""
