"""The words of the project as frozen values: what is claimed, what was seen, what it means.

Nothing here reads, writes, prints or starts anything, and nothing here imports another room.
"""

from procsem.model.claim import DECIDERS, START_METHODS, Arm, Claim, Erratum, Expectation, Source, StartMethod
from procsem.model.comparison import Comparison, ComparisonError, Fact, Facts
from procsem.model.condition import Condition, ConditionError
from procsem.model.environment import Environment
from procsem.model.matrix import Column, Matrix
from procsem.model.result import (
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
    "CellResult",
    "Claim",
    "Column",
    "Comparison",
    "ComparisonError",
    "Condition",
    "ConditionError",
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
