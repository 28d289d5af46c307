"""Household registration for those who live and work in Guangdong stably (落户)."""
