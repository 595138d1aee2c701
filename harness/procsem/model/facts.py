"""The types of the facts of an environment, by which conditions in ``claims.toml`` are checked."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from procsem.model.start_methods import START_METHODS


class FactKind(StrEnum):
    """The types that a fact can have; the value is the word for it in messages."""

    TEXT = "text"
    TRUTH = "true or false"
    NUMBER = "a number"
    VERSION = "a version range"
    LIST = "a list"


@frozen
class FactType:
    """The meaning of a fact of an environment, and the values that it can have."""

    kind: FactKind
    meaning: str
    choices: tuple[str, ...] = ()
    """Every value that a text can have, or nothing if any text is possible."""
    nullable: bool = False
    """True if the fact is null where it has no meaning or cannot be measured."""


START_METHOD = FactType(FactKind.TEXT, "the start method of the cell", tuple(START_METHODS))
"""The type of ``start_method``, which conditions can name like a fact of the environment."""
