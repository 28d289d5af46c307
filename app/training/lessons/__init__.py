"""Timetable, attendance and inspections."""
