"""Read a whole folder of topics, and check that claims and probes belong together."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import groupby
from pathlib import Path

from attrs import evolve, frozen

from procsem.catalogue.claims_toml import CONTROL, DEFAULTS, EXPERIMENT, check_defaults, read_claim
from procsem.catalogue.documents import read_document
from procsem.catalogue.errors import CatalogueError, Fault, KeyPath, StructureError, text_of
from procsem.catalogue.key_lines import key_lines, line_of, table_lines
from procsem.catalogue.probe_names import ProbeNames, probe_names
from procsem.catalogue.regions import code_regions
from procsem.catalogue.tables import DEFAULT_KEYS
from procsem.errors import one_of
from procsem.model import Claim, Comparison, Document
from procsem.model.facts import FactType

FILE = "claims.toml"
_PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = _PACKAGE.parents[1] / "probes"

BUILT_IN = _CHECKOUT if _CHECKOUT.is_dir() and not (_PACKAGE / "probes").is_dir() else _PACKAGE / "probes"
"""The probes of this project: part of the installed package, and at the top level of a checkout."""


@frozen
class Catalogue:
    """All claims of a folder of probes, in the document's order."""

    folder: Path
    document: Document
    claims: tuple[Claim, ...]

    def claim(self, claim_id: str) -> Claim:
        """Return the claim with that id. Raises KeyError."""
        for claim in self.claims:
            if claim.id == claim_id:
                return claim
        raise KeyError(claim_id)


def load(folder: Path, known_facts: Mapping[str, FactType], topics: Container[str] | None = None) -> Catalogue:
    """Read every topic of the folder, or only those that ``topics`` contains.

    ``known_facts`` are the facts of an environment that conditions may name. Raises :class:`CatalogueError` with all
    faults of all files. Whether the probes fit their claims is not checked in the built-in folder: that takes as long
    as everything else, so a test does it, and :func:`check_probes` for the claims that are run.
    """
    if not folder.is_dir():
        raise CatalogueError([f"{folder}: no such folder of probes"])
    faults: list[str] = []
    document = Document()
    try:
        document = read_document(folder)
    except CatalogueError as error:
        faults += error.faults
    names = [path.name for path in folder.iterdir() if path.is_dir() and (path / FILE).exists()]
    names = [name for name in names if topics is None or name in topics]
    order = {name: number for number, name in enumerate(document.topics)}
    claims: list[Claim] = []
    for name in sorted(names, key=lambda name: (order.get(name, len(order)), name)):
        try:
            claims += _load_topic(folder / name / FILE, known_facts, document, folder != BUILT_IN)
        except CatalogueError as error:
            faults += error.faults
    faults += _folders_without_claims(folder)
    if not claims and not faults:
        faults.append(f"{folder}: there is no {FILE} in any of its folders")
    if faults:
        raise CatalogueError(faults)
    return Catalogue(folder, document, tuple(claims))


def load_topic(file: Path, known_facts: Mapping[str, FactType], document: Document | None = None) -> tuple[Claim, ...]:
    """Read one ``claims.toml`` and check it against the probes in its folder.

    The document is read from the folder above if it is not given. Raises :class:`CatalogueError` with all faults.
    """
    return _load_topic(file, known_facts, document or read_document(file.parent.parent), True)


def check_probes(claims: Iterable[Claim]) -> None:
    """Compare the probes of these claims with what the claims expect of them. Raises :class:`CatalogueError`."""
    faults: list[str] = []
    for file, group in groupby(claims, key=lambda claim: claim.file):
        report = _Reporter(file, text_of(file))
        for claim in group:
            report(claim.name, _probe_faults(claim))
        faults += report.faults
    if faults:
        raise CatalogueError(faults)


def _load_topic(
    file: Path, known_facts: Mapping[str, FactType], document: Document, with_probes: bool
) -> tuple[Claim, ...]:
    check = _probe_faults if with_probes else _missing_probe
    claims = load_claims(file, file.parent.name, known_facts, check, document)
    named = {claim.probe.resolve() for claim in claims}
    faults = [
        f"{script}: this probe belongs to no claim of {file.name}; name it there, or delete it"
        for script in sorted(file.parent.glob("*.py"))
        if script.resolve() not in named
    ]
    if faults:
        raise CatalogueError(faults)
    return claims


def load_claims(
    file: Path,
    topic: str,
    known_facts: Mapping[str, FactType],
    check: Callable[[Claim], Iterable[Fault]],
    document: Document = Document(),  # noqa: B008  frozen
) -> tuple[Claim, ...]:
    """Read one file of claims, whatever makes their observations.

    ``check`` returns the faults of a claim that depend on what makes its observations. Raises :class:`CatalogueError`
    with all faults of the file.
    """
    text = text_of(file)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError([f"{file}: is not valid TOML: {error}"]) from error
    report = _Reporter(file, text)
    lines = table_lines(text, tables)
    claims: list[Claim] = []
    defaults = tables.pop(DEFAULTS, {})
    report(DEFAULTS, check_defaults(defaults))
    shared = (
        {key: value for key, value in defaults.items() if key in DEFAULT_KEYS} if isinstance(defaults, dict) else {}
    )
    for name, table in tables.items():
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            report(name, [Fault((), "is not a name for a claim; use small letters, digits and single hyphens")])
            continue
        try:
            written = {**shared, **table} if isinstance(table, dict) else table
            claim = read_claim(f"{topic}/{name}", written, file, lines[name], known_facts, document)
        except StructureError as error:
            report(name, error.faults)
            continue
        report(name, check(claim))
        claims.append(_with_code(claim))
    if report.faults:
        raise CatalogueError(report.faults)
    return tuple(claims)


