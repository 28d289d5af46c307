"""Requests: who may, once only, forms, labels, lists, the menu, errors, long work."""
