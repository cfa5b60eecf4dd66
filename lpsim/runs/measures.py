"""What is measured of a run, and what each measure is called."""

from __future__ import annotations

MEASURES = (
    "staff_knowledge",
    "collective_knowledge",
    "practice_knowledge",
    "service_knowledge",
    "known_by_someone",
    "known_by_most",
    "in_practice_memory",
    "in_service_guidance",
    "assumptions_right_staff",
    "assumptions_right_practice",
    "assumptions_right_service",
    "practice_spread",
    "agreement",
    "performance",
)
"""Columns of a run's series, beside ``step``."""

GROUP_MEASURES = MEASURES[:8]
"""Columns of a run's groups, beside ``step`` and ``group``; empty where one does not apply."""
PRACTICE_MEASURES = (
    "staff_knowledge",
    "collective_knowledge",
    "practice_knowledge",
    "known_by_someone",
    "known_by_most",
    "in_practice_memory",
)
"""Columns of a run's practices, beside ``step`` and ``practice``."""
ISSUE_MEASURES = ("known_by_most", "in_practice_memory")
"""Columns of a run's issues, beside ``step`` and ``issue``: shares of the practices."""
