"""The terms of the project as frozen values: claims, observations, verdicts, environments, runs.

Nothing here reads, writes, prints or starts anything, and nothing here imports another package of procsem.
"""

from procsem.model.claim import DECIDERS, Arm, Claim, Expectation, Remedy, RemedyFailure, Source
from procsem.model.comparison import NOT_REPORTED, Comparison, ComparisonError, Fact, Facts
from procsem.model.condition import Condition, ConditionError
from procsem.model.document import Document, Erratum, Row, Section
from procsem.model.effect import Effect
from procsem.model.environment import TRAITS, Environment, Trait, short_labels
from procsem.model.matrix import Column, Matrix
from procsem.model.problem import Problem, ProblemKind
from procsem.model.residue import Residue, ResidueKind
from procsem.model.result import (
    SUPERVISOR,
    CellKey,
    CellResult,
    Event,
    EventKind,
    Mismatch,
    MismatchSource,
    Observation,
    RemedyResult,
    Run,
    Verdict,
)
from procsem.model.start_methods import START_METHODS, StartMethod
from procsem.model.symptom import Symptom, SymptomKind

__all__ = [
    "DECIDERS",
    "NOT_REPORTED",
    "START_METHODS",
    "SUPERVISOR",
    "TRAITS",
    "Arm",
    "CellKey",
    "CellResult",
    "Claim",
    "Column",
    "Comparison",
    "ComparisonError",
    "Condition",
    "ConditionError",
    "Document",
    "Effect",
    "Environment",
    "Erratum",
    "Event",
    "EventKind",
    "Expectation",
    "Fact",
    "Facts",
    "Matrix",
    "Mismatch",
    "MismatchSource",
    "Observation",
    "Problem",
    "ProblemKind",
    "Remedy",
    "RemedyFailure",
    "RemedyResult",
    "Residue",
    "ResidueKind",
    "Row",
    "Run",
    "Section",
    "Source",
    "StartMethod",
    "Symptom",
    "SymptomKind",
    "Trait",
    "Verdict",
    "short_labels",
]
