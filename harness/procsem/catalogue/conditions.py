"""Check the conditions of a claim: every value against its fact's type, and every rule for whether it can win."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from procsem.catalogue.errors import Fault, KeyPath
from procsem.errors import one_of
from procsem.model import Condition, Expectation, Fact
from procsem.model.facts import START_METHOD, FactKind, FactType

_MOST_PLACES = 20_000


def value_faults(table: Mapping[str, Any], path: KeyPath, known_facts: Mapping[str, FactType]) -> Iterator[Fault]:
    """Yield one fault per value that its fact can never have, and per key that is not a fact."""
    facts = {"start_method": START_METHOD, **known_facts}
    for name, wanted in table.items():
        key = (*path, name)
        if name == "any":
            for number, part in enumerate(wanted if isinstance(wanted, list) else ()):
                if isinstance(part, Mapping):
                    yield from value_faults(part, (*key, number), known_facts)
        elif name not in facts:
            yield Fault(key, f"not a fact that a condition can name; {one_of(name, facts)}")
        elif facts[name].kind is FactKind.LIST:
            yield Fault(key, "is a list, which no condition can compare")
        else:
            for value in wanted if isinstance(wanted, list) else [wanted]:
                message = _value_fault(value, facts[name])
                if message:
                    yield Fault(key, message)


def _value_fault(value: Any, fact: FactType) -> str | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if fact.kind is FactKind.NUMBER:
        right = is_number or isinstance(value, Mapping)
    elif fact.kind is FactKind.TRUTH:
        right = isinstance(value, bool)
    else:
        right = isinstance(value, str)
    if not right:
        example = {FactKind.VERSION: ", like '>=3.12.4, <3.13'", FactKind.NUMBER: " or { at_least = n }"}
        return f"must be {fact.kind}{example.get(fact.kind, '')}, not {value!r}"
    if fact.choices and value not in fact.choices:
        return f"can never be {value!r}; {one_of(value, fact.choices)}"
    return None


def rules_that_never_win(
    rules: Sequence[Expectation], needs: Condition, per_start_method: bool, known_facts: Mapping[str, FactType]
) -> Iterator[tuple[int, list[int]]]:
    """Yield the number of each rule that decides no cell, with the later rules that win wherever it applies.

    The last rule that applies wins. That is tried at every place that the conditions can tell apart: all combinations
    of the values that they name, and of values beside and between these.
    """
    values = _values([needs, *(rule.when for rule in rules)], per_start_method, known_facts)
    size = 1
    for each in values.values():
        size *= len(each)
    if size > _MOST_PLACES:
        return
    beaten_by: dict[int, set[int]] = {number: set() for number in range(len(rules))}
    for place in product(*values.values()):
        facts = dict(zip(values, place, strict=True))
        if not (_is_possible(facts) and needs.holds(facts)):
            continue
        applying = [number for number, rule in enumerate(rules) if rule.when.holds(facts)]
        if applying:
            beaten_by.pop(applying[-1], None)
        for number in applying:
            if number in beaten_by:
                beaten_by[number].add(applying[-1])
        if not beaten_by:
            return
    for number, winners in beaten_by.items():
        yield number, sorted(winners)


def _values(
    conditions: Sequence[Condition], per_start_method: bool, known_facts: Mapping[str, FactType]
) -> dict[str, list[Fact]]:
    """Return, for each fact that the conditions name, the values that can make a difference."""
    named: dict[str, list[Any]] = {}
    for condition in conditions:
        for name, wanted in _parts(condition.wanted):
            named.setdefault(name, []).extend(wanted if isinstance(wanted, list) else [wanted])
    values: dict[str, list[Fact]] = {}
    for name, wanted in named.items():
        if name == "start_method":
            values[name] = list(START_METHOD.choices) if per_start_method else [None]
            continue
        fact = known_facts[name]
        found = [each for value in wanted for each in _around(value, fact.kind)]
        if fact.kind is FactKind.TEXT:
            found.append(next((choice for choice in fact.choices if choice not in found), "another"))
        if fact.nullable:
            found.append(None)
        values[name] = list(dict.fromkeys(found))
    return values


def _parts(wanted: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in wanted.items():
        if name == "any":
            for part in value:
                yield from _parts(part)
        else:
            yield name, value


def _around(value: Any, kind: FactKind) -> Iterator[Fact]:
    """Yield values that a comparison with this one can tell apart."""
    if kind is FactKind.TRUTH:
        yield from (True, False)
    elif kind is FactKind.VERSION:
        yield from _versions_around(value)
    elif kind is FactKind.NUMBER:
        yield from _numbers_around(value)
    else:
        yield value


def _versions_around(specifiers: str) -> Iterator[str]:
    """Yield versions below, at and above each version of a range."""
    for version in re.findall(r"\d+(?:\.\d+)*", specifiers):
        numbers = [int(part) for part in version.split(".")]
        yield version
        yield f"{version}.1"
        yield ".".join(map(str, [*numbers[:-1], numbers[-1] + 1]))
        while numbers and numbers[-1] == 0:
            numbers.pop()
        if numbers:
            yield ".".join(map(str, [*numbers[:-1], numbers[-1] - 1, 99999]))


def _numbers_around(wanted: Any) -> Iterator[float]:
    for number in wanted.values() if isinstance(wanted, Mapping) else [wanted]:
        yield from (number - 1, number, number + 1)


def _is_possible(facts: Mapping[str, Fact]) -> bool:
    """Return False for combinations that no environment has: fork on Windows, Wine on Linux, and the like."""
    windows = facts["system"] == "windows" if "system" in facts else None
    if "family" in facts:
        if windows not in (None, facts["family"] == "windows"):
            return False
        windows = facts["family"] == "windows"
    if facts.get("wine"):
        if windows is False:
            return False
        windows = True
    if windows and facts.get("start_method") in ("fork", "forkserver"):
        return False
    if facts.get("musl") and (windows or facts.get("system") not in (None, "linux")):
        return False
    pypy = facts["implementation"] == "pypy" if "implementation" in facts else None
    return pypy is None or "pypy" not in facts or (facts["pypy"] is not None) == pypy
