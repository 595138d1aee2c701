"""All runs of one program side by side: which outcome is the reference, what is noise, and what differs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from functools import cached_property

from attrs import frozen

from procsem.check.evidence import Run
from procsem.check.suite import BAD, NOT_RUN, suite_tests

# What differs between two sound runs: numbers, addresses, and the names that a start method gives to things.
_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
_RANDOM = re.compile(r"(?<![0-9A-Za-z])(?=[a-f]*\d)[0-9a-f]{6,}(?![0-9A-Za-z])")
_VARIABLE = re.compile(r"\d+(?:[.,:]\d+)*(?:e[-+]?\d+)?")
_METHOD_WORDS = re.compile(r"\b(?:fork|spawn|fork ?server)(?=process|context|poolworker|\b)", re.IGNORECASE)
_MOST_SHOWN = 10
_SET = re.compile(r"\{([^{}]*, [^{}]*)\}")
_MAIN_NAME = re.compile(r"__mp_main__")


@frozen
class Difference:
    """The difference between the outcome of a run and that of the reference run."""

    what: str
    """``exit code``, ``end``, ``output`` or ``tests``."""
    here: str
    reference: str
    tests: tuple[str, ...] = ()
    """The tests of pytest whose outcome differs."""
    outcomes: tuple[tuple[str, str], ...] = ()
    """The outcomes of these tests, here and in the reference run."""

    @classmethod
    def of_tests(cls, found: Sequence[tuple[str, str, str]]) -> Difference:
        """Return the difference that these tests make, each with its outcome here and in the reference run."""
        here, there = (
            [f"{each[0]} {each[position]}" for each in found[:_MOST_SHOWN]]
            + [f"and {len(found) - _MOST_SHOWN} more"] * (len(found) > _MOST_SHOWN)
            for position in (1, 2)
        )
        names = tuple(name for name, _, _ in found)
        return cls("tests", "\n".join(here), "\n".join(there), names, tuple((one, two) for _, one, two in found))

    def only(self, tests: Container[str]) -> Difference:
        """Return the difference that some of the tests make."""
        pairs = zip(self.tests, self.outcomes, strict=True)
        return self.of_tests([(name, *outcomes) for name, outcomes in pairs if name in tests])


@frozen
class Case:
    """The recorded runs of one program."""

    runs: tuple[Run, ...]

    def references(self, run: Run) -> tuple[Run, ...]:
        """Return the runs of the same interpreter under its own default start method."""
        return tuple(
            other
            for other in self.runs
            if other.python == run.python and other.start_method == other.default_method and not other.interventions
        )

    def others(self, run: Run) -> Iterator[Run]:
        """Yield the runs of the same interpreter under other start methods."""
        return (
            other
            for other in self.runs
            if other.python == run.python and other.start_method != run.start_method and not other.interventions
        )

    def works_elsewhere(self, run: Run) -> bool:
        """Return whether the program, or a test of it, ends well under another start method, and not under this one."""
        bad = {test.id for test in suite_tests(run) if test.is_bad}
        if bad:
            return any(bad - {test.id for test in suite_tests(other) if test.is_bad} for other in self.others(run))
        return run.exit_code != 0 and any(other.exit_code == 0 for other in self.others(run))

    def intervened(self, run: Run, intervention: str) -> Run | None:
        """Return the same run with one thing done differently, where that was tried."""
        wanted = (intervention,)
        alike = [r for r in self.runs if r.python == run.python and r.start_method == run.start_method]
        return next((other for other in alike if other.interventions == wanted), None)

    def difference(self, run: Run) -> Difference | None:
        """Return how a run's outcome differs from the reference; None where it does not by more than the noise."""
        references = self.references(run)
        if not references or run.start_method == run.default_method:
            return None
        if len({ending(other) for other in references}) > 1 and not suite_tests(run):
            return None  # the reference runs differ from each other, so nothing can be compared with them
        return self._difference(run, references[0])

    def _difference(self, run: Run, other: Run) -> Difference | None:
        if suite_tests(run) and suite_tests(other):
            return difference_of_tests(run, other, self.unstable_tests(run))
        return difference(run, other, self._noise(run))

    def unlike(self, run: Run, numbers: bool = False) -> tuple[Run, ...]:
        """Return the runs under other start methods that end no worse than this one, and differ from it.

        With ``numbers``, a different number in a line is a difference too, if two runs under one method agree on it.
        """
        worse = _badness(run)
        return tuple(o for o in self.others(run) if _badness(o) <= worse and not self.alike(run, o, numbers))

    def alike(self, run: Run, other: Run, numbers: bool = False) -> bool:
        """Return whether two runs have the same outcome."""
        if self._difference(run, other) is not None:
            return False
        if not numbers or suite_tests(run):
            return True
        noise = self._unstable(run)
        here, there = (
            Counter(line for line in map(without_names, each.output.splitlines()) if plain(line) not in noise)
            for each in (run, other)
        )
        return here == there

    def improved(self, run: Run, again: Run, other: Run) -> bool:
        """Return whether a run that was made again with an intervention is alike another one, where it was not before.

        Of the tests of a suite, at least one must have become alike, and none unlike: others may have other causes.
        """
        if not (suite_tests(run) and suite_tests(again) and suite_tests(other)):
            return self.alike(again, other, numbers=True)
        noise = self.unstable_tests(run)
        before, after = (difference_of_tests(each, other, noise) for each in (run, again))
        left = set(after.tests) if after else set()
        return before is not None and left < set(before.tests)

    def unstable_tests(self, run: Run) -> frozenset[str]:
        """Return the tests whose outcome differs between runs of one interpreter under one start method."""
        found: set[str] = set()
        for first, second in self._pairs(run):
            found |= {name for name, _, _ in _unlike_tests(first, second)}
        return frozenset(found)

    def _noise(self, run: Run) -> frozenset[str]:
        """Return the lines that differ between runs of one interpreter under one start method."""
        found: set[str] = set()
        for first, second in self._pairs(run):
            found |= set(lines(first.output)) ^ set(lines(second.output))
        return frozenset(found)

    def _unstable(self, run: Run) -> frozenset[str]:
        """Return the lines, without numbers, in which numbers differ between two such runs."""
        found: set[str] = set()
        for first, second in self._pairs(run):
            raw = set(map(without_names, first.output.splitlines())) ^ set(
                map(without_names, second.output.splitlines())
            )
            found |= {plain(line) for line in raw}
        return frozenset(found)

    def _pairs(self, run: Run) -> Iterator[tuple[Run, Run]]:
        alike = [other for other in self.runs if other.python == run.python and not other.interventions]
        for number, first in enumerate(alike):
            for second in alike[number + 1 :]:
                if first.start_method == second.start_method:
                    yield first, second

    @cached_property
    def pythons(self) -> tuple[str, ...]:
        """The interpreters, in the order of their runs."""
        return tuple(dict.fromkeys(run.python for run in self.runs))


