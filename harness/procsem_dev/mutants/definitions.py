"""The mutants as data: the rule that each one breaks, its edits, and the claims whose verdicts it must flip."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import Factory, evolve, field, frozen

from procsem.catalogue.conditions import value_faults
from procsem.catalogue.errors import Fault, KeyPath, StructureError
from procsem.catalogue.structure import structure
from procsem.environment import FACTS
from procsem.errors import ProcsemError
from procsem.model import Condition, ConditionError, Facts

FOLDER = Path(__file__).parent


class MutantError(ProcsemError):
    """Raised when mutants are written wrongly, or one does not fit this Python; one line per fault."""


@frozen
class Edit:
    """A text in a file of the standard library, and its replacement."""

    file: str
    """Relative to the standard library: ``multiprocessing/process.py``."""
    find: str
    """Must be in the file exactly once."""
    replace: str


@frozen
class Also:
    """Claims that a mutant flips only where the condition holds."""

    when: Condition
    flips: tuple[str, ...]


@frozen
class Mutant:
    """A standard library with one rule broken."""

    name: str
    breaks: str
    """The rule that no longer holds, as a statement."""
    flips: tuple[str, ...]
    """The ids of the claims whose verdicts it must flip: these and no others."""
    edits: tuple[Edit, ...]
    everywhere: tuple[str, ...] = ()
    """The claims among them whose probes use several start methods: they flip under each start method."""
    also: tuple[Also, ...] = ()
    needs: Condition = field(factory=lambda: Condition({}))
    """The facts of an environment, and the ``start_method``, in which there is such a rule to break."""

    def for_environment(self, facts: Facts) -> Mutant:
        """Return the same mutant with all claims that it flips in this environment."""
        more = [claim for also in self.also if also.when.holds(facts) for claim in also.flips]
        return evolve(self, flips=(*self.flips, *more), also=())

    def claims(self) -> tuple[str, ...]:
        """Return every claim that it flips anywhere."""
        return (*self.flips, *(claim for also in self.also for claim in also.flips))

    def apply(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return the new texts of the edited files.

        Edits of one file are alternatives for different versions of Python: the first one whose text is in the file is
        made. Raises :class:`MutantError` if there is none, or if a text is in the file more than once.
        """
        edited: dict[str, str] = {}
        for file in dict.fromkeys(edit.file for edit in self.edits):
            for edit in (edit for edit in self.edits if edit.file == file):
                count = texts[file].count(edit.find)
                if count > 1:
                    raise MutantError(
                        f"{self.name}: the text to find is {count} times in {file}; include more of the text around "
                        f"it: {edit.find!r}"
                    )
                if count == 1:
                    edited[file] = texts[file].replace(edit.find, edit.replace)
                    break
            else:
                raise MutantError(
                    f"{self.name}: none of its texts is in {file} of this Python; add an edit for this version"
                )
        return edited


def share_out(mutants: Iterable[Mutant]) -> list[Mutant]:
    """Return the same mutants, with each claim left to the most specific mutant that flips it.

    That is the one that flips the fewest claims. A mutant that would have none left keeps one: the claim that the
    fewest mutants flip. The claims in ``also`` count only after :meth:`Mutant.for_environment`.
    """
    mutants = list(mutants)
    flipped_by = Counter(claim for mutant in mutants for claim in mutant.flips)
    owner: dict[str, Mutant] = {}
    for mutant in sorted(mutants, key=lambda each: len(each.flips)):
        for claim in mutant.flips:
            owner.setdefault(claim, mutant)
    shared = []
    for mutant in mutants:
        own = [claim for claim in mutant.flips if owner[claim] is mutant]
        shared.append(evolve(mutant, flips=tuple(own or sorted(mutant.flips, key=flipped_by.__getitem__)[:1])))
    return shared


UNMODIFIED = Mutant("unmodified", "nothing", (), ())
"""A tree that is built like a mutant's, without an edit. The mutants are compared with it."""


@frozen
class _AlsoTable:
    when: dict[str, Any]
    flips: list[str]


@frozen
class _MutantTable:
    breaks: str
    edit: list[Edit]
    flips: list[str]
    everywhere: list[str] = Factory(list)
    also: list[_AlsoTable] = Factory(list)
    needs: dict[str, Any] = Factory(dict)


def load(folder: Path = FOLDER) -> dict[str, Mutant]:
    """Load all mutants, by name. Raises :class:`MutantError` with all faults."""
    mutants: dict[str, Mutant] = {}
    faults: list[str] = []
    for file in sorted(folder.glob("*.toml")):
        text = file.read_text(encoding="utf-8")
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            faults.append(f"{file}: not valid TOML: {error}")
            continue
        lines = {match[1]: text.count("\n", 0, match.start()) + 1 for match in re.finditer(r"(?m)^\[([\w-]+)\]", text)}
        for name, table in tables.items():
            where = f"{file}:{lines.get(name, 1)}: [{name}]"
            if name in mutants or name == UNMODIFIED.name:
                faults.append(f"{where}: another mutant has this name")
                continue
            try:
                mutants[name] = _mutant(name, table)
            except StructureError as error:
                faults += [f"{where} {fault}" for fault in error.faults]
    if faults:
        raise MutantError("\n".join(faults))
    return mutants


def _mutant(name: str, table: Any) -> Mutant:
    """Return the mutant that a table describes. Raises :class:`StructureError` with all faults."""
    written = structure(table, _MutantTable)
    faults: list[Fault] = []
    if not written.edit:
        faults.append(Fault(("edit",), f"edits nothing; add [[{name}.edit]]"))
    for number, edit in enumerate(written.edit):
        if not edit.find or edit.find == edit.replace:
            faults.append(Fault(("edit", number), f"changes nothing: {edit.find!r}"))
    flips = {*written.flips, *(claim for also in written.also for claim in also.flips)}
    if not flips:
        faults.append(Fault(("flips",), "flips no claim; a rule that no claim is about needs no mutant"))
    faults += [
        Fault(("everywhere", number), f"{claim!r} is not in `flips`")
        for number, claim in enumerate(written.everywhere)
        if claim not in flips
    ]
    faults += value_faults(written.needs, ("needs",), FACTS)
    for number, also in enumerate(written.also):
        faults += value_faults(also.when, ("also", number, "when"), FACTS)
    conditions: list[tuple[KeyPath, Mapping[str, Any]]] = [(("needs",), written.needs)]
    conditions += [(("also", number, "when"), also.when) for number, also in enumerate(written.also)]
    for path, condition in conditions:
        try:
            Condition(condition)
        except ConditionError as error:
            faults.append(Fault((*path, error.key), error.message))
    if faults:
        raise StructureError(faults)
    return Mutant(
        name,
        written.breaks,
        tuple(written.flips),
        tuple(written.edit),
        tuple(written.everywhere),
        tuple(Also(Condition(also.when), tuple(also.flips)) for also in written.also),
        Condition(written.needs),
    )
