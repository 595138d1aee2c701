"""A claim as it is written in ``claims.toml``, and how it becomes a :class:`~procsem.model.Claim`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import Factory, define

from procsem.catalogue.structure import StructureError, structure
from procsem.model import (
    DECIDERS,
    Arm,
    Claim,
    Comparison,
    ComparisonError,
    Condition,
    ConditionError,
    Effect,
    Expectation,
    Remedy,
    RemedyFailure,
    Source,
    Verdict,
)
from procsem.model.facts import FactType

EXPERIMENT = "experiment"
CONTROL = "control"


@define
class _Arm:
    predicts: dict[str, Any]
    run: str | None = None


@define
class _Expect:
    verdict: str
    because: str
    see: str | list[str]
    when: dict[str, Any] = Factory(dict)
    observes: dict[str, Any] = Factory(dict)
    effect: str | None = None


@define
class _Failure:
    when: dict[str, Any]
    because: str
    see: str | list[str]
    observes: dict[str, Any] = Factory(dict)


@define
class _Remedy:
    says: str
    predicts: dict[str, Any]
    run: str | None = None
    fails: list[_Failure] = Factory(list)


@define
class _Claim:
    says: str
    decided_by: str
    expect: list[_Expect]
    source: Source | None = None
    predicts: dict[str, Any] = Factory(dict)
    control: dict[str, Any] = Factory(dict)
    arms: dict[str, _Arm] = Factory(dict)
    controls: dict[str, _Arm] = Factory(dict)
    probe: str | None = None
    needs: dict[str, Any] = Factory(dict)
    per_start_method: bool = True
    alone: bool = False
    seconds: float = 120.0
    note: str = ""
    remedies: dict[str, _Remedy] = Factory(dict)
    no_remedy: str = ""
    effect: dict[str, str] = Factory(dict)
    residue: list[str] = Factory(list)


def read_claim(topic: str, name: str, table: Any, file: Path, line: int, known_facts: Mapping[str, FactType]) -> Claim:
    """The claim that stands in ``[name]`` of the topic's file. Raises :class:`StructureError`."""
    if not isinstance(table, Mapping):
        raise StructureError(["is not a table; write it as [name]"])
    written = structure(table, _Claim)
    faults: list[str] = []
    if written.decided_by not in DECIDERS:
        faults.append(f"decided_by: must be one of {', '.join(DECIDERS)}, not {written.decided_by!r}")
    arms = _arms(written, faults)
    expectations = [_expectation(rule, number, arms, known_facts, faults) for number, rule in enumerate(written.expect)]
    needs = _condition(written.needs, "needs", known_facts, faults)
    if not expectations:
        faults.append("has no expectation; add [[" + name + ".expect]]")
    elif not any(not rule.when.wanted for rule in expectations if rule):
        faults.append(
            "has no expectation that holds everywhere; let its first [[" + name + ".expect]] stand without `when`"
        )
    remedies = _remedies(written, arms, known_facts, faults)
    effects = {}
    for verdict, effect in written.effect.items():
        if verdict not in (Verdict.UPHELD, Verdict.REFUTED):
            faults.append(f"effect.{verdict}: must be upheld or refuted")
        elif value := _effect(effect, f"effect.{verdict}", faults):
            effects[Verdict(verdict)] = value
    if faults:
        raise StructureError(faults)
    return Claim(
        id=f"{topic}/{name}",
        says=written.says,
        source=written.source,
        arms=tuple(arms),
        expectations=tuple(rule for rule in expectations if rule),
        probe=file.parent / (written.probe or name.replace("-", "_") + ".py"),
        decided_by=written.decided_by,
        file=file,
        line=line,
        needs=needs,
        per_start_method=written.per_start_method,
        alone=written.alone,
        seconds=written.seconds,
        note=written.note,
        remedies=tuple(remedies),
        no_remedy=written.no_remedy,
        effects=effects,
        residue=tuple(written.residue),
    )


def _arms(written: _Claim, faults: list[str]) -> list[Arm]:
    arms: list[Arm] = []

    def add(name: str, run: str, predicts: Mapping[str, Any], key: str, is_control: bool) -> None:
        if any(arm.name == name for arm in arms):
            faults.append(f"{key}: there are two arms {name!r}")
        if not predicts:
            faults.append(f"{key}: predicts nothing, so nothing could contradict it")
        arms.append(Arm(name, run, _comparisons(predicts, key, faults), is_control))

    if written.predicts:
        add(EXPERIMENT, EXPERIMENT, written.predicts, "predicts", False)
    for name, more in written.arms.items():
        add(name, more.run or name, more.predicts, f"arms.{name}", False)
    if not arms:
        faults.append("has no prediction; add predicts = { ... }")
    if written.control:
        add(CONTROL, CONTROL, written.control, "control", True)
    for name, more in written.controls.items():
        add(name, more.run or name, more.predicts, f"controls.{name}", True)
    if not any(arm.is_control for arm in arms):
        faults.append("has no control; add control = { ... }: what must come out once the mechanism is taken away")
    for arm in arms:
        for fact, comparison in arm.predicts.items():
            _check_reference(comparison, f"{arm.name}.{fact}", arms, faults)
    return arms


