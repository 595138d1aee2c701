"""From recorded runs to findings: every rule looks at every run, and what differs without a cause is listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import frozen

from procsem.check.case import Case, Difference, ending
from procsem.check.cost import Cost, costs
from procsem.check.evidence import Run
from procsem.check.rules import RULES, Cause, Sighting
from procsem.check.suite import BAD, Table, concerned_tests, suite_tests, table
from procsem.model import START_METHODS

METHODS: tuple[str, ...] = START_METHODS


@frozen
class Finding:
    """One diagnosed problem of the program."""

    cause: Cause
    file: str
    line: int
    also: tuple[int, ...]
    start_methods: tuple[str, ...]
    pythons: tuple[str, ...]
    """Labels of the interpreters with which it was seen."""
    appears_on: tuple[str, ...]
    """The systems and versions whose default start method is one of those."""
    confirmed: bool
    explanation: str
    fix: str
    evidence: Mapping[str, Any]
    runs: tuple[int, ...]
    """The numbers of the runs in which it was seen."""
    tests: tuple[str, ...] = ()
    """The tests of pytest in which it was seen."""


@frozen
class Unexplained:
    """A run whose outcome differs from the reference, or that hangs, without a known cause."""

    run: int
    start_method: str
    python: str
    difference: Difference


@frozen
class Diagnosis:
    """All that is known of one program."""

    case: Case
    findings: tuple[Finding, ...]
    unexplained: tuple[Unexplained, ...]
    doubts: tuple[str, ...]
    """Reasons to doubt a run, one line each."""
    proposed: tuple[tuple[int, str], ...] = ()
    """Runs to be made again, by number, with what is to be done differently in them."""

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The tests of pytest against the start methods, one table per interpreter."""
        by_python = ([run for run in self.case.runs if run.python == python] for python in self.case.pythons)
        return tuple(found for runs in by_python if (found := table(runs)) is not None)

    @cached_property
    def costs(self) -> tuple[Cost, ...]:
        """The cost of the program, one per interpreter; empty if it was not recorded."""
        return costs(self.case)

    def causes_of(self, test: str, python: str) -> dict[str, tuple[str, ...]]:
        """Return the causes that were found in a test, each with the start methods under which it was seen."""
        return {
            finding.cause.name: finding.start_methods
            for finding in self.findings
            if test in finding.tests and any(self.case.runs[number].python == python for number in finding.runs)
        }


def diagnose(case: Case) -> Diagnosis:
    """Return the findings in the runs of one program."""
    seen: dict[tuple[str, str, int], list[tuple[int, Run, Cause, Sighting]]] = {}
    explained: set[int] = set()
    proposed: dict[tuple[int, str], None] = {}
    for number, run in enumerate(case.runs):
        if run.interventions:
            continue
        sightings = [(rule.cause, found) for rule in RULES for found in rule.find(run, case)]
        proposed.update(dict.fromkeys((number, found.intervention) for _, found in sightings if found.intervention))
        certain = [pair for pair in sightings if not pair[1].intervention]
        for cause, found in [pair for pair in certain if not pair[1].fallback] or certain:
            seen.setdefault((cause.name, found.file, found.line), []).append((number, run, cause, found))
            explained.add(number)
    findings = tuple(_merge(case, group) for group in seen.values())
    order = {name: number for number, name in enumerate(METHODS)}
    findings = tuple(
        sorted(findings, key=lambda f: (f.file, f.line, f.cause.name, [order[m] for m in f.start_methods]))
    )
    unexplained = tuple(_unexplained(case, explained, findings))
    doubts = [*_doubts(case)]
    if not findings and not unexplained:
        doubts += _failing_everywhere(case)
    return Diagnosis(case, findings, unexplained, tuple(dict.fromkeys(doubts)), tuple(proposed))


def _merge(case: Case, group: list[tuple[int, Run, Cause, Sighting]]) -> Finding:
    _, _, cause, found = group[0]
    methods = {run.start_method for _, run, _, _ in group}
    return Finding(
        cause=cause,
        file=found.file,
        line=found.line,
        also=tuple(dict.fromkeys(line for _, _, _, each in group for line in each.also if line != found.line)),
        start_methods=tuple(method for method in METHODS if method in methods),
        pythons=tuple(dict.fromkeys(label(run) for _, run, _, _ in group)),
        appears_on=appears_on(methods),
        confirmed=any(each.confirmed for _, _, _, each in group),
        explanation=cause.explanation.format_map(_Known(found.values)),
        fix=cause.fix.format_map(_Known(found.values)),
        evidence=dict(found.evidence),
        runs=tuple(number for number, _, _, _ in group),
        tests=tuple(dict.fromkeys(name for _, run, _, each in group for name in _tests(run, each))),
    )


def _tests(run: Run, found: Sighting) -> tuple[str, ...]:
    return concerned_tests(run, found.stack, found.file, found.line, found.moments)


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "it"


