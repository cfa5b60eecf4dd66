"""The names of measures, for whoever completes or checks what is typed; the records are in `measures`."""

from __future__ import annotations

from typing import Literal

Measured = Literal[
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
    "staff_right",
    "staff_wrong",
    "in_practice_memory_wrong",
    "in_service_guidance_wrong",
    "time_reflection",
    "time_discussion",
    "time_codification",
    "time_questioning",
    "time_outreach",
    "time_moved",
    "learning_time",
    "performance",
]
"""A column of a run's series."""
MeasureName = Measured | str
"""One of these, or one of a group (``"staff_knowledge[role: gp]"``) or of one's own (``observe``)."""
