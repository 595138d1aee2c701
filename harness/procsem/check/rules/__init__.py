"""The causes and the rules that find them, one module per family."""

from procsem.check.rules import life, main_file, pickling, pools, primitives, slow, state
from procsem.check.rules.no_rule import NO_RULE
from procsem.check.rules.registry import CAUSES, RULES, Cause, Rule, Sighting

ALL_CAUSES = {cause.name: cause for cause in (*CAUSES.values(), *NO_RULE)}
"""The causes by name, also those that no rule finds yet."""

__all__ = [
    "ALL_CAUSES",
    "CAUSES",
    "RULES",
    "Cause",
    "Rule",
    "Sighting",
    "life",
    "main_file",
    "pickling",
    "pools",
    "primitives",
    "slow",
    "state",
]
