"""A second judge, slow and simple, which was written from the documentation and not from ``judge.py``.

It reads a table of ``claims.toml`` as CONTRIBUTING.md and the docstrings of ``procsem.model.comparison`` and
``procsem.model.condition`` describe it, and plain data instead of our types.
"""

from __future__ import annotations

import re
from typing import Any

MISSING = object()
"""The value of a fact that the probe did not report."""


def judge(
    table: dict[str, Any],
    facts: dict[str, Any],
    start_method: str | None,
    arms: dict[str, dict[str, Any]],
    has_problem: bool,
    residue: list[str],
) -> dict[str, Any]:
    """Return what must be said of a cell: ``residue`` has one kind per leak, and ``arms`` the facts by arm."""
    place = {**facts, "start_method": start_method}
    experiments = {name: arm["predicts"] for name, arm in table.get("arms", {}).items()}
    if "predicts" in table:
        experiments["experiment"] = table["predicts"]
    controls = {name: arm["predicts"] for name, arm in table.get("controls", {}).items()}
    if "control" in table:
        controls["control"] = table["control"]
    remedies = table.get("remedies", {})

    if not condition_holds(table.get("needs", {}), place):
        return _said("unsupported", "unsupported", True, None)

    rule = [rule for rule in table["expect"] if condition_holds(rule.get("when", {}), place)][-1]
    expected, because = rule["verdict"], rule["because"]

    if has_problem:
        return _said("broken", expected, False, because, problem="given")
    predictions = [*experiments.items(), *controls.items(), *((name, r["predicts"]) for name, r in remedies.items())]
    missing = [(name, None) for name, _ in predictions if name not in arms]
    for name, predicts in predictions:
        for fact, wanted in predicts.items():
            for reference in filter(None, (fact, other_of(wanted))):
                arm, _, fact_there = reference.rpartition(".")
                if name in arms and fact_of(reference, name, arms) is MISSING:
                    missing.append((arm or name, fact_there))
    if missing:
        return _said("broken", expected, False, because, problem="missing", missing=missing)

    of_controls = wrong_facts(controls, arms, "prediction")
    of_experiments = wrong_facts(experiments, arms, "prediction")
    of_rule = wrong_facts(_observes(rule, [*experiments, *controls]), arms, "rule")
    leaks = [kind for kind in residue if kind not in table.get("residue", [])]

    because_of = of_experiments
    if of_controls:
        verdict, as_expected, because_of = "inconclusive", False, of_controls
    elif not of_experiments:
        verdict, as_expected = "upheld", expected == "upheld"
    elif all(undecided for _, undecided in of_experiments):
        verdict, as_expected = "inconclusive", False
    elif expected == "upheld":
        verdict, as_expected = "refuted", False
    elif not of_rule:
        verdict, as_expected = "refuted", True
    elif all(undecided for _, undecided in of_rule):
        verdict, as_expected, because_of = "inconclusive", False, of_rule
    else:
        verdict, as_expected, because_of = "refuted", False, of_rule

    mismatches = [mismatch for mismatch, _ in because_of]
    results = {}
    for name, remedy in remedies.items():
        works = not wrong_facts({name: remedy["predicts"]}, arms, "prediction")
        known = [failure for failure in remedy.get("fails", []) if condition_holds(failure["when"], place)]
        results[name] = (works, not known)
        if not known:
            unlike = wrong_facts({name: remedy["predicts"]}, arms, "prediction")
        elif works:
            unlike = [
                ((name, fact, wanted, fact_of(fact, name, arms), "rule"), False)
                for fact, wanted in (known[-1].get("observes") or remedy["predicts"]).items()
            ]
        else:
            unlike = wrong_facts({name: known[-1].get("observes", {})}, arms, "rule")
        as_expected = as_expected and not unlike
        mismatches += [mismatch for mismatch, _ in unlike]

    told = bool(leaks) and verdict in ("upheld", "refuted")
    return _said(
        verdict,
        expected,
        as_expected and not leaks,
        because,
        mismatches=mismatches,
        problem="leak" if told else None,
        leaks=leaks if told else [],
        remedies=results,
    )


def _said(verdict: str, expected: str, as_expected: bool, because: str | None, **more: Any) -> dict[str, Any]:
    empty = {"mismatches": [], "problem": None, "missing": None, "leaks": [], "remedies": {}}
    return {"verdict": verdict, "expected": expected, "as_expected": as_expected, "because": because, **empty, **more}


def _observes(rule: dict[str, Any], arms: list[str]) -> dict[str, dict[str, Any]]:
    """Return the facts of a rule by arm: a fact that is not below the name of an arm is the experiment's."""
    observes: dict[str, dict[str, Any]] = {}
    for name, wanted in rule.get("observes", {}).items():
        if name in arms:
            observes.setdefault(name, {}).update(wanted)
        else:
            observes.setdefault("experiment", {})[name] = wanted
    return observes


