"""Check a claim's table in ``claims.toml``, and make a :class:`~procsem.model.Claim` of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from procsem.catalogue.conditions import rules_that_never_win, value_faults
from procsem.catalogue.errors import Fault, KeyPath, StructureError
from procsem.catalogue.references import expand
from procsem.catalogue.structure import structure
from procsem.catalogue.tables import DEFAULT_KEYS, ClaimTable, FailureTable, RuleTable, SourceTable
from procsem.errors import one_of
from procsem.model import (
    DECIDERS,
    Arm,
    Claim,
    Comparison,
    ComparisonError,
    Condition,
    ConditionError,
    Document,
    Effect,
    Expectation,
    Remedy,
    RemedyFailure,
    ResidueKind,
    Source,
    Verdict,
)
from procsem.model.comparison import COMPARISONS
from procsem.model.facts import FactType

DEFAULTS = "defaults"
"""The table of a file that gives keys to every claim that does not have them."""

EXPERIMENT = "experiment"
CONTROL = "control"
_NEVER_EMPTY = frozenset({"predicts", "control", "arms", "controls", "note", "remedies", "no_remedy"})
"""Keys without effect if they are empty. An empty ``needs``, ``effect`` or ``residue`` takes the place of a default."""
_LONGEST = 3600.0
"""Seconds; a probe that needs more is not a probe."""


def check_defaults(table: Any) -> list[Fault]:
    """Return the faults in the keys of ``[defaults]``; their values are checked in each claim."""
    if not isinstance(table, Mapping):
        return [Fault((), "must be a table; write it as [defaults]")]
    return [
        Fault((key,), f"not a key that all claims of a topic can share; {one_of(key, DEFAULT_KEYS)}")
        for key in table
        if key not in DEFAULT_KEYS
    ]


def read_claim(
    claim_id: str,
    table: Any,
    file: Path,
    line: int,
    known_facts: Mapping[str, FactType],
    document: Document = Document(),  # noqa: B008  frozen
) -> Claim:
    """Return the claim that a table of the topic's file describes.

    ``known_facts`` are the facts of an environment that conditions may name. The document gives the section of a
    source's line. Raises :class:`StructureError` with all faults.
    """
    if not isinstance(table, Mapping):
        raise StructureError([Fault((), "is not a table; write it as [name]")])
    return _Reader(table, known_facts).read(claim_id, file, line, document)


class _Reader:
    """Reads one claim and collects its faults."""

    def __init__(self, table: Mapping[str, Any], known_facts: Mapping[str, FactType]) -> None:
        try:
            self.written = structure(table, ClaimTable)
        except StructureError as error:
            raise StructureError([_misplaced(fault, table) for fault in error.faults]) from error
        self.keys = frozenset(table)
        self.known_facts = known_facts
        self.faults: list[Fault] = []

    def fault(self, path: KeyPath, message: str) -> None:
        self.faults.append(Fault(path, message))

    def read(self, claim_id: str, file: Path, line: int, document: Document) -> Claim:
        written = self.written
        name = claim_id.partition("/")[2]
        for key in _NEVER_EMPTY & self.keys:
            if not getattr(written, key):
                self.fault((key,), "is empty; leave it out")
        self.text(("says",), written.says)
        if written.decided_by not in DECIDERS:
            self.fault(("decided_by",), f"cannot be {written.decided_by!r}; {one_of(written.decided_by, DECIDERS)}")
        if not 0 < written.seconds <= _LONGEST:
            self.fault(("seconds",), f"must be more than 0 and at most {_LONGEST:.0f}, not {written.seconds:g}")
        for number, kind in enumerate(written.residue):
            if kind not in [*ResidueKind]:
                self.fault(("residue", number), f"not a kind of residue: {kind!r}; {one_of(kind, ResidueKind)}")
        arms = self.arms()
        default_probe = name.replace("-", "_") + ".py"
        if written.probe == default_probe:
            self.fault(("probe",), "is the default; leave it out")
        rules = [self.expectation(rule, number, arms) for number, rule in enumerate(written.expect)]
        needs = self.condition(written.needs, ("needs",))
        source = self.source(document)
        remedies = self.remedies(arms)
        effects = self.effects()
        if not rules:
            self.fault((), "has no expectation; add an [[expect]] table")
        elif not any(not rule.when.wanted for rule in rules):
            self.fault(("expect", 0), "no rule applies everywhere; write one without `when`, before all others")
        if not self.faults:
            self.check_that_rules_win(rules, needs)
        if self.faults:
            raise StructureError(self.faults)
        return Claim(
            id=claim_id,
            says=written.says,
            source=source,
            arms=tuple(arms),
            expectations=tuple(rules),
            probe=file.parent / (written.probe or default_probe),
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

    def text(self, path: KeyPath, text: str) -> None:
        if not text.strip():
            self.fault(path, "is empty")

    def source(self, document: Document) -> Source | None:
        """Return the source with its section, which follows from the line if the document has sections."""
        written = self.written.source
        if written is None:
            return None
        source = SourceTable(written) if isinstance(written, int) else written
        if document.lines is not None and source.line > document.lines:
            self.fault(("source",), f"the document has {document.lines} lines, so none is line {source.line}")
        section = document.section_at(source.line)
        if section is None and source.section is None:
            why = "the line is before the first section" if document.sections else "no sections of a document are known"
            self.fault(("source",), f"{why}; write {{ line = {source.line}, section = '...' }}")
        elif section is not None and source.section not in (None, section.heading):
            self.fault(
                ("source", "section"),
                f"line {source.line} is in the section {section.heading!r}; write source = {source.line}",
            )
        return Source(section.heading if section else source.section or "", source.line)

    def arms(self) -> list[Arm]:
        written = self.written
        arms: list[Arm] = []

        def add(name: str, run: str, predicts: Mapping[str, Any], is_control: bool) -> None:
            path: KeyPath = ("arms", name, "predicts")
            if any(arm.name == name for arm in arms):
                self.fault(path, f"there are two arms {name!r}")
            if not predicts:
                self.fault(path, "predicts nothing, so no observation could contradict it")
            arms.append(Arm(name, run, self.comparisons(predicts, path), is_control))

        if written.predicts:
            add(EXPERIMENT, EXPERIMENT, written.predicts, False)
        for group, name, key in (("arms", EXPERIMENT, "predicts"), ("controls", CONTROL, "control")):
            arm = getattr(written, group).get(name)
            if arm and not arm.run:
                self.fault((group, name), f"write it as `{key}`, which means the same")
        for name, more in written.arms.items():
            add(name, more.run or name, more.predicts, False)
        if not arms:
            self.fault((), "has no prediction; add predicts = { ... }")
        if written.control:
            add(CONTROL, CONTROL, written.control, True)
        for name, more in written.controls.items():
            add(name, more.run or name, more.predicts, True)
        if not any(arm.is_control for arm in arms):
            self.fault((), "has no control; add control = { ... }: what is seen once the mechanism is taken away")
        names = [arm.name for arm in arms]
        for arm in arms:
            for fact, comparison in arm.predicts.items():
                path = ("arms", arm.name, "predicts", fact)
                self.check_reference(comparison, path, names)
                if arm.name == EXPERIMENT and fact in names:
                    self.fault(path, "a fact and an arm have this name, so `observes` could mean either; rename one")
        return arms

    def remedies(self, arms: Sequence[Arm]) -> list[Remedy]:
        written = self.written
        remedies = []
        if written.remedies and written.no_remedy:
            self.fault(("no_remedy",), "there are remedies; leave one of the two out")
        names = [arm.name for arm in arms]
        for name, remedy in written.remedies.items():
            path: KeyPath = ("remedies", name)
            self.text((*path, "says"), remedy.says)
            if name in names:
                self.fault(path, "there is an arm of this name; choose another name")
            if not remedy.predicts:
                self.fault((*path, "predicts"), "predicts nothing, so nothing would show that it helps")
            predicts = self.comparisons(remedy.predicts, (*path, "predicts"))
            for fact, comparison in predicts.items():
                self.check_reference(comparison, (*path, "predicts", fact), [*names, name])
            arm = Arm(name, remedy.run or name.replace("-", "_"), predicts, False)
            failures = [self.failure(failure, (*path, "fails", n)) for n, failure in enumerate(remedy.fails)]
            remedies.append(Remedy(name, remedy.says, arm, tuple(failures)))
        return remedies

    def failure(self, written: FailureTable, path: KeyPath) -> RemedyFailure:
        self.text((*path, "because"), written.because)
        return RemedyFailure(
            self.condition(written.when, (*path, "when")),
            self.comparisons(written.observes, (*path, "observes")),
            written.because,
            tuple(self.see(written.see, (*path, "see"))),
        )

    def effects(self) -> dict[Verdict, Effect]:
        effects = {}
        for verdict, written in self.written.effect.items():
            effect = self.effect(written, ("effect", verdict))
            if verdict not in (Verdict.UPHELD, Verdict.REFUTED):
                self.fault(("effect", verdict), "must be upheld or refuted")
            elif effect:
                effects[Verdict(verdict)] = effect
        return effects

    def effect(self, written: str | None, path: KeyPath) -> Effect | None:
        if written is None or written in [*Effect]:
            return Effect(written) if written else None
        self.fault(path, f"cannot be {written!r}; {one_of(written, Effect)}")
        return None

    def comparisons(self, table: Mapping[str, Any], path: KeyPath) -> dict[str, Comparison]:
        comparisons = {}
        for fact, wanted in table.items():
            try:
                comparisons[fact] = Comparison(wanted)
            except ComparisonError as error:
                self.fault((*path, fact), str(error))
        return comparisons

    def check_reference(self, comparison: Comparison, path: KeyPath, arms: Sequence[str]) -> None:
        reference = comparison.refers_to
        arm, dot, _ = (reference or "").partition(".")
        if dot and arm not in arms:
            self.fault(path, f"{reference!r} does not name an arm of this claim; {one_of(arm, arms)}")

    def expectation(self, rule: RuleTable, number: int, arms: Sequence[Arm]) -> Expectation:
        path: KeyPath = ("expect", number)
        verdict = Verdict.UPHELD
        if rule.verdict in (Verdict.UPHELD, Verdict.REFUTED):
            verdict = Verdict(rule.verdict)
            if verdict is Verdict.REFUTED and not rule.observes:
                self.fault(path, "a refutation must say what is seen instead; add observes = { ... }")
            if verdict is Verdict.UPHELD and rule.observes:
                self.fault((*path, "observes"), "goes with refuted only; predicts says what an upheld claim sees")
        else:
            message = f"must be upheld or refuted, not {rule.verdict!r}; `needs` says what a platform must have"
            self.fault((*path, "verdict"), message)
        self.text((*path, "because"), rule.because)
        return Expectation(
            verdict=verdict,
            when=self.condition(rule.when, (*path, "when")),
            observes=self.observes(rule.observes, (*path, "observes"), [arm.name for arm in arms]),
            because=rule.because,
            see=tuple(self.see(rule.see, (*path, "see"))),
            effect=self.effect(rule.effect, (*path, "effect")),
        )

    def see(self, written: str | list[str], path: KeyPath) -> list[str]:
        """Return the addresses of a rule, with short forms expanded."""
        addresses = []
        if not written:
            self.fault(path, "is empty; name at least one source")
        for number, reference in enumerate([written] if isinstance(written, str) else written):
            try:
                addresses.append(expand(reference))
            except ValueError as error:
                self.fault(path if isinstance(written, str) else (*path, number), str(error))
        return addresses

    def observes(
        self, table: Mapping[str, Any], path: KeyPath, arms: Sequence[str]
    ) -> dict[str, dict[str, Comparison]]:
        """Return the facts of a rule by arm; a fact without the name of an arm belongs to the experiment."""
        by_arm: dict[str, dict[str, Any]] = {}
        for name, wanted in table.items():
            if name in arms and isinstance(wanted, Mapping):
                by_arm.setdefault(name, {}).update(wanted)
            elif name in arms:
                self.fault((*path, name), f"names an arm, so it must be a table of facts: {name} = {{ FACT = ... }}")
            elif name in _RULE_KEYS:
                self.fault((*path, name), _MISPLACED)
            elif isinstance(wanted, Mapping) and not COMPARISONS & set(wanted):
                self.fault((*path, name), f"not an arm of this claim; {one_of(name, arms)}")
            elif EXPERIMENT in arms:
                by_arm.setdefault(EXPERIMENT, {})[name] = wanted
            else:
                self.fault((*path, name), f"write it below the name of the arm it was seen in: {', '.join(arms)}")
        observes = {}
        for arm, facts in by_arm.items():
            below = (*path, arm) if arm in table else path
            observes[arm] = self.comparisons(facts, below)
            for fact, comparison in observes[arm].items():
                self.check_reference(comparison, (*below, fact), arms)
        return observes

    def condition(self, table: Mapping[str, Any], path: KeyPath) -> Condition:
        faults = list(value_faults(table, path, self.known_facts))
        self.faults += faults
        try:
            return Condition(dict(table))
        except ConditionError as error:
            key = (*path, error.key)
            if not any(fault.path[: len(key)] == key for fault in faults):
                self.fault(key, error.message)
            return Condition({})

    def check_that_rules_win(self, rules: Sequence[Expectation], needs: Condition) -> None:
        for number, winners in rules_that_never_win(rules, needs, self.written.per_start_method, self.known_facts):
            if winners:
                keys = ", ".join(f"expect[{winner}]" for winner in winners)
                why = f"wherever it applies {keys} applies too, and the last rule that applies wins"
            else:
                why = "no environment that has what the claim needs satisfies its `when`"
            self.fault(("expect", number), f"this rule can never win: {why}")


def _misplaced(fault: Fault, table: Mapping[str, Any]) -> Fault:
    """Return the fault of a rule's key that is missing because it is below the heading of the observed facts."""
    match fault.path:
        case ("expect", int(number), str(key)) if key in _RULE_KEYS:
            observes = table["expect"][number].get("observes")
            if isinstance(observes, Mapping) and key in observes:
                return Fault(("expect", number, "observes", key), _MISPLACED)
    return fault


_RULE_KEYS = frozenset(attrs.fields_dict(RuleTable)) - {"observes"}
_MISPLACED = "is a key of the rule, but below the heading of `observes` every key is a fact; move it above that heading"
