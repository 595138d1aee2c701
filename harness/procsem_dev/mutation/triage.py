"""The survivors that somebody has read: why each one survives."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from attrs import Factory, frozen

from procsem_dev.mutants.definitions import MutantError

FILE = Path(__file__).with_name("triage.toml")


class Reading(StrEnum):
    """Why a mutant survives."""

    EQUIVALENT = "equivalent"
    """No program can notice the change, except by its speed or by reading private names."""
    OUTSIDE = "outside"
    """A program can notice it, but the catalogue makes no statement about it."""
    HOLE = "hole"
    """A claim should have noticed it. A mutant whose hole is closed is killed and is no longer listed as a survivor."""


@frozen
class Entry:
    """The reading of one survivor."""

    reading: Reading
    why: str
    claims: tuple[str, ...] = Factory(tuple)
    """The claims that close a hole, or that should have."""


def load(file: Path = FILE) -> Mapping[str, Entry]:
    """Return the readings by the id of the change. Raises MutantError with every fault."""
    try:
        tables: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MutantError(f"{file}: {error}") from None
    entries, faults = {}, []
    for name, written in tables.items():
        table = dict(written) if isinstance(written, dict) else {}
        reading, why = table.pop("reading", None), table.pop("why", None)
        claims = table.pop("claims", [])
        if reading not in list(Reading):
            faults.append(f"{file}: [{name}] reading: {reading!r} is not one of {', '.join(Reading)}")
        elif not isinstance(why, str) or not why.strip():
            faults.append(f"{file}: [{name}] why: give the reason")
        elif table:
            faults.append(f"{file}: [{name}] {', '.join(table)}: unknown key")
        elif not isinstance(claims, list) or not all(isinstance(claim, str) for claim in claims):
            faults.append(f"{file}: [{name}] claims: give a list of ids")
        else:
            entries[name] = Entry(Reading(reading), why, tuple(claims))
    if faults:
        raise MutantError("\n".join(faults))
    return entries
