"""HTTP of problems, resident contacts, first calls, warnings and who stayed."""
