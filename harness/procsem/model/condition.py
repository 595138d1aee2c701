"""When a rule applies, and what a claim needs: facts of the environment held against data.

Each key names a fact of the environment, or ``start_method``. Each value is

- plain data, which the fact must equal: ``{ assertions = false }``;
- a list, one of which it must equal: ``{ start_method = ["spawn", "forkserver"] }``;
- for the facts that are versions (``python``, ``pypy``, ``kernel``, ``psutil``), a string of version bounds:
  ``{ python = ">=3.12.4, <3.13" }``;
- ``{ at_least = n }`` and ``{ at_most = n }`` for numbers: ``{ cpus_usable = { at_least = 2 } }``.

All keys of one condition must hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from procsem.errors import ProcsemError
from procsem.model.comparison import Comparison, Fact, same, show

VERSIONS = frozenset({"python", "kernel", "pypy", "psutil"})
"""The facts that are compared as versions."""


class ConditionError(ProcsemError):
    """A condition cannot be read; the message names the key."""


@frozen
class Condition:
    """All of these facts must be so."""

    wanted: Mapping[str, Any]

    def __attrs_post_init__(self) -> None:
        for key, wanted in self.wanted.items():
            if key in VERSIONS:
                try:
                    SpecifierSet(str(wanted))
                except InvalidSpecifier as error:
                    raise ConditionError(
                        f"{key} = {wanted!r} is no version range; write it like '>=3.12.4, <3.13'"
                    ) from error
            elif isinstance(wanted, Mapping):
                if not wanted or set(wanted) - {"at_least", "at_most"}:
                    raise ConditionError(f"{key} may be a value, a list, or a table of at_least and at_most")
                Comparison(wanted)

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        """Whether every key holds; a fact that was not measured satisfies nothing."""
        return not self.unmet(facts)

    def unmet(self, facts: Mapping[str, Fact]) -> list[str]:
        """The keys that do not hold, each as one phrase: ``cpus_usable is 1, not at least 2``."""
        return [
            f"{key} is {show(facts.get(key))}, not {_say(key, wanted)}"
            for key, wanted in self.wanted.items()
            if not _holds(key, wanted, facts.get(key))
        ]

    def __str__(self) -> str:
        return ", ".join(f"{key} {_say(key, wanted)}" for key, wanted in self.wanted.items())


def _holds(key: str, wanted: Any, fact: Fact) -> bool:
    if key in VERSIONS:
        try:
            return SpecifierSet(str(wanted), prereleases=True).contains(Version(str(fact)))
        except InvalidVersion:
            return False
    if isinstance(wanted, list):
        return any(same(fact, value) for value in wanted)
    return Comparison(wanted).holds(fact)


def _say(key: str, wanted: Any) -> str:
    if key in VERSIONS:
        return str(wanted)
    if isinstance(wanted, list):
        return " or ".join(show(value) for value in wanted)
    return str(Comparison(wanted))
