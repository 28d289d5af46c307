"""Rosters of workers as counties keep them: spreadsheet rows to people, without a database."""
