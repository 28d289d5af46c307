"""Spreadsheets that people fill in: read row by row, previewed, confirmed once. The columns are the rooms'
own."""
