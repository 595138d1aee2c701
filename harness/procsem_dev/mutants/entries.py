"""The mutants as data: what each breaks, the edits that do it, and the claims that it must turn."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import Factory, evolve, field, frozen
from cattrs import Converter, transform_error
from cattrs.errors import BaseValidationError

from procsem.errors import ProcsemError
from procsem.model import Condition, Facts

FOLDER = Path(__file__).parent


class MutantError(ProcsemError):
    """A mutant is written wrongly, or does not fit this Python; the message names the file and the mutant."""


@frozen
class Edit:
    """One text of one file of the standard library, and what stands there instead."""

    file: str
    """Relative to the standard library: ``multiprocessing/process.py``."""
    find: str
    """Must stand in the file exactly once."""
    replace: str


@frozen
class Also:
    """What a mutant turns besides where the Python, or the system, is such."""

    when: Condition
    turns: tuple[str, ...]


@frozen
class Mutant:
    """One rule of the standard library broken."""

    name: str
    breaks: str
    """The rule that no longer holds, as a statement."""
    turns: tuple[str, ...]
    """The ids of the claims whose verdict it must turn: these and no other."""
    edits: tuple[Edit, ...]
    everywhere: tuple[str, ...] = ()
    """Those of them whose probes look at several start methods themselves: they turn under every one."""
    also: tuple[Also, ...] = ()
    needs: Condition = field(factory=lambda: Condition({}))
    """Where there is such a rule to break: facts of the environment, and ``start_method``."""

    def here(self, facts: Facts) -> Mutant:
        """The same mutant with all that it turns in this environment."""
        more = [claim for also in self.also if also.when.holds(facts) for claim in also.turns]
        return evolve(self, turns=(*self.turns, *more), also=())

    def claims(self) -> tuple[str, ...]:
        """Every claim that it turns anywhere."""
        return (*self.turns, *(claim for also in self.also for claim in also.turns))

    def apply(self, read: Mapping[str, str]) -> dict[str, str]:
        """The edited files' new texts, from the texts in ``read``.

        Edits of one file are alternatives, since the versions of Python word things differently: the first whose
        text is there is made. Raises :class:`MutantError` where none is, or where a text stands more than once.
        """
        written: dict[str, str] = {}
        for file in dict.fromkeys(edit.file for edit in self.edits):
            for edit in (edit for edit in self.edits if edit.file == file):
                count = read[file].count(edit.find)
                if count > 1:
                    raise MutantError(
                        f"{self.name}: the text to find stands {count} times in {file}; take in more of what is around "
                        f"it: {edit.find!r}"
                    )
                if count == 1:
                    written[file] = read[file].replace(edit.find, edit.replace)
                    break
            else:
                raise MutantError(
                    f"{self.name}: none of its texts stands in {file} of this Python; "
                    "add an edit with the words of this version"
                )
        return written


UNMODIFIED = Mutant("unmodified", "nothing", (), ())
"""No mutant: a tree built the same way with no edit, which the mutants' trees are compared with."""


@frozen
class _Also:
    when: dict[str, Any]
    turns: list[str]


@frozen
class _Written:
    breaks: str
    edit: list[Edit]
    turns: list[str]
    everywhere: list[str] = Factory(list)
    also: list[_Also] = Factory(list)
    needs: dict[str, Any] = Factory(dict)


_converter = Converter(forbid_extra_keys=True)


def load(folder: Path = FOLDER) -> dict[str, Mutant]:
    """All mutants by name. Raises :class:`MutantError` for what is written wrongly."""
    mutants: dict[str, Mutant] = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            tables = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise MutantError(f"{file}: is not valid TOML: {error}") from error
        for name, table in tables.items():
            if name in mutants or name == UNMODIFIED.name:
                raise MutantError(f"{file}: [{name}]: there is another mutant of that name")
            mutants[name] = _mutant(f"{file}: [{name}]", name, table)
    return mutants


def _mutant(where: str, name: str, table: Any) -> Mutant:
    try:
        written = _converter.structure(table, _Written)
    except BaseValidationError as error:
        raise MutantError(f"{where}: {'; '.join(transform_error(error))}") from error
    if not written.edit:
        raise MutantError(f"{where}: edits nothing; add [[{name}.edit]]")
    for edit in written.edit:
        if not edit.find or edit.find == edit.replace:
            raise MutantError(f"{where}: an edit changes nothing: {edit.find!r}")
    mutant = Mutant(
        name,
        written.breaks,
        tuple(written.turns),
        tuple(written.edit),
        tuple(written.everywhere),
        tuple(Also(_condition(f"{where}: also", also.when), tuple(also.turns)) for also in written.also),
        _condition(f"{where}: needs", written.needs),
    )
    if strange := set(mutant.everywhere) - set(mutant.claims()):
        raise MutantError(f"{where}: everywhere names {sorted(strange)[0]!r}, which `turns` does not")
    return mutant


def _condition(where: str, written: Mapping[str, Any]) -> Condition:
    try:
        return Condition(written)
    except ProcsemError as error:
        raise MutantError(f"{where}: {error}") from error
