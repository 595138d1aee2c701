"""Strategies of Hypothesis for claims as ``claims.toml`` has them, and for what their probes may observe."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from procsem.model import ResidueKind
from tests.unit.any_input import second_judge
from tests.unit.any_input.second_judge import MISSING, fact_of, other_of

NAMES = ("a", "b", "c")
"""The facts of each arm. They are few, so that comparisons with other facts find them."""

POOL: list[Any] = [
    *(None, True, False, 0, 1, 2, 3, 1.0, -1, 0.5, "a", "b", "", "1", [], [1], [True], ["a", 1]),
    *({"seen": 0, "of": 5}, {"seen": 2, "of": 5}, {"seen": 5, "of": 5}, {"seen": 0, "of": 0}),
    *({"value": 1, "low": 0.5, "high": 1.5}, {"value": 2, "low": 1, "high": 3}, {"value": 5, "low": 4, "high": 6}),
    {"value": 1, "low": 1, "high": 1},
]
values = st.sampled_from(POOL)
plain = st.sampled_from([value for value in POOL if not isinstance(value, dict) and value is not None])
"""The values that TOML has, and that are not a comparison."""
bounds = st.sampled_from([-1, 0, 0.5, 1, 1.5, 2, 3, 4, 6])
kinds = st.sampled_from([*ResidueKind])


@st.composite
def comparisons(draw: st.DrawFn, arms: list[str]) -> Any:
    """Return a value or a named comparison with another fact of one of these arms."""
    reference = draw(st.sampled_from(NAMES))
    if draw(st.booleans()):
        reference = f"{draw(st.sampled_from(arms))}.{reference}"
    low, high = sorted([draw(bounds), draw(bounds)])
    between = draw(st.sampled_from([{"at_least": low}, {"at_most": high}, {"at_least": low, "at_most": high}]))
    return draw(
        st.one_of(  # bounds twice: what is undecided needs several at the same time
            plain,
            st.just(between),
            st.just(between),
            st.sampled_from(["never", "sometimes", "always"]).map(lambda seen: {"seen": seen}),
            st.sampled_from(
                [
                    {"none": True},
                    {"same_as": reference},
                    {"differs_from": reference},
                    {"ratio_to": reference, **between},
                ]
            ),
            st.lists(values, min_size=1, max_size=3).map(lambda items: {"one_of": items}),
        )
    )


@st.composite
def conditions(draw: st.DrawFn, start_method: bool = True) -> dict[str, Any]:
    """Return a condition with one or two keys."""
    parts = [
        st.sampled_from([True, False]).map(lambda value: {"assertions": value}),
        st.sampled_from(["linux", "windows", ["linux", "macos"], ["macos"]]).map(lambda value: {"system": value}),
        st.sampled_from([">=3.12", "<3.12", ">=3.11.4, <3.14", "<=3.12.1", ">3.12.1", "==3.13.0"]).map(
            lambda value: {"python": value}
        ),
        st.sampled_from([{"at_least": 2}, {"at_most": 2}, {"at_least": 1, "at_most": 3}, 2]).map(
            lambda value: {"cpus_usable": value}
        ),
        st.sampled_from([True, False]).map(lambda value: {"pidfd": value}),
    ]
    if start_method:
        parts.append(
            st.sampled_from(["fork", "spawn", ["spawn", "forkserver"]]).map(lambda value: {"start_method": value})
        )
    condition: dict[str, Any] = {}
    for part in draw(st.lists(st.one_of(parts), min_size=1, max_size=2)):
        condition |= part
    if draw(st.integers(0, 4)) == 0:
        condition = {"any": [condition, draw(st.one_of(parts))]}
    return condition


def places() -> st.SearchStrategy[dict[str, Any]]:
    """Return environments. A fact that is missing was not measured."""
    return st.fixed_dictionaries(
        {
            "system": st.sampled_from(["linux", "macos", "windows"]),
            "python": st.sampled_from(["3.11.3", "3.12.0", "3.12.1", "3.12.10", "3.13.0", "3.14.2"]),
            "assertions": st.booleans(),
            "cpus_usable": st.integers(1, 4),
        },
        optional={"pidfd": st.booleans() | st.none()},
    )


@st.composite
def claim_tables(draw: st.DrawFn) -> dict[str, Any]:
    """Return a claim as ``claims.toml`` has it."""
    experiments = draw(st.sampled_from([["experiment"], ["experiment"], ["experiment", "again"], ["one", "other"]]))
    controls = draw(st.sampled_from([["control"], ["control"], ["control", "second-control"], ["second-control"]]))
    names = draw(st.sampled_from([[], [], ["remedy"], ["remedy", "other-remedy"]]))
    arms = [*experiments, *controls]

    def facts(known: list[str], **size: int) -> dict[str, Any]:
        return draw(st.dictionaries(st.sampled_from(NAMES), comparisons(known), **{"min_size": 1, **size}))

    table: dict[str, Any] = {"says": "It is so.", "decided_by": "system", "source": {"section": "s", "line": 1}}
    for name in experiments:
        if name == "experiment":
            table["predicts"] = facts(arms)
        else:
            table.setdefault("arms", {})[name] = {"predicts": facts(arms)}
    for name in controls:
        if name == "control":
            table["control"] = facts(arms)
        else:
            table.setdefault("controls", {})[name] = {"predicts": facts(arms)}
    for name in names:
        remedy: dict[str, Any] = {"says": "Do so.", "predicts": facts([*arms, name])}
        for number in range(draw(st.integers(0, 2))):
            failure = {"when": draw(conditions()), "because": f"reason {number}", "see": "man:fork(2)"}
            if draw(st.booleans()):
                failure["observes"] = facts([name])
            remedy.setdefault("fails", []).append(failure)
        table.setdefault("remedies", {})[name] = remedy
    if draw(st.integers(0, 7)) == 0:
        table["needs"] = draw(conditions())
    if draw(st.booleans()):
        table["residue"] = draw(st.lists(kinds, min_size=1, max_size=2))
    table["expect"] = []
    for number in range(draw(st.integers(1, 3))):
        rule = {
            "verdict": draw(st.sampled_from(["upheld", "refuted"])),
            "because": f"rule {number}",
            "see": "man:fork(2)",
        }
        if number:
            rule["when"] = draw(conditions())
        if rule["verdict"] == "refuted":
            arm = draw(st.sampled_from(arms))
            seen = facts(arms)
            rule["observes"] = seen if arm == "experiment" and draw(st.booleans()) else {arm: seen}
            if "experiment" in arms and arm != "experiment" and draw(st.booleans()):
                rule["observes"] |= facts(arms)
        table["expect"].append(rule)
    return table


def arms_of(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what the arms of a claim predict, remedies included."""
    arms = {
        name: arm["predicts"] for key in ("arms", "controls", "remedies") for name, arm in table.get(key, {}).items()
    }
    if "predicts" in table:
        arms["experiment"] = table["predicts"]
    if "control" in table:
        arms["control"] = table["control"]
    return arms


