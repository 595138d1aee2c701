"""The details of each cell of a claim, as compact data that the page unpacks when the claim is opened."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

from procsem.model import Arm, CellResult, Claim, Comparison, Event, Expectation, MismatchSource, Verdict
from procsem.model.comparison import show
from procsem.views.conclusion import effect_of
from procsem.views.explain import rerun_of_file
from procsem.views.html.matrix.grid import GridRow, Group
from procsem.views.html.matrix.timeline import Timeline, build_timeline, describe, pack_timeline

MAX_EVENTS = 60
"""Most events of the watcher that are kept per cell; a fork bomb produces many that say little."""
_MOST_OF_A_FACT = 2000


def pack(row: GridRow, probes: Path | None = None) -> str:
    """Return all cells of one claim as JSON, compressed and encoded in base64. Equal cells give equal text.

    ``probes`` is the folder of the claims, or None for the built-in ones.
    """
    cells = [
        _cell(row.claim, group, cell.result, probes)
        for group, cells in row.groups
        for cell in cells
        if cell.result is not None
    ]
    text = json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("utf-8", "backslashreplace"), 6, mtime=0)).decode()


def _cell(claim: Claim | None, group: Group, result: CellResult, probes: Path | None) -> dict[str, Any]:
    facts = group.column.run.environment.facts
    # A claim that was not judged has met no rule.
    rule = claim.expected(facts, result.start_method) if claim and result.verdict is not Verdict.UNSUPPORTED else None
    rules = claim.expectations if claim else ()
    packed = {
        "environment": group.number,
        "method": result.start_method,
        "verdict": result.verdict,
        "letter": result.verdict.letter,
        "expected": result.expected,
        "as_expected": result.as_expected,
        "because": result.because,
        "effect": effect_of(claim, result, facts) if claim else None,
        "problem": str(result.problem or ""),
        "seconds": round(result.seconds, 2),
        "rule": next((number for number, each in enumerate(rules, 1) if each is rule), None),
        "rerun": rerun_of_file(result, group.column.run.environment, probes),
        "arms": [_arm(claim, result, name, rule) for name in _arms(claim, result)],
        "between": differing_facts(claim, result) if claim else [],
        "residue": [f"{thing.kind} {thing.name}" for thing in result.residue],
        "output": result.output,
        "repeats": dict(result.repeats),
        "watcher": [_event(event) for event in result.watcher[:MAX_EVENTS]],
        "watcher_left_out": max(0, len(result.watcher) - MAX_EVENTS),
    }
    return {key: value for key, value in packed.items() if value or key in ("environment", "as_expected")}


def _arms(claim: Claim | None, result: CellResult) -> list[str]:
    """Return the names of the claim's arms and then of others in the report; none if the probe did not run."""
    if not result.arms:
        return []
    known = [arm.name for arm in claim.all_arms] if claim else []
    return list(dict.fromkeys([*known, *result.arms]))


def _arm(claim: Claim | None, result: CellResult, name: str, rule: Expectation | None) -> dict[str, Any]:
    arm = next((each for each in claim.all_arms if each.name == name), None) if claim else None
    seen = result.arms.get(name)
    timeline = build_timeline(seen.timeline, result.watcher) if seen else Timeline((), ())
    like = like_controls(claim, result, arm) if claim and arm else []
    return {
        "name": name,
        "kind": _kind(claim, arm),
        "reported": seen is not None,
        **({"same": like} if like else {}),
        "facts": _facts(arm, seen.facts if seen else {}, result, rule.observes.get(name, {}) if rule else {}),
        **pack_timeline(timeline),
    }


def differing_facts(claim: Claim, result: CellResult) -> list[str]:
    """Return the facts in which an experiment differs from a control or a remedy, in the order of the report.

    A fact that only one of the two arms reported counts if all facts that both reported are equal.
    """
    said = _said_by_arm(result)
    experiments = [arm.name for arm in claim.arms if not arm.is_control and arm.name in said]
    others = [arm.name for arm in claim.all_arms if arm.name in said and arm.name not in experiments]
    names: dict[str, None] = {}
    for one, other in product(experiments, others):
        both = {**said[one], **said[other]}
        common = [name for name in both if name in said[one] and name in said[other]]
        unequal = [name for name in common if said[one][name] != said[other][name]]
        names.update(dict.fromkeys(unequal or [name for name in both if name not in common]))
    return list(names)


def like_controls(claim: Claim, result: CellResult, arm: Arm) -> list[str]:
    """Return the controls that reported the same facts as this experiment, all with equal values."""
    said = _said_by_arm(result)
    if arm.is_control or arm not in claim.arms or arm.name not in said:
        return []
    return [each.name for each in claim.arms if each.is_control and said.get(each.name) == said[arm.name]]


def _said_by_arm(result: CellResult) -> dict[str, dict[str, str]]:
    return {name: {fact: _said(value) for fact, value in seen.facts.items()} for name, seen in result.arms.items()}


def _kind(claim: Claim | None, arm: Arm | None) -> str:
    if arm is None or claim is None:
        return "unknown"
    if any(remedy.arm is arm for remedy in claim.remedies):
        return "remedy"
    return "control" if arm.is_control else "experiment"


def _facts(
    arm: Arm | None, facts: Mapping[str, Any], result: CellResult, known: Mapping[str, Comparison]
) -> list[list[str | None]]:
    """Return for each fact its name, the prediction, what is known here, what was seen, and what that contradicts."""
    predicted = arm.predicts if arm else {}
    contradicted = {mismatch.fact: mismatch for mismatch in result.mismatches if arm and mismatch.arm == arm.name}
    table: list[list[str | None]] = []
    for name in dict.fromkeys([*predicted, *known, *facts]):
        differs = None
        if name in contradicted:
            differs = "known" if contradicted[name].source is MismatchSource.RULE else "prediction"
        table.append(
            [
                name,
                _said(predicted[name]) if name in predicted else None,
                _said(known[name]) if name in known else None,
                _said(facts[name])[:_MOST_OF_A_FACT] if name in facts else None,
                differs,
            ]
        )
    return table


def _said(value: Any) -> str:
    """Return the value in words; phrases that contain commas are numbered, one per line."""
    wanted = value.wanted if isinstance(value, Comparison) else value
    if isinstance(wanted, list) and any(isinstance(each, str) and "," in each for each in wanted):
        return "\n".join(f"{number}. {show(each)}" for number, each in enumerate(wanted, 1))
    return str(value) if isinstance(value, Comparison) else show(value)


def _event(event: Event) -> list[Any]:
    return [round(event.at, 3), event.process, event.pid, describe(event)]
