"""The description of a benchmark, and of a group of benchmarks that are measured in turn."""

from __future__ import annotations

from attrs import frozen


@frozen
class Benchmark:
    """One operation, measured in a parent of its own."""

    name: str
    operation: str
    """The name of a function in ``minimal/operations.py``, with a start method after a colon if it takes one."""
    words: tuple[str, ...] = ()
    """Parameters of the operation, as ``NAME=VALUE``."""
    program: str = "true"
    """The program that is run: ``empty`` (compiled from ``empty.c``) or ``true`` (the system's own)."""
    megabytes: int = 10
    """The memory that its processes need."""
    series: str = ""
    """The curve's series that it is a point of."""
    x: float = 0
    unit: str = ""
    full_profile_only: bool = False


@frozen
class Group:
    """Benchmarks that are measured in turn with one another."""

    name: str
    benchmarks: tuple[Benchmark, ...]
    quick_seconds: float
    full_seconds: float

    def seconds(self, quick: bool) -> float:
        """Return how long the group is measured in this profile."""
        return self.quick_seconds if quick else self.full_seconds


BASELINES = tuple(Benchmark(f"baseline: {way}", way, program="empty") for way in ("vfork", "fork", "posix_spawn"))
BASELINE = BASELINES[0]
"""The cheapest way to run a program, without Python; the costs of all benchmarks are shown as multiples of it."""
