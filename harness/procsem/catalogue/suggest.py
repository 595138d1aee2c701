"""The rule that measured cells need: the text of an ``[[expect]]`` table for what was seen and not expected. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from attrs import frozen
from packaging.version import Version

from procsem.model import (
    NOT_REPORTED,
    START_METHODS,
    TRAITS,
    CellResult,
    Claim,
    Column,
    Comparison,
    Condition,
    Environment,
    Fact,
    Facts,
    Verdict,
)

_FACTS = (
    *(trait.fact for trait in TRAITS),
    "family",
    "system",
    "implementation",
    "machine",
    "semaphores",
    "shared_memory",
)
"""The facts that a suggested condition can name, the likeliest first."""

Place = tuple[Column, CellResult]


@frozen
class Suggestion:
    """One rule, and the cells that need it."""

    text: str
    """The table, for claims.toml."""
    places: tuple[Place, ...]


@frozen
class Suggestions:
    """The rules for the measured cells of one claim, and the cells without a rule."""

    rules: tuple[Suggestion, ...]
    no_rule: tuple[Place, ...]
    """Unexpected cells that no rule can expect: inconclusive or broken ones, and those that left something behind."""
    as_expected: int


def suggest(claim: Claim, columns: Sequence[Column]) -> Suggestions:
    """Return one rule for each group of unexpected cells that saw the same."""
    places = [(column, cell) for column in columns for cell in column.run.cells if cell.claim == claim.id]
    unexpected = [(column, cell) for column, cell in places if not cell.as_expected]
    groups: dict[str, list[Place]] = {}
    no_rule = []
    for column, cell in unexpected:
        if cell.verdict in (Verdict.UPHELD, Verdict.REFUTED) and cell.problem is None:
            seen = _observed(claim, column.run.environment.facts, cell) if cell.verdict is Verdict.REFUTED else {}
            groups.setdefault(json.dumps([cell.verdict, seen], sort_keys=True), []).append((column, cell))
        else:
            no_rule.append((column, cell))
    rules = []
    for key, group in groups.items():
        verdict, observes = json.loads(key)
        others = [place for place in places if place not in group]
        when = _when(claim, group, others)
        rules.append(Suggestion(_table(claim, verdict, when, observes), tuple(group)))
    return Suggestions(tuple(rules), tuple(no_rule), len(places) - len(unexpected))


def _observed(claim: Claim, environment: Facts, cell: CellResult) -> dict[str, dict[str, Any]]:
    """Return by arm what was seen and not predicted, and what is known to be seen there, as claims.toml has it."""
    rule = claim.expected(environment, cell.start_method)
    observed: dict[str, dict[str, Any]] = {}
    for arm in claim.arms:
        known = rule.observes.get(arm.name, {}) if rule else {}
        predicted = {} if arm.is_control else arm.predicts
        for fact, comparison in {**predicted, **known}.items():
            seen = _fact(cell, arm.name, fact)
            other = _fact(cell, arm.name, comparison.refers_to) if comparison.refers_to else None
            if fact in known or not comparison.holds(seen, other):
                observed.setdefault(arm.name, {})[fact] = _as_written(seen, comparison)
    return observed


def _fact(cell: CellResult, arm: str, reference: str) -> Fact:
    name, dot, fact = reference.partition(".")
    if not (dot and name in cell.arms):
        name, fact = arm, reference
    return cell.arms[name].facts.get(fact, NOT_REPORTED) if name in cell.arms else NOT_REPORTED


def _as_written(fact: Fact, predicted: Comparison) -> Any:
    """Return a fact as a comparison in claims.toml: null, a count and a number need a form of their own."""
    if fact is None or fact is NOT_REPORTED:
        return {"none": True}
    if isinstance(fact, Mapping) and {"seen", "of"} <= set(fact):
        return {"seen": "never" if not fact["seen"] else "always" if fact["seen"] == fact["of"] else "sometimes"}
    if isinstance(fact, Mapping) and "value" in fact:
        fact = fact["value"]
    bounds = predicted.wanted if isinstance(predicted.wanted, Mapping) else {}
    if {"at_least", "at_most"} & set(bounds) and isinstance(fact, int | float):
        # A measure differs from run to run; what holds is the side on which it lies.
        return (
            {"at_most": bounds["at_least"]} if fact < bounds.get("at_least", fact) else {"at_least": bounds["at_most"]}
        )
    return fact


def _when(claim: Claim, group: Sequence[Place], others: Sequence[Place]) -> dict[str, Any]:
    """Return the shortest condition that holds for these cells and for none that saw something else.

    If nothing else was measured, the condition names the whole place, so that it changes no other place.
    """
    atoms = list(_atoms(group, others))
    for size in range(1, 4):
        for chosen in combinations(atoms, size):
            if len({name for name, _ in chosen}) == size:
                when = dict(chosen)
                if others and not any(Condition(when).holds(_facts(place)) for place in others):
                    return when
    environments = [column.run.environment for column, _ in group]
    traits = {trait.fact: trait.value for each in environments for trait in each.traits}
    return {**_method(group), "system": _one_or_list(each.facts["system"] for each in environments), **traits} | {
        "python": _series(environments)
    }


def _atoms(group: Sequence[Place], others: Sequence[Place]) -> Iterator[tuple[str, Any]]:
    """Yield every single comparison that holds for all cells of the group."""
    yield from _method(group).items()
    facts = [_facts(place) for place in group]
    for name in _FACTS:
        values = {json.dumps(each.get(name)) for each in facts}
        if len(values) == 1 and facts[0].get(name) is not None:
            yield name, facts[0][name]
    versions = sorted({Version(str(each["python"])) for each in facts})
    elsewhere = sorted({Version(str(_facts(place)["python"])) for place in others})
    above = next((version for version in elsewhere if version > versions[-1]), None)
    if any(version < versions[0] for version in elsewhere):
        yield "python", f">={versions[0]}" + (f", <{above}" if above else "")
    elif above:
        yield "python", f"<{above}"


def _method(group: Sequence[Place]) -> dict[str, Any]:
    """Return the condition on the start method, if the claim has cells for each."""
    methods = {cell.start_method for _, cell in group}
    if None in methods or methods == set(START_METHODS):
        return {}
    return {"start_method": _one_or_list(method for method in START_METHODS if method in methods)}


def _facts(place: Place) -> Facts:
    column, cell = place
    return {**column.run.environment.facts, "start_method": cell.start_method}


def _one_or_list(values: Any) -> Any:
    values = list(dict.fromkeys(values))
    return values[0] if len(values) == 1 else values


def _series(environments: Sequence[Environment]) -> str:
    """Return the range of minor versions of Python from the oldest to the newest."""
    versions = sorted(Version(str(each.facts["python"])) for each in environments)
    low, high = versions[0], versions[-1]
    return f">={low.major}.{low.minor}, <{high.major}.{high.minor + 1}"


def _table(claim: Claim, verdict: str, when: Mapping[str, Any], observes: Mapping[str, Mapping[str, Any]]) -> str:
    facts: Mapping[str, Any] = observes
    if set(observes) == {"experiment"}:
        facts = observes["experiment"]
    lines = [f"[[{claim.name}.expect]]", f"when = {toml(when)}", f'verdict = "{verdict}"']
    if observes:
        lines.append(f"observes = {toml(facts)}")
    return "\n".join([*lines, 'because = ""  # TODO: the reason', "see = []  # TODO: the sources"]) + "\n"


def toml(value: Any) -> str:
    """Return the value as TOML on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
