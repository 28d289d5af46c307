"""Files from outside: spreadsheets and photographs, read under limits."""
