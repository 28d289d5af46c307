"""Job titles and wishes as people write them: cleaned, read as occupations, compared."""
