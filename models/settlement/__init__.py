"""Household registration in Guangdong (落户): rules as data, facts about people, cases."""

from models.settlement import case, fact, rule

__all__ = ["case", "fact", "rule"]
