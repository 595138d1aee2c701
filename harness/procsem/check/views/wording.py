"""Numbers and sentences that the forms share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from procsem.check.cost import Saving
from procsem.check.evidence import Run


def method_of(run: Run, runs: Iterable[Run]) -> str:
    """Return the start method of a run, with a number if it is a repetition: ``fork (2)``.

    The default start method runs twice, because what differs between these two runs is noise.
    """
    alike = [each for each in runs if each.python == run.python and each.start_method == run.start_method]
    number = next(number for number, each in enumerate(alike, 1) if each is run)
    return run.start_method if number == 1 else f"{run.start_method} ({number})"


def seconds(value: float | None) -> str:
    """Return a number of seconds, or a dash."""
    return "-" if value is None else f"{value:.2f} s"


def milliseconds(value: float | None) -> str:
    """Return a duration in milliseconds, or a dash."""
    return "-" if value is None else f"{value * 1000:.1f} ms"


def memory(kib: int | None) -> str:
    """Return an amount of memory, or a dash."""
    return "-" if kib is None else f"{kib / 1024:.0f} MiB"


def differs(what: str) -> str:
    """Return that something differs: ``output differs``, ``tests differ``."""
    return f"{what} differ" if what.endswith("s") else f"{what} differs"


def saving(found: Saving) -> Iterator[str]:
    """Yield in sentences what a preload has saved."""
    names = ", ".join(f'"{name}"' for name in ("__main__", *found.modules))
    yield f"With multiprocessing.set_forkserver_preload([{names}]), measured in a further run:"
    words = [_change("the run took", found.seconds), _change("its CPU time was", found.cpu_seconds)]
    yield "; ".join(word for word in [_change("each start took", found.per_start), *words] if word) + "."
    if found.still_imported:
        yield f"Children still import {', '.join(found.still_imported)}: the fork server could not import them."


def _change(what: str, saved: float | None) -> str:
    if saved is None:
        return ""
    amount = f"{abs(saved) * 1000:.1f} ms" if abs(saved) < 0.1 else f"{abs(saved):.2f} s"
    return f"{what} {amount} {'less' if saved >= 0 else 'more'}"
