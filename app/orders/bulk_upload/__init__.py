"""A spreadsheet of job orders: read, previewed, confirmed once."""
