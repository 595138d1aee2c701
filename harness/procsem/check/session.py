"""All runs of a check: which start methods, which interpreters, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from attrs import evolve, frozen

from procsem.check.case import Case
from procsem.check.cost import preload_of
from procsem.check.diagnose import METHODS, Diagnosis, diagnose
from procsem.check.evidence import Run
from procsem.check.run import Request, default_method, require_module, require_pytest, require_start, run_once
from procsem.check.target import Target
from procsem.environment import identify

MAX_INTERVENTIONS = 6
"""Further runs per interpreter and start method."""


@frozen
class Session:
    """The request of the user."""

    target: Target
    pythons: tuple[str, ...]
    start_methods: tuple[str, ...] = ()
    """Empty for all that the interpreter's system has."""
    timeout: float = 60.0
    repeat: int = 1
    stdin: Path | None = None
    copy: bool = False
    cost: bool = False
    """True to record imports and memory, and to measure the saving of a preload in a further run."""


def check(session: Session, progress: Callable[[Run], None] = lambda run: None) -> Diagnosis:
    """Run the program under every start method and return the diagnosis.

    Raises CheckError, InterpreterError or ContainmentError when it cannot be run.
    """
    runs: list[Run] = []
    asked = list(requests(session))
    for request in asked:
        run = run_once(request)
        if all(run.python != other.python for other in runs):
            require_start(request, run)
        progress(run)
        runs.append(run)
    diagnosis = diagnose(Case(tuple(runs)))
    unknown = {u.run for u in diagnosis.unexplained if u.difference.what == "output"}
    for number in sorted(unknown):
        if sum(asked[number] == each for each in asked) == 1:
            # What differs between two runs under this method too is noise.
            again = run_once(asked[number])
            progress(again)
            runs.append(again)
            asked.append(asked[number])
    if unknown:
        diagnosis = diagnose(Case(tuple(runs)))
    tried: set[tuple[str, str, str]] = set()
    while True:
        made = len(runs)
        for number, intervention in diagnosis.proposed:
            run = runs[number]
            key = (run.python, run.start_method)
            if (*key, intervention) not in tried and sum(done[:2] == key for done in tried) < MAX_INTERVENTIONS:
                tried.add((*key, intervention))
                again = run_once(evolve(asked[number], interventions=(intervention,)))
                progress(again)
                runs.append(again)
        if len(runs) == made:
            break
        # Where no change alone makes the difference disappear, several together may.
        diagnosis = diagnose(Case(tuple(runs)))
    if session.cost:
        for request in _preloads(asked, runs):
            again = run_once(request)
            progress(again)
            runs.append(again)
    return diagnose(Case(tuple(runs))) if len(runs) > len(asked) else diagnosis


def _preloads(asked: Sequence[Request], runs: Sequence[Run]) -> Iterator[Request]:
    """Yield one more run per interpreter, under forkserver with what its children import preloaded."""
    by_python = {request.python.executable: request for request in asked if request.start_method == "forkserver"}
    for python, request in by_python.items():
        preload = preload_of([run for run in runs if run.python == python])
        if preload is not None:
            yield evolve(request, interventions=(preload,))


def requests(session: Session) -> Iterator[Request]:
    """Yield what is to be run. The reference, the default start method, runs twice: what differs then is noise."""
    identities = {identity.executable: identity for identity in map(identify, session.pythons)}
    for identity in identities.values():
        default = default_method(identity.executable)
        if session.target.kind == "pytest":
            require_pytest(identity.executable)
        elif session.target.kind == "module":
            require_module(identity.executable, session.target.arguments[1])
        wanted: Sequence[str] = session.start_methods or METHODS
        if identity.platform == "win32":
            wanted = [method for method in wanted if method == "spawn"]
        for method in wanted:
            times = session.repeat + (method == default and session.repeat == 1)
            for _ in range(times):
                yield Request(
                    session.target,
                    identity,
                    method,
                    default,
                    session.timeout,
                    session.stdin,
                    session.copy,
                    cost=session.cost,
                )
