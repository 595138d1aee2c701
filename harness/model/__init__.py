"""The words of the project as frozen values: what is claimed, what was seen, what it means.

Nothing here reads, writes, prints or starts anything, and nothing here imports another room.
"""

from harness.model.claim import DECIDERS, START_METHODS, Arm, Claim, Erratum, Expectation, Source, StartMethod
from harness.model.comparison import BadComparison, Comparison, Fact, Facts
from harness.model.condition import BadCondition, Condition
from harness.model.environment import Environment
from harness.model.matrix import Column, Matrix
from harness.model.result import (
    CellResult,
    Event,
    Mismatch,
    Observation,
    Residue,
    Run,
    Verdict,
)

__all__ = [
    "DECIDERS",
    "START_METHODS",
    "Arm",
    "BadComparison",
    "BadCondition",
    "CellResult",
    "Claim",
    "Column",
    "Comparison",
    "Condition",
    "Environment",
    "Erratum",
    "Event",
    "Expectation",
    "Fact",
    "Facts",
    "Matrix",
    "Mismatch",
    "Observation",
    "Residue",
    "Run",
    "Source",
    "StartMethod",
    "Verdict",
]
