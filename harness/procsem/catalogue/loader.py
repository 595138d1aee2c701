"""Reads a whole folder of topics, and checks that claims and probes belong together."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from attrs import evolve, frozen

from procsem.catalogue.claims_toml import read_claim
from procsem.catalogue.documents import read_document
from procsem.catalogue.errors import CatalogueError, text_of
from procsem.catalogue.regions import code_regions
from procsem.catalogue.structure import StructureError
from procsem.model import Claim, Document
from procsem.model.facts import FactType

FILE = "claims.toml"
_PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = _PACKAGE.parents[1] / "probes"

BUILT_IN = _CHECKOUT if _CHECKOUT.is_dir() and not (_PACKAGE / "probes").is_dir() else _PACKAGE / "probes"
"""The probes of this project: part of the installed package, and at the top level of a checkout."""


@frozen
class Catalogue:
    """All claims of a folder, in the document's order."""

    folder: Path
    document: Document
    claims: tuple[Claim, ...]

    def claim(self, claim_id: str) -> Claim:
        """The claim of that id. Raises KeyError."""
        for claim in self.claims:
            if claim.id == claim_id:
                return claim
        raise KeyError(claim_id)


def load(folder: Path, known_facts: Mapping[str, FactType]) -> Catalogue:
    """Read every topic of the folder.

    ``known_facts`` are the facts of an environment that conditions may name. Raises
    :class:`CatalogueError` with all faults of all files at once.
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
    order = {name: number for number, name in enumerate(document.topics)}
    claims: list[Claim] = []
    for name in sorted(names, key=lambda name: (order.get(name, len(order)), name)):
        try:
            claims += load_topic(folder / name / FILE, known_facts)
        except CatalogueError as error:
            faults += error.faults
    faults += _scripts_of_no_topic(folder)
    if not claims and not faults:
        faults.append(f"{folder}: holds no {FILE} in any of its folders")
    if faults:
        raise CatalogueError(faults)
    return Catalogue(folder, document, tuple(claims))


def load_topic(file: Path, known_facts: Mapping[str, FactType]) -> tuple[Claim, ...]:
    """Read one ``claims.toml`` with the probes beside it. Raises :class:`CatalogueError` with all its faults."""
    claims = load_claims(file, file.parent.name, known_facts, _probe_faults)
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
    file: Path, topic: str, known_facts: Mapping[str, FactType], check: Callable[[Claim], Sequence[str]]
) -> tuple[Claim, ...]:
    """Read one file of claims, whatever makes their observations.

    ``check`` gives the faults of a claim that only who observes can tell. Raises :class:`CatalogueError` with all
    faults of the file.
    """
    text = text_of(file)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError([f"{file}: is not valid TOML: {error}"]) from error
    lines = {match[1]: text.count("\n", 0, match.start()) + 1 for match in re.finditer(r"(?m)^\[([\w-]+)\]", text)}
    faults: list[str] = []
    claims: list[Claim] = []
    for name, table in tables.items():
        line = lines.get(name, 1)
        where = f"{file}:{line}: [{name}]"
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            faults.append(f"{where} is no claim's name; use small letters, digits and single hyphens")
            continue
        try:
            claim = read_claim(topic, name, table, file, line, known_facts)
        except StructureError as error:
            faults += [f"{where} {fault}" for fault in error.faults]
            continue
        faults += [f"{where} {fault}" for fault in check(claim)]
        claims.append(_with_code(claim))
    if faults:
        raise CatalogueError(faults)
    return tuple(claims)


def _scripts_of_no_topic(folder: Path) -> list[str]:
    return [
        f"{path}: probes, but no {FILE}"
        for path in sorted(folder.iterdir())
        if path.is_dir() and path.name[0] not in "_." and not (path / FILE).exists() and any(path.glob("*.py"))
    ]


def _probe_faults(claim: Claim) -> list[str]:
    if not claim.probe.is_file():
        return [f"has no probe: there is no {claim.probe.name} beside it"]
    try:
        offered = _arms_of(claim.probe)
    except SyntaxError as error:
        return [f"its probe {claim.probe.name} is not Python: line {error.lineno}: {error.msg}"]
    return [
        f"its probe {claim.probe.name} passes no function {arm.run!r} to main(); "
        f"it passes {', '.join(offered) or 'none'}"
        for arm in claim.all_arms
        if arm.run not in offered
    ] + [
        f"its probe {claim.probe.name} shows no code for the remedy {remedy.name!r}; "
        f"mark it by the comments `# --8<-- [start:{remedy.name}]` and `# --8<-- [end:{remedy.name}]`"
        for remedy in claim.remedies
        if remedy.name not in code_regions(claim.probe.read_text(encoding="utf-8"))
    ]


def _with_code(claim: Claim) -> Claim:
    """Return the claim with the code of its remedies, taken from its probe."""
    if not claim.remedies or not claim.probe.is_file():
        return claim
    regions = code_regions(claim.probe.read_text(encoding="utf-8"))
    return evolve(claim, remedies=tuple(evolve(remedy, code=regions.get(remedy.name, "")) for remedy in claim.remedies))


@cache
def _arms_of(probe: Path) -> tuple[str, ...]:
    """The names of the functions that the probe hands to the kit's ``main``, read and not run."""
    for node in ast.walk(ast.parse(probe.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "main":
            return tuple(argument.id for argument in node.args if isinstance(argument, ast.Name))
    return ()
