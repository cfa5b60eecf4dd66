"""Lessons: what somebody learned, followed from the event to its end."""
