"""Persons by home, city and figure, counted beforehand where counting takes long (decision 0019)."""
