"""Enterprises and training schools, registered by an administrator."""
