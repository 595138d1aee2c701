"""The causes and the rules that find them, one module per family."""

from procsem.check.rules import life, main_file, pickling, pools, primitives, slow, state
from procsem.check.rules.registry import CAUSES, RULES, Cause, Rule, Sighting, causes_of_claims

__all__ = [
    "CAUSES",
    "RULES",
    "Cause",
    "Rule",
    "Sighting",
    "causes_of_claims",
    "life",
    "main_file",
    "pickling",
    "pools",
    "primitives",
    "slow",
    "state",
]