class _Reporter:
    """Collects the faults of a file, each with its line."""

    def __init__(self, file: Path, text: str) -> None:
        self._file, self._text = file, text
        self.faults: list[str] = []

    def __call__(self, name: str, found: Iterable[Fault]) -> None:
        for fault in found:
            lines = self._lines
            path = _as_written((name, *fault.path), lines)
            from_defaults = fault.path and path not in lines and (DEFAULTS, fault.path[0]) in lines
            line = line_of((DEFAULTS, *fault.path) if from_defaults else path, lines)
            self.faults.append(f"{self._file}:{line}: [{name}] {evolve(fault, path=path[1:])}")

    @cached_property
    def _lines(self) -> dict[KeyPath, int]:
        return key_lines(self._text)


def _as_written(path: KeyPath, lines: Mapping[KeyPath, int]) -> KeyPath:
    """Return the path that a key has in the file, of those that mean the same."""
    name, *rest = path
    return next((each for each in ((name, *same) for same in _spellings(tuple(rest))) if each in lines), path)


def _spellings(path: KeyPath) -> Iterator[KeyPath]:
    """Yield the paths that mean the same in a claim."""
    yield path
    if path[:1] == ("arms",):
        _, name, *rest = path
        yield ("controls", name, *rest)
        if name in (EXPERIMENT, CONTROL):
            yield ("predicts" if name == EXPERIMENT else "control", *rest[1:])
    if "observes" in path and EXPERIMENT in path:
        yield tuple(part for part in path if part != EXPERIMENT)


def _folders_without_claims(folder: Path) -> list[str]:
    return [
        f"{path}: there are probes, but no {FILE}"
        for path in sorted(folder.iterdir())
        if path.is_dir() and path.name[0] not in "_." and not (path / FILE).exists() and any(path.glob("*.py"))
    ]


def _missing_probe(claim: Claim) -> Iterator[Fault]:
    if not claim.probe.is_file():
        beside = [file.name for file in claim.file.parent.glob("*.py")]
        near = one_of(claim.probe.name, beside)
        yield Fault(("probe",), f"the file {claim.probe.name} does not exist next to {claim.file.name}; {near}")


def _probe_faults(claim: Claim) -> Iterator[Fault]:
    """Yield what a claim expects of its probe and does not find there."""
    if missing := list(_missing_probe(claim)):
        yield from missing
        return
    try:
        names = probe_names(claim.probe)
    except SyntaxError as error:
        yield Fault(("probe",), f"its probe {claim.probe.name} is not Python: line {error.lineno}: {error.msg}")
        return
    remedies = {remedy.name: remedy for remedy in claim.remedies}
    for arm in claim.all_arms:
        path: KeyPath = ("remedies" if arm.name in remedies else "arms", arm.name)
        if arm.run not in names.arms:
            yield Fault(
                path,
                f"its probe {claim.probe.name} passes no function {arm.run!r} to main(); {one_of(arm.run, names.arms)}",
            )
        yield from _fact_faults(arm.predicts, (*path, "predicts"), claim, names)
    regions = code_regions(claim.probe.read_text(encoding="utf-8")) if remedies else {}
    for remedy in remedies.values():
        for number, failure in enumerate(remedy.failures):
            yield from _fact_faults(
                failure.observes, ("remedies", remedy.name, "fails", number, "observes"), claim, names
            )
        if remedy.name not in regions:
            yield Fault(
                ("remedies", remedy.name),
                f"its probe {claim.probe.name} shows no code for it; mark the code by the comments "
                f"`# --8<-- [start:{remedy.name}]` and `# --8<-- [end:{remedy.name}]`",
            )
    for number, rule in enumerate(claim.expectations):
        for name, facts in rule.observes.items():
            yield from _fact_faults(facts, ("expect", number, "observes", name), claim, names)


def _with_code(claim: Claim) -> Claim:
    """Return the claim with the code of its remedies, taken from its probe."""
    if not claim.remedies or not claim.probe.is_file():
        return claim
    regions = code_regions(claim.probe.read_text(encoding="utf-8"))
    return evolve(claim, remedies=tuple(evolve(remedy, code=regions.get(remedy.name, "")) for remedy in claim.remedies))


def _fact_faults(facts: Mapping[str, Comparison], path: KeyPath, claim: Claim, names: ProbeNames) -> Iterator[Fault]:
    predicted = {fact for arm in claim.arms for fact in arm.predicts}

    def not_recorded(fact: str) -> str:
        known = sorted(names.facts) if not names.patterns else sorted(predicted - {fact})
        return f"its probe {claim.probe.name} records no such fact; {one_of(fact, known)}"

    arms = {arm.name for arm in claim.all_arms}
    for fact, comparison in facts.items():
        if not names.may_record(fact):
            yield Fault((*path, fact), not_recorded(fact))
        reference = comparison.refers_to
        if reference:
            arm, _, of_arm = reference.partition(".")
            other = of_arm if of_arm and arm in arms else reference
            if not names.may_record(other):
                yield Fault((*path, fact), f"refers to {reference!r}: {not_recorded(other)}")
