"""Dated facts (基础数据): their tables, maintained by an administrator."""