def appears_on(methods: Iterable[str]) -> tuple[str, ...]:
    """Return the systems and versions whose default start method is one of these."""
    methods = set(methods)
    if methods >= set(METHODS):
        return ("every system",)
    found = []
    if "spawn" in methods:
        found += ["Windows", "macOS"]
    if "forkserver" in methods:
        found.append("Linux from Python 3.14")
    if "fork" in methods:
        found.append("Linux before Python 3.14")
    return tuple(found)


def label(run: Run) -> str:
    """Return the short name of a run's interpreter."""
    release = ".".join(map(str, run.version))
    return release if run.implementation in ("cpython", "") else f"{run.implementation} {release}"


def _unexplained(case: Case, explained: set[int], findings: Iterable[Finding]) -> Iterable[Unexplained]:
    for number, run in enumerate(case.runs):
        found = case.difference(run) if not run.interventions else None
        if found is not None and found.tests:
            # Each test of a suite needs a cause of its own.
            here = [finding for finding in findings if number in finding.runs]
            rest = set(found.tests).difference(*(finding.tests for finding in here))
            rest -= _explained_in_reference(case, run, found, findings)
            if rest and all(finding.tests for finding in here):
                yield Unexplained(number, run.start_method, label(run), found.only(rest))
            continue
        if number in explained or run.interventions:
            continue
        known = [other for other in case.references(run) if case.runs.index(other) in explained]
        if known and run.exit_code in (0, known[0].exit_code) and run.exit_code is not None:
            continue  # the reference is what goes wrong, and it is known why
        if found is None and (run.status == "lost" or (run.hang is not None and run.hang.proven)):
            found = Difference("end", ending(run), "")
        if found is not None:
            yield Unexplained(number, run.start_method, label(run), found)


def _explained_in_reference(case: Case, run: Run, found: Difference, findings: Iterable[Finding]) -> set[str]:
    """Return the tests that end well here, and of which a finding says why they do not in the reference run."""
    references = {case.runs.index(other) for other in case.references(run)}
    tests = {test for finding in findings if references & set(finding.runs) for test in finding.tests}
    return tests & {name for name, (here, _) in zip(found.tests, found.outcomes, strict=True) if here not in BAD}


def _isolating_option(argv: Sequence[str]) -> str:
    """Return ``with -I`` and the like for a Python program whose options keep the recorder out, else nothing."""
    if not argv or not re.search(r"(?i)(?:python|pypy)[\d.]*(?:\.exe)?$", argv[0]):
        return ""
    for word in argv[1:]:
        if not word.startswith("-") or word.startswith("--") or word in ("-", "-c", "-m"):
            break
        if letter := next((letter for letter in "IES" if letter in word[1:]), ""):
            return f"with -{letter}"
    return ""


def _failing_everywhere(case: Case) -> Iterable[str]:
    """Yield a doubt if the program failed in every run, for example because it lacks a package."""
    runs = [run for run in case.runs if not run.interventions]
    if runs and all(run.status == "exited" and run.exit_code and not suite_tests(run) for run in runs):
        last = runs[0].output.rstrip().rpartition("\n")[2]
        said = "".join(each for each in last if each.isprintable())[:300]
        yield (
            f"the program ended with exit code {runs[0].exit_code} in every run, whatever the start method"
            f"{': ' if said else ''}{said}"
        )


def _doubts(case: Case) -> Iterable[str]:
    for run in case.runs:
        where = f"{label(run)}, {run.start_method}"
        if run.status not in ("exited", "signalled", "timed out", "deadlock"):
            yield f"{where}: the run was ended ({run.status}): {run.reason}"
        if run.main is None:
            yield f"{where}: the recorder did not run in the program; options -I, -E and -S keep it out"
        chosen = {method: count for method, count in run.methods_seen().items() if method != run.start_method}
        for method, count in chosen.items():
            lines = [
                f"{place[0]}:{place[1]}"
                for _, event in run.events("method set", "context")
                if event.get("method") == method and (place := run.nearest(event.at))
            ]
            by = f", chosen at {lines[0]}" if lines else ""
            children = "1 child was" if count == 1 else f"{count} children were"
            yield f"{where}: {children} started by {method}{by}, and not tested under {run.start_method}"
        for _, event in run.events("program started"):
            kept_out = "" if event["recorded"] else "with an environment of its own"
            kept_out = kept_out or _isolating_option(event["argv"])
            if kept_out:
                place = run.nearest(event.at)
                at = f"{place[0]}:{place[1]}: " if place else ""
                yield f"{where}: {at}a program was started {kept_out}, so it was not recorded"
                break
        if run.status == "lost":
            yield f"{where}: the program ended the process that watches over it; how it ended itself is not known"
        for error in run.recorder_errors:
            yield f"{where}: the recorder failed: {error}"