def difference(run: Run, other: Run, noise: frozenset[str]) -> Difference | None:
    """Return how the outcome of a run differs from another's."""
    if ending(run) != ending(other):
        what = "exit code" if run.hang is None and other.hang is None else "end"
        return Difference(what, ending(run), ending(other))
    here, there = lines(run.output), lines(other.output)
    more = [line for line in here if line not in there and line not in noise]
    fewer = [line for line in there if line not in here and line not in noise]
    if more or fewer:
        return Difference("output", "\n".join(more[:10]), "\n".join(fewer[:10]))
    return None


def _badness(run: Run) -> int:
    """Return 0 for a run that ended well, 1 for a failed one, 2 for one that hung."""
    return 2 if run.hang is not None else int(run.exit_code != 0)


def difference_of_tests(run: Run, other: Run, noise: frozenset[str]) -> Difference | None:
    """Return how the outcomes of a suite's tests differ; its output contains times, and is not compared.

    A test that passes in one run, and is skipped or expected to fail in the other, has no problem in either.
    """
    problems = BAD | {NOT_RUN}
    found = [each for each in _unlike_tests(run, other) if each[0] not in noise and problems.intersection(each[1:])]
    if found:
        return Difference.of_tests(found)
    if ending(run) != ending(other) and not noise:
        what = "exit code" if run.hang is None and other.hang is None else "end"
        return Difference(what, ending(run), ending(other))
    return None


def _unlike_tests(run: Run, other: Run) -> list[tuple[str, str, str]]:
    """Return the tests whose outcomes differ, each with both outcomes.

    The tests that one of the runs did not reach, because it was ended in another test, do not count.
    """
    here, there = ({test.id: test.outcome for test in suite_tests(each)} for each in (run, other))
    complete = all(each.exit_code is not None and each.exit_code >= 0 for each in (run, other))
    pairs = [(name, here.get(name, NOT_RUN), there.get(name, NOT_RUN)) for name in dict.fromkeys([*here, *there])]
    return [(name, one, two) for name, one, two in pairs if one != two and (complete or NOT_RUN not in (one, two))]


def ending(run: Run) -> str:
    """Return in a phrase how a run ended."""
    if run.status == "deadlock":
        return "deadlock"
    if run.hang is not None:
        return "timed out"
    return f"exit code {run.exit_code}" if run.exit_code is not None else run.status


def lines(output: str) -> Counter[str]:
    """Return the lines of an output without what differs between sound runs."""
    return Counter(stripped for line in output.splitlines() if (stripped := plain(line)))


def plain(line: str) -> str:
    """Return a line without numbers, random names, addresses and the words that a start method brings.

    The items of a set or a dictionary are sorted: their order differs from process to process.
    """
    line = _SET.sub(lambda found: "{" + ", ".join(sorted(found[1].split(", "))) + "}", without_names(line))
    return _VARIABLE.sub("N", _RANDOM.sub("N", line)).strip()


def without_names(line: str) -> str:
    """Return a line without the words that a start method brings, and without addresses."""
    line = _MAIN_NAME.sub("__main__", line)
    return _ADDRESS.sub("ADDRESS", _METHOD_WORDS.sub("METHOD", line))
