"""Pages of hukou cases, one file per noun."""
