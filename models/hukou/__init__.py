"""Household registration in Guangdong (落户): rules as data, facts about people, cases."""
