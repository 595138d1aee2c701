"""Conditions on the facts of an environment: ``when`` of a rule, and ``needs`` of a claim.

Each key is a fact of the environment, or ``start_method``. Each value is

- plain data, which the fact must equal: ``{ assertions = false }``;
- a list, of which the fact must equal one item: ``{ start_method = ["spawn", "forkserver"] }``;
- a version range, for the facts that are versions (``python``, ``pypy``, ``kernel``, ``psutil``):
  ``{ python = ">=3.12.4, <3.13" }``;
- ``{ at_least = n }``, ``{ at_most = n }`` or both, for numbers: ``{ cpus_usable = { at_least = 2 } }``.

All keys of a condition must hold. The key ``any`` is a list of conditions, of which one must hold:
``{ any = [{ system = "windows" }, { start_method = "spawn" }] }``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from attrs import frozen
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from procsem.errors import ProcsemError
from procsem.model.comparison import Comparison, ComparisonError, Fact, same, show

VERSIONS = frozenset({"python", "kernel", "pypy", "psutil"})
"""The facts that are compared as versions."""

_range = lru_cache(maxsize=1024)(SpecifierSet)
_version = lru_cache(maxsize=1024)(Version)


class ConditionError(ProcsemError):
    """Raised when a condition cannot be read. ``key`` is the fact whose value is wrong."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key, self.message = key, message


@frozen
class Condition:
    """A conjunction of comparisons with facts of the environment."""

    wanted: Mapping[str, Any]

    def __attrs_post_init__(self) -> None:
        for key, wanted in self.wanted.items():
            _check(key, wanted)

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        """Return whether every key holds. A fact that was not measured satisfies nothing."""
        return all(_holds(key, wanted, facts) for key, wanted in self.wanted.items())

    def facts(self) -> set[str]:
        """Return the names of all facts that it compares."""
        parts = [Condition(part) for part in self.wanted.get("any", ())]
        return {*self.wanted} - {"any"} | {name for part in parts for name in part.facts()}

    def unmet(self, facts: Mapping[str, Fact]) -> list[str]:
        """Return one phrase per key that does not hold: ``cpus_usable is 1, not at least 2``."""
        unmet = {key: wanted for key, wanted in self.wanted.items() if not _holds(key, wanted, facts)}
        return [
            ("" if key == "any" else f"{key} is {show(facts.get(key))}, ") + f"not {_words(key, wanted)}"
            for key, wanted in unmet.items()
        ]

    def __str__(self) -> str:
        """Return it in one line: ``family = windows, python >=3.13``."""
        return ", ".join(_phrase(key, wanted) for key, wanted in self.wanted.items())


def _phrase(key: str, wanted: Any) -> str:
    words = _words(key, wanted)
    if key == "any":
        return words
    return f"{key} {words}" if key in VERSIONS or isinstance(wanted, Mapping) else f"{key} = {words}"


def _check(key: str, wanted: Any) -> None:
    """Raise :class:`ConditionError` if the value does not have one of the forms."""
    if key == "any":
        if not (isinstance(wanted, list) and wanted and all(isinstance(part, Mapping) and part for part in wanted)):
            raise ConditionError(key, "must be a list of conditions: any = [{ ... }, { ... }]")
        for part in wanted:
            try:
                Condition(part)
            except ConditionError as error:
                raise ConditionError(key, str(error)) from error
    elif key in VERSIONS:
        try:
            _range(str(wanted))
        except InvalidSpecifier as error:
            raise ConditionError(key, f"{wanted!r} is not a version range; write it like '>=3.12.4, <3.13'") from error
    elif isinstance(wanted, Mapping):
        if not wanted or set(wanted) - {"at_least", "at_most"}:
            raise ConditionError(key, "must be a value, a list, or a table of at_least and at_most")
        try:
            Comparison(wanted)
        except ComparisonError as error:
            raise ConditionError(key, str(error)) from error
    elif wanted == []:
        raise ConditionError(key, "must be a list of at least one value")


def _holds(key: str, wanted: Any, facts: Mapping[str, Fact]) -> bool:
    if key == "any":
        return any(Condition(part).holds(facts) for part in wanted)
    fact = facts.get(key)
    if key in VERSIONS:
        try:
            return _range(str(wanted)).contains(_version(str(fact)), prereleases=True)
        except InvalidVersion:
            return False
    if isinstance(wanted, list):
        return any(same(fact, value) for value in wanted)
    return Comparison(wanted).holds(fact)


def _words(key: str, wanted: Any) -> str:
    if key == "any":
        return " or ".join(f"({Condition(part)})" for part in wanted)
    if key in VERSIONS:
        return str(wanted)
    if isinstance(wanted, list):
        return " or ".join(show(value) for value in wanted)
    return str(Comparison(wanted))
