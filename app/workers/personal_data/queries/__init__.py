"""What is kept of one person: their history, the whole record, the record as a file."""
