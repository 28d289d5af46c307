"""The database at the size of the programme, and what every page of every role costs on it."""
