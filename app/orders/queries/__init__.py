"""Scoped reads of job orders: the lists, one order, what waits today."""