def wrong_facts(
    wanted_by_arm: dict[str, dict[str, Any]], arms: dict[str, dict[str, Any]], source: str
) -> list[tuple[tuple[Any, ...], bool]]:
    """Return each fact that is not as wanted, and whether this is undecided."""
    wrong = []
    for arm, facts in wanted_by_arm.items():
        for name, wanted in facts.items():
            fact, other = fact_of(name, arm, arms), fact_of(other_of(wanted), arm, arms)
            if not holds(wanted, fact, other):
                wrong.append(((arm, name, wanted, fact, source), undecided(wanted, fact)))
    return wrong


def fact_of(reference: str | None, arm: str, arms: dict[str, dict[str, Any]]) -> Any:
    """Return the fact that ``fact`` or ``arm.fact`` names in an arm."""
    if reference is None:
        return MISSING
    if "." in reference:
        arm, reference = reference.split(".")
    return arms.get(arm, {}).get(reference, MISSING)


def other_of(wanted: Any) -> str | None:
    """Return the other fact with which a fact is compared."""
    if not isinstance(wanted, dict):
        return None
    return wanted.get("same_as") or wanted.get("differs_from") or wanted.get("ratio_to")


def holds(wanted: Any, fact: Any, other: Any) -> bool:
    """Return whether a fact is as wanted, as the table in ``procsem.model.comparison`` describes it."""
    if fact is MISSING or (other_of(wanted) and other is MISSING):
        return False
    if not isinstance(wanted, dict):
        return equal(fact, wanted)
    ((form, value),) = [(key, value) for key, value in wanted.items() if not key.startswith("at_")] or [(None, None)]
    match form:
        case "none":
            return fact is None
        case "one_of":
            return any(equal(fact, each) for each in value)
        case "same_as":
            return equal(fact, other)
        case "differs_from":
            return not equal(fact, other)
        case "seen":
            return frequency(fact) == value
        case "ratio_to":
            return is_number(fact) and is_number(other) and other != 0 and in_bounds(wanted, fact / other)
    if is_measured(fact):
        return in_bounds(wanted, fact["low"]) and in_bounds(wanted, fact["high"])
    return is_number(fact) and in_bounds(wanted, fact)


def undecided(wanted: Any, fact: Any) -> bool:
    """Return whether bounds hold for a part of a measured interval, but not for all of it."""
    if not (isinstance(wanted, dict) and all(key.startswith("at_") for key in wanted) and is_measured(fact)):
        return False
    ends = fact["low"], fact["high"]
    numbers = [*ends, *(bound for bound in wanted.values() if ends[0] <= bound <= ends[1])]
    return len({in_bounds(wanted, number) for number in numbers}) == 2


def in_bounds(wanted: dict[str, Any], number: float) -> bool:
    """Return whether a number is neither below ``at_least`` nor above ``at_most``."""
    if "at_least" in wanted and number < wanted["at_least"]:
        return False
    return not ("at_most" in wanted and number > wanted["at_most"])


def equal(one: Any, other: Any) -> bool:
    """Compare JSON values: true is not 1, in lists too."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(equal(a, b) for a, b in zip(one, other, strict=True))
    if is_number(one) and is_number(other):
        return one == other
    return type(one) is type(other) and one == other


def frequency(fact: Any) -> str | None:
    """Return the word for a counted fact, and None for anything else."""
    if not (isinstance(fact, dict) and set(fact) == {"seen", "of"} and fact["of"] > 0):
        return None
    if fact["seen"] in (0, fact["of"]):
        return "always" if fact["seen"] else "never"
    return "sometimes"


def is_number(fact: Any) -> bool:
    """Return whether a fact is a number; true and false are not."""
    return type(fact) in (int, float)


def is_measured(fact: Any) -> bool:
    """Return whether a fact is a value with its confidence interval."""
    return isinstance(fact, dict) and set(fact) == {"value", "low", "high"}


def condition_holds(condition: dict[str, Any], place: dict[str, Any]) -> bool:
    """Return whether a place satisfies ``when`` or ``needs``."""
    for key, wanted in condition.items():
        if key == "any":
            if not any(condition_holds(part, place) for part in wanted):
                return False
            continue
        fact = place.get(key)
        if fact is None:  # not measured
            return False
        if key == "python":
            if not all(_version_holds(part.strip(), fact) for part in wanted.split(",")):
                return False
        elif isinstance(wanted, list):
            if not any(equal(fact, each) for each in wanted):
                return False
        elif isinstance(wanted, dict):
            if not in_bounds(wanted, fact):
                return False
        elif not equal(fact, wanted):
            return False
    return True


def _version_holds(specifier: str, version: str) -> bool:
    operator, text = re.fullmatch(r"(>=|<=|<|>|==)([\d.]+)", specifier).groups()
    one, other = ([*map(int, each.split(".")), 0, 0][:3] for each in (version, text))
    return {">=": one >= other, "<=": one <= other, "<": one < other, ">": one > other, "==": one == other}[operator]
