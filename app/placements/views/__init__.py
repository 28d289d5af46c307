"""HTTP of this area, one file per kind of page."""