def _remedies(written: _Claim, arms: list[Arm], known_facts: Mapping[str, FactType], faults: list[str]) -> list[Remedy]:
    remedies = []
    if written.remedies and written.no_remedy:
        faults.append("no_remedy: there are remedies; leave one of the two out")
    for name, remedy in written.remedies.items():
        key = f"remedies.{name}"
        if any(arm.name == name for arm in arms):
            faults.append(f"{key}: there is an arm of this name; choose another name")
        if not remedy.predicts:
            faults.append(f"{key}: predicts nothing, so nothing would show that it helps")
        arm = Arm(name, remedy.run or name.replace("-", "_"), _comparisons(remedy.predicts, key, faults), False)
        for fact, comparison in arm.predicts.items():
            _check_reference(comparison, f"{key}.{fact}", [*arms, arm], faults)
        failures = [
            RemedyFailure(
                _condition(failure.when, f"{key}.fails[{number}].when", known_facts, faults),
                _comparisons(failure.observes, f"{key}.fails[{number}].observes", faults),
                failure.because,
                tuple(failure.see),
            )
            for number, failure in enumerate(remedy.fails)
        ]
        remedies.append(Remedy(name, remedy.says, arm, tuple(failures)))
    return remedies


def _effect(effect: str | None, key: str, faults: list[str]) -> Effect | None:
    if effect is None or effect in set(Effect):
        return Effect(effect) if effect else None
    faults.append(f"{key}: must be one of {', '.join(Effect)}, not {effect!r}")
    return None


def _comparisons(table: Mapping[str, Any], key: str, faults: list[str]) -> dict[str, Comparison]:
    comparisons = {}
    for fact, wanted in table.items():
        try:
            comparisons[fact] = Comparison(wanted)
        except ComparisonError as error:
            faults.append(f"{key}.{fact}: {error}")
    return comparisons


def _check_reference(comparison: Comparison, key: str, arms: list[Arm], faults: list[str]) -> None:
    reference = comparison.refers_to
    if reference and "." in reference and reference.partition(".")[0] not in {arm.name for arm in arms}:
        faults.append(f"{key}: {reference!r} names no arm of this claim; there are {', '.join(a.name for a in arms)}")


def _expectation(
    rule: _Expect, number: int, arms: list[Arm], known_facts: Mapping[str, FactType], faults: list[str]
) -> Expectation | None:
    key = f"expect[{number}]"
    if rule.verdict not in (Verdict.UPHELD, Verdict.REFUTED):
        faults.append(
            f"{key}.verdict: must be upheld or refuted, not {rule.verdict!r}; what a platform lacks goes into `needs`"
        )
        return None
    if rule.verdict == Verdict.REFUTED and not rule.observes:
        faults.append(f"{key}: a refutation must say what is seen instead; add observes = {{ ... }}")
    if rule.verdict == Verdict.UPHELD and rule.observes:
        faults.append(f"{key}: observes goes with refuted only; what an upheld claim sees stands in predicts")
    names = {arm.name for arm in arms}
    observes: dict[str, dict[str, Comparison]] = {}
    for fact, wanted in rule.observes.items():
        if fact in names:
            observes.setdefault(fact, {}).update(_comparisons(wanted, f"{key}.observes.{fact}", faults))
        elif EXPERIMENT in names:
            observes.setdefault(EXPERIMENT, {}).update(_comparisons({fact: wanted}, f"{key}.observes", faults))
        else:
            faults.append(f"{key}.observes.{fact}: name the arm it was seen in; there are {', '.join(sorted(names))}")
    for arm, comparisons in observes.items():
        for fact, comparison in comparisons.items():
            _check_reference(comparison, f"{key}.observes.{arm}.{fact}", arms, faults)
    return Expectation(
        verdict=Verdict(rule.verdict),
        when=_condition(rule.when, f"{key}.when", known_facts, faults),
        observes=observes,
        because=rule.because,
        see=tuple(rule.see),
        effect=_effect(rule.effect, f"{key}.effect", faults),
    )


def _condition(table: Mapping[str, Any], key: str, known_facts: Mapping[str, FactType], faults: list[str]) -> Condition:
    for fact in table:
        if known_facts and fact not in known_facts and fact != "start_method":
            faults.append(
                f"{key}: no such fact of an environment: {fact!r}; "
                f"known: start_method, {', '.join(sorted(known_facts))}"
            )
    try:
        return Condition(dict(table))
    except (ConditionError, ComparisonError) as error:
        faults.append(f"{key}: {error}")
        return Condition({})
