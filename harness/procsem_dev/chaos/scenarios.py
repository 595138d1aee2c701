"""The ways in which a run is disturbed. Each acts on processes and folders of its own run only."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import psutil
from attrs import field, frozen

assert sys.platform != "win32"  # mypy checks the rest of this module for this platform only

_SUPERVISOR = "procsem.containment.posix.supervisor"
_MEBIBYTE = 1 << 20
_PROGRESS = re.compile(r"^\[ *(\d+)/(\d+)\] ", re.MULTILINE)
"""The beginning of a line about a cell."""

Disturb = Callable[["Disturbed"], None]


@frozen
class Disturbed:
    """A run that is disturbed at this moment."""

    run: psutil.Process
    """The process of ``procsem run``."""
    folder: Path
    """The temporary folder of the run."""
    random: Random
    printed: Callable[[], str] = lambda: ""
    """Returns what the run has printed until now."""
    stopped: dict[psutil.Process, int] = field(factory=dict)
    """The stopped processes, each with the number of turns after which it continues."""
    part: float = field(init=False)
    """A random part of the cells, and not the last ones."""

    @part.default
    def _choose_part(self) -> float:
        return self.random.uniform(0, 0.8)

    def progress(self) -> tuple[int, int]:
        """Return the number of cells that the run has measured, and the number of all cells; both 0 at first."""
        lines = _PROGRESS.findall(self.printed())
        return (int(lines[-1][0]), int(lines[-1][1])) if lines else (0, 0)


@frozen
class Scenario:
    """One way to disturb a run."""

    name: str
    says: str
    disturb: Disturb = lambda disturbed: None
    """Called several times per second while the run lasts."""
    prefix: Sequence[str] = ()
    """The words before the command line of the run."""
    limits: Mapping[str, tuple[int, int]] = field(factory=dict)
    """Resource limits of the run and of all that it starts: the smallest and the largest value, by name."""
    disk: int | None = None
    """Bytes of a file system of its own for temporary files; it needs root."""
    needs_root: bool = False
    may_end_early: bool = False
    """True if the run itself may end with a message before all cells have run."""
    keeps_cells: bool = False
    """True if the run must keep results even if it ends early."""

    def unavailable_because(self) -> str:
        """Return why the scenario cannot be tried here; empty if it can."""
        if sys.platform != "linux":
            return "it needs Linux"
        return "it needs root" if self.needs_root and os.geteuid() else ""

    def chosen_limits(self, random: Random) -> dict[str, int]:
        """Return a random value for each limit."""
        return {name: random.randint(*between) for name, between in self.limits.items()}


def apply_limits(limits: Mapping[str, int]) -> None:
    """Set resource limits of this process; called between fork and exec."""
    import resource  # not on Windows

    for name, value in limits.items():
        resource.setrlimit(getattr(resource, name), (value, value))


def supervisors(run: psutil.Process) -> list[psutil.Process]:
    """Return the supervisors of a run."""
    return [child for child in _children(run) if any(_SUPERVISOR in word for word in _words(child))]


def probes(run: psutil.Process) -> list[psutil.Process]:
    """Return the main processes of the probes that a run executes."""
    return [child for each in supervisors(run) for child in _children(each) if "--report" in _words(child)]


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children()
    except psutil.Error:
        return []


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _send(process: psutil.Process, number: int) -> None:
    with contextlib.suppress(psutil.Error):  # psutil compares the start time, so no other process gets the signal
        process.send_signal(number)


def stop_and_continue(disturbed: Disturbed) -> None:
    """Now and then, stop a random process of the harness, and continue it after up to five turns."""
    stopped, random = disturbed.stopped, disturbed.random
    for process in list(stopped):
        stopped[process] -= 1
        if stopped[process] <= 0:
            _send(process, signal.SIGCONT)
            del stopped[process]
    candidates = [disturbed.run, *supervisors(disturbed.run)]
    chosen = random.choice(candidates)
    if chosen not in stopped and random.random() < 0.3:
        _send(chosen, signal.SIGSTOP)
        stopped[chosen] = random.randint(1, 5)


def continue_all(disturbed: Disturbed) -> None:
    """Continue every process that is stopped."""
    while disturbed.stopped:
        _send(disturbed.stopped.popitem()[0], signal.SIGCONT)


def kill_some(disturbed: Disturbed) -> None:
    """Now and then, kill a supervisor or the main process of a probe."""
    candidates = [*supervisors(disturbed.run), *probes(disturbed.run)]
    if candidates and disturbed.random.random() < 0.15:
        _send(disturbed.random.choice(candidates), signal.SIGKILL)


def limit_memory_of_probes(disturbed: Disturbed) -> None:
    """Now and then, give the probes that a supervisor starts from then on another limit of their address space.

    A simple probe runs in 20 MiB; servers, pools and queues need more. A supervisor itself takes less than 20 MiB.
    """
    if sys.platform != "linux":
        return  # the scenario is not tried there
    for supervisor in supervisors(disturbed.run):
        if disturbed.random.random() < 0.2:
            limit = disturbed.random.randint(24 * _MEBIBYTE, 96 * _MEBIBYTE)
            with contextlib.suppress(psutil.Error):
                _, most = supervisor.rlimit(psutil.RLIMIT_AS)
                supervisor.rlimit(psutil.RLIMIT_AS, (limit, most))


def fill_disk(disturbed: Disturbed) -> None:
    """Fill the file system of the temporary files, or make room again."""
    filler = disturbed.folder / "filler"
    try:
        if disturbed.random.random() < 0.5:
            filler.unlink(missing_ok=True)
        else:
            with filler.open("wb") as file:
                while True:
                    file.write(b"\0" * (1 << 16))
                    file.flush()
    except OSError:
        pass  # it is full now


def interrupt(disturbed: Disturbed) -> None:
    """Send Ctrl-C's signal to the run when it has measured a random part of its cells, at least one; then repeat it."""
    measured, total = disturbed.progress()
    if measured and measured >= disturbed.part * total:
        _send(disturbed.run, signal.SIGINT)


