"""Rules: each is a cause with its texts, and a pure function that finds it in the evidence of a run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from attrs import Factory, field, frozen

from procsem.check.case import Case
from procsem.check.evidence import Event, Place, Process, Run


def _general(text: str) -> str:
    """Return a text without the values of one finding."""
    return re.sub(r"\{\w+\}", "it", text)


@frozen
class Cause:
    """One kind of problem. The texts may contain {names}, for which a sighting has the values.

    The general texts are for use without evidence: `procsem explain`, and the list of rules in SARIF.
    """

    name: str
    explanation: str
    fix: str
    claims: tuple[str, ...] = ()
    """Ids of the catalogue's claims that prove the explanation."""
    general_explanation: str = Factory(lambda self: _general(self.explanation), takes_self=True)
    general_fix: str = Factory(lambda self: _general(self.fix), takes_self=True)
    look_for: str = ""
    """A hint for the reader: it tells this cause from others with the same message."""
    symptom: str = ""
    """A regular expression for `TYPE: MESSAGE` of the errors from which `procsem explain` infers this cause.

    Empty for all symptoms of its claims.
    """


@frozen
class Sighting:
    """A cause seen in one run, with the evidence."""

    file: str
    line: int
    evidence: Mapping[str, Any] = field(factory=dict)
    """Plain data that shows why: what was recorded."""
    also: tuple[int, ...] = ()
    """Other lines of the file that have to do with it."""
    values: Mapping[str, str] = field(factory=dict)
    """Values for the {names} in the cause's texts."""
    confirmed: bool = False
    """True where an intervention has shown that this is the cause."""
    fallback: bool = False
    """True for a general cause, which counts only where no other rule has found one in the same run."""
    intervention: str = ""
    """The change in a further run that would confirm it; until then it is not a finding."""
    stack: tuple[Place, ...] = ()
    """The callers that were recorded with the line. They lead to the test of pytest that it belongs to."""
    moments: tuple[tuple[str, float], ...] = ()
    """Keys of processes with times, which lead to the test where the line itself was not recorded."""


Finder: TypeAlias = Callable[[Run, Case], Iterable[Sighting]]


@frozen
class Rule:
    """A cause and how it is found."""

    cause: Cause
    find: Finder


CAUSES: dict[str, Cause] = {}
RULES: list[Rule] = []


def rule(cause: Cause) -> Callable[[Finder], Finder]:
    """Register a finder for a cause. Several finders may find the same cause in different ways."""
    known = CAUSES.setdefault(cause.name, cause)
    assert known is cause, f"two causes are called {cause.name}"

    def register(find: Finder) -> Finder:
        RULES.append(Rule(cause, find))
        return find

    return register


def sighting(run: Run, where: Iterable[Place], **rest: Any) -> Iterable[Sighting]:
    """Yield a sighting at the nearest of the program's own lines; none where there is no line to name."""
    stack = tuple(where)
    place = run.nearest(stack)
    if place is not None:
        yield Sighting(str(run.path(place[0])), place[1], stack=stack, **rest)


def lines_of(*events: Event | None) -> tuple[int, ...]:
    """Return the nearest line of each event, for Sighting.also."""
    return tuple(place[1] for event in events if event is not None for place in event.at[:1])


def kill_of(run: Run, killed: Process, before: float = float("inf")) -> Event | None:
    """Return the first signal that a process of the program sent to another one of it."""
    found = (event for _, event in run.events("kill") if event["pid"] == killed.pid and event["signal"])
    return next((event for event in found if killed.start <= event.t < before), None)


def causes_of_claims() -> dict[str, str]:
    """Return the names of the causes that each claim proves, by the claim's id."""
    names: dict[str, list[str]] = {}
    for cause in CAUSES.values():
        for claim in cause.claims:
            names.setdefault(claim, []).append(cause.name)
    return {claim: " ".join(each) for claim, each in names.items()}
