"""Count the outcomes of a survey by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import frozen

from procsem_dev.mutation.operators import Change
from procsem_dev.mutation.state import Outcome, Trial
from procsem_dev.mutation.triage import Entry, Reading


@frozen
class Score:
    """The counts of one file, or of several."""

    generated: int = 0
    """All mutants of the file."""
    reached: int = 0
    """The mutants whose change at least one cell reaches."""
    outcomes: Mapping[Outcome, int] = {}
    """The outcomes of those that were tried."""
    equivalent: int = 0
    """The survivors that no program can notice, according to the triage."""

    @property
    def counted(self) -> int:
        """The number of mutants that were tried, are viable and not equivalent."""
        viable = sum(number for outcome, number in self.outcomes.items() if outcome is not Outcome.NOT_VIABLE)
        return viable - self.equivalent

    @property
    def noticed(self) -> int:
        """The number of mutants with at least one cell that is not as expected."""
        return sum(number for outcome, number in self.outcomes.items() if outcome.noticed)

    @property
    def share(self) -> float | None:
        """The share of the counted mutants that are noticed, from 0 to 1; None without any."""
        return self.noticed / self.counted if self.counted else None

    def __add__(self, other: Score) -> Score:
        return Score(
            self.generated + other.generated,
            self.reached + other.reached,
            Counter(self.outcomes) + Counter(other.outcomes),
            self.equivalent + other.equivalent,
        )


def scores(
    changes: Mapping[str, Change], reached: Iterable[Change], trials: Iterable[Trial], triage: Mapping[str, Entry]
) -> dict[str, Score]:
    """Return the score of each file."""
    counted = {file: Score() for file in dict.fromkeys(change.file for change in changes.values())}
    for change in changes.values():
        counted[change.file] += Score(generated=1)
    for change in reached:
        counted[change.file] += Score(reached=1)
    for trial in trials:
        equivalent = is_equivalent(trial, triage)
        counted[changes[trial.mutant].file] += Score(outcomes={trial.outcome: 1}, equivalent=int(equivalent))
    return counted


def lost(last: Mapping[str, Outcome], trials: Iterable[Trial]) -> list[str]:
    """Return the mutants that were noticed the last time and survive now."""
    return [
        trial.mutant
        for trial in trials
        if trial.outcome is Outcome.SURVIVED and trial.mutant in last and last[trial.mutant].noticed
    ]


def is_equivalent(trial: Trial, triage: Mapping[str, Entry]) -> bool:
    """Return whether a mutant survived and is known to be equivalent."""
    entry = triage.get(trial.mutant)
    return trial.outcome is Outcome.SURVIVED and entry is not None and entry.reading is Reading.EQUIVALENT