SCENARIOS: Mapping[str, Scenario] = {
    each.name: each
    for each in (
        Scenario("stopped", "the run and its supervisors are stopped and continued", stop_and_continue),
        Scenario("killed", "supervisors and probes are killed", kill_some, may_end_early=True),
        Scenario(
            "interrupted",
            "the run gets Ctrl-C, again and again, when it has measured some cells",
            interrupt,
            may_end_early=True,
            keeps_cells=True,
        ),
        Scenario(
            "disk",
            "the disk of the temporary files fills up",
            fill_disk,
            disk=4 * _MEBIBYTE,
            needs_root=True,
            may_end_early=True,
        ),
        Scenario("clock", "the clock of the harness jumps", prefix=(sys.executable, "-m", f"{__package__}.clock")),
        # The harness with four jobs needs 80 MiB. With glibc each thread reserves 64 or 128 MiB if they are free, and
        # without them it gets along. So what fails differs from limit to limit: at 162 MiB pools, at 260 the harness.
        Scenario(
            "memory", "memory is short", limits={"RLIMIT_AS": (96 * _MEBIBYTE, 300 * _MEBIBYTE)}, may_end_early=True
        ),
        Scenario("probe-memory", "the memory of probes is short", limit_memory_of_probes),
        Scenario("descriptors", "few files may be open", limits={"RLIMIT_NOFILE": (10, 36)}, may_end_early=True),
        Scenario(
            "pids",
            "process ids are used again at once",
            prefix=(
                *("unshare", "--pid", "--fork", "--mount-proc", "--kill-child"),
                *(sys.executable, "-m", f"{__package__}.pids"),
            ),
            needs_root=True,
        ),
    )
}


@contextlib.contextmanager
def temporary_folder(folder: Path, scenario: Scenario) -> Iterator[Path]:
    """Make the folder for the temporary files of a run; it has a file system of its own if the scenario needs one."""
    folder.mkdir()
    with _file_system(folder, f"size={scenario.disk}") if scenario.disk is not None else contextlib.nullcontext():
        yield folder


@contextlib.contextmanager
def shared_folder(folder: Path) -> Iterator[Sequence[str]]:
    """Make a folder that is ``/dev/shm`` for a run, so that all that is left in it is the run's.

    Returns the words before the command line of the run. Without root there are none, and the folder stays empty.
    """
    folder.mkdir()
    if os.geteuid():
        yield ()
        return
    with _file_system(folder):
        yield ("unshare", "--mount", "sh", "-c", 'mount --bind "$0" /dev/shm && exec "$@"', str(folder))


@contextlib.contextmanager
def _file_system(folder: Path, *options: str) -> Iterator[None]:
    words = ("-t", "tmpfs", "-o", ",".join([*options, "mode=1777"]), "procsem-chaos", str(folder))
    subprocess.run(["mount", *words], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