@st.composite
def observations(draw: st.DrawFn, table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return facts by arm. Most of them are as predicted or as a rule observes, because chance would never fit."""
    wanted = arms_of(table)
    controls = {"control", *table.get("controls", {})}
    seen = {name: {fact: draw(values) for fact in NAMES} for name in wanted}
    for name, predicts in wanted.items():
        if draw(st.integers(0, 9)) < (9 if name in controls else 6):
            _fit(draw, seen, name, predicts)
    observed = [(arm, facts) for rule in table["expect"] for arm, facts in _observed(rule, [*wanted])]
    for name, remedy in table.get("remedies", {}).items():
        observed += [(name, failure.get("observes", {})) for failure in remedy.get("fails", [])]
    for arm, facts in observed:
        if draw(st.booleans()):
            _fit(draw, seen, arm, facts)
    for arm, facts in [*wanted.items(), *observed]:
        if draw(st.integers(0, 4)) == 0:
            _undecide(draw, seen, arm, facts)
    needed = {f"{arm}.{fact}" for arm, predicts in wanted.items() for fact in predicts}
    for arm, predicts in wanted.items():
        for other in filter(None, map(other_of, predicts.values())):
            needed.add(other if "." in other else f"{arm}.{other}")
    for arm, facts in seen.items():
        for fact in NAMES:
            if f"{arm}.{fact}" not in needed and draw(st.integers(0, 2)) == 0:
                facts.pop(fact)
    if draw(st.integers(0, 15)) == 0:
        name = draw(st.sampled_from([*seen]))
        seen[name].pop(draw(st.sampled_from(NAMES)), None)
    if draw(st.integers(0, 31)) == 0:
        seen.pop(draw(st.sampled_from([*seen])))
    return seen


def _observed(rule: dict[str, Any], arms: list[str]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, wanted) if name in arms else ("experiment", {name: wanted})
        for name, wanted in rule.get("observes", {}).items()
    ]


def _fit(draw: st.DrawFn, seen: dict[str, dict[str, Any]], arm: str, wanted: dict[str, Any]) -> None:
    """Change the facts of an arm to values that are as wanted, if there are such values."""
    for fact, comparison in wanted.items():
        other = fact_of(other_of(comparison), arm, seen)
        pool = POOL if other is MISSING else [*POOL, other]
        fitting = [value for value in pool if second_judge.holds(comparison, value, other)]
        if fitting:
            seen[arm][fact] = draw(st.sampled_from(fitting))


def _undecide(draw: st.DrawFn, seen: dict[str, dict[str, Any]], arm: str, wanted: dict[str, Any]) -> None:
    """Change the facts of an arm that have bounds to measured values whose intervals contain a bound."""
    for fact, comparison in wanted.items():
        found = [value for value in POOL if second_judge.undecided(comparison, value)]
        if found:
            seen[arm][fact] = draw(st.sampled_from(found))
