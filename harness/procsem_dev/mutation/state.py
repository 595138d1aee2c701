"""The files of a survey: the places that each cell reaches, and the outcome of each mutant."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path

from attrs import asdict, frozen

from procsem.model import CellKey
from procsem_dev.mutants.definitions import MutantError


class Outcome(StrEnum):
    """The outcome of a mutant."""

    KILLED = "killed"
    """A verdict is not the expected one."""
    BROKEN = "broken"
    """No verdict is wrong, but a probe breaks: the run shows that something is wrong, but not what."""
    TIMED_OUT = "timed out"
    """A probe did not end in time."""
    SURVIVED = "survived"
    """Every cell that reaches the change is as expected."""
    NOT_VIABLE = "not viable"
    """The interpreter cannot start and join one child under each start method."""

    @property
    def noticed(self) -> bool:
        """True if a run of the catalogue has at least one cell that is not as expected."""
        return self in {Outcome.KILLED, Outcome.BROKEN, Outcome.TIMED_OUT}


@frozen
class Trial:
    """The trial of one mutant."""

    mutant: str
    """The id of its change."""
    outcome: Outcome
    noticed_by: tuple[str, ...] = ()
    """The cells that are not as expected in both of two runs, as ``claim under method``."""
    ran: int = 0
    """The number of cells that ran; the rest was not needed."""
    reaching: int = 0
    """The number of cells that reach the change."""
    seconds: float = 0.0
    """The time that its cells took."""
    catalogue: str = ""
    """The fingerprint of the catalogue that it was tried with."""


@frozen
class State:
    """The folder with the files of one survey. They are read when needed, and damage is an error."""

    folder: Path

    @property
    def _trials(self) -> Path:
        return self.folder / "trials.jsonl"

    @property
    def _coverage(self) -> Path:
        return self.folder / "coverage.json"

    def trials(self) -> dict[str, Trial]:
        """Return the last trial of each mutant. Raises MutantError if the file is damaged."""
        if not self._trials.exists():
            return {}
        found = {}
        for number, line in enumerate(self._trials.read_text(encoding="utf-8").splitlines(), 1):
            try:
                data = json.loads(line)
                trial = Trial(**{**data, "outcome": Outcome(data["outcome"]), "noticed_by": tuple(data["noticed_by"])})
            except (ValueError, TypeError, KeyError) as error:
                message = f"{self._trials}:{number}: not a trial of a mutant ({error}); delete the line to try it again"
                raise MutantError(message) from None
            found[trial.mutant] = trial
        return found

    def add(self, trial: Trial) -> None:
        """Append a trial to the file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._trials.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(trial)) + "\n")

    def coverage(self, fingerprint: str) -> dict[CellKey, frozenset[str] | None] | None:
        """Return the coverage with this fingerprint, or None if there is none. Raises MutantError if it is damaged."""
        if not self._coverage.exists():
            return None
        try:
            data = json.loads(self._coverage.read_text(encoding="utf-8"))
            if data["fingerprint"] != fingerprint:
                return None
            return {
                CellKey(claim, method): None if records is None else frozenset(data["records"][n] for n in records)
                for claim, method, records in data["reached"]
            }
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise MutantError(f"{self._coverage}: not a coverage ({error}); delete it to measure it again") from None

    def keep_coverage(self, fingerprint: str, reached: Mapping[CellKey, frozenset[str] | None]) -> None:
        """Replace the coverage."""
        self.folder.mkdir(parents=True, exist_ok=True)
        records = sorted(frozenset().union(*(each for each in reached.values() if each is not None)))
        numbers = {record: number for number, record in enumerate(records)}
        data = {
            "fingerprint": fingerprint,
            "records": records,
            "reached": [
                [*key, None if each is None else sorted(numbers[record] for record in each)]
                for key, each in reached.items()
            ],
        }
        temporary = self._coverage.with_suffix(".new")
        temporary.write_text(json.dumps(data), encoding="utf-8")
        temporary.replace(self._coverage)


def fingerprint(files: Iterable[Path]) -> str:
    """Return a hash of the names and contents of these files."""
    digest = hashlib.sha256()
    for file in sorted(files):
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]
