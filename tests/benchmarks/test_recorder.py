"""What the recorder of `procsem check` costs: programs with it and without it, measured in turn.

The CPU time is that of all processes of a program. Without the recorder a program runs under the same start method.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

import procsem_dev.overhead
from procsem.check.run import Request, recorder_environment, run_once
from procsem.check.target import parse
from procsem.environment import identify

REAPER = str(Path(procsem_dev.overhead.__file__).with_name("reaper.py"))
MAX_MILLISECONDS_PER_PROCESS = 5.0
MAX_SUITE_RATIO = 1.05
CHILDREN = 10
TESTS = 1000
ROUNDS = 9
SUITE_ROUNDS = 11

BARE = """
    import multiprocessing, sys
    def nothing(): pass
    if __name__ == "__main__":
        context = multiprocessing.get_context(sys.argv[1])
        for number in range(int(sys.argv[2])):
            child = context.Process(target=nothing)
            child.start()
            child.join()
"""
IMPORTS = (
    """
    import concurrent.futures.process, multiprocessing.managers, multiprocessing.pool, multiprocessing.queues
    import multiprocessing.shared_memory, multiprocessing.sharedctypes, multiprocessing.synchronize
"""
    + BARE
)
SUITE = f"""
    import pytest
    @pytest.mark.parametrize("number", range({TESTS}))
    def test_trivial(number):
        assert number >= 0
"""


@pytest.fixture
def recorded(tmp_path):
    """An environment with the recorder, whose code is already compiled."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    env = recorder_environment(scratch, "spawn")
    subprocess.run([sys.executable, "-c", "pass"], env=env, check=True)
    return env


def measure(command, env=None):
    """Return the CPU time and the wall time of a command and all its descendants, a fork server's included."""
    job = {"argv": command, "cwd": str(Path.cwd()), "env": env or dict(os.environ)}
    words = [sys.executable, "-I", "-S", REAPER, "1"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reaper:
        reaper.stdin.write(json.dumps([job]) + "\n")
        reaper.stdin.flush()
        found = json.loads(reaper.stdout.readline())  # its standard input stays open until it is done
    return found["cpu"], found["wall"]


def in_turn(benchmark, rounds, *measured):
    """Return the CPU times and the wall times of each function, all of which are called in each round."""
    found = []
    benchmark.pedantic(lambda: found.append([each() for each in measured]), rounds=rounds, iterations=1)
    return [tuple(zip(*series, strict=True)) for series in zip(*found, strict=True)]


def ratio(ours, theirs):
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize(("kind", "text"), [("start and join", BARE), ("all of multiprocessing", IMPORTS)])
def test_a_process_costs_at_most_5_ms_more(benchmark, capsys, tmp_path, recorded, program, kind, text, method):
    command = [sys.executable, str(program("app.py", text)), method, str(CHILDREN)]
    plain, ours = in_turn(benchmark, ROUNDS, lambda: measure(command), lambda: measure(command, recorded))
    processes = CHILDREN + 1
    more = (min(ours[0]) - min(plain[0])) / processes * 1000  # other load can only add to a time
    benchmark.extra_info.update(milliseconds_per_process=more, cpu_ratio=ratio(ours[0], plain[0]))
    with capsys.disabled():
        print(
            f"\n{kind}, {method}, {CHILDREN} children: {min(plain[0]) / processes * 1000:.1f} ms of CPU per process, "
            f"with the recorder {more:+.2f} ms; in pairs, CPU ×{ratio(ours[0], plain[0]):.2f}, "
            f"wall ×{ratio(ours[1], plain[1]):.2f}"
        )
    assert more <= MAX_MILLISECONDS_PER_PROCESS


def test_a_suite_of_1000_tests_costs_at_most_5_percent_more(benchmark, capsys, tmp_path, recorded, program):
    file = program("test_many.py", SUITE)
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)]
    command = [sys.executable, *words]
    request = Request(parse(words, tmp_path), identify(sys.executable), "spawn", "spawn", 300.0)

    def check():
        mine, before = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        run = run_once(request)
        wall = time.perf_counter() - began
        done = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        assert len(list(run.events("test"))) == TESTS
        used = sum(each.ru_utime + each.ru_stime for each in done) - mine.ru_utime - mine.ru_stime
        return used - before.ru_utime - before.ru_stime, wall

    plain, ours, whole = in_turn(
        benchmark, SUITE_ROUNDS, lambda: measure(command), lambda: measure(command, recorded), check
    )
    constant = statistics.median(one - other for one, other in zip(whole[0], ours[0], strict=True))
    benchmark.extra_info.update(cpu_ratio=ratio(ours[0], plain[0]), seconds_per_run=constant)
    with capsys.disabled():
        print(
            f"\n{TESTS} trivial tests: {statistics.median(plain[0]):.2f} s of CPU; with the recorder "
            f"CPU ×{ratio(ours[0], plain[0]):.3f}, wall ×{ratio(ours[1], plain[1]):.3f}; the sandbox and the reading "
            f"of the record add {constant:.2f} s of CPU per run"
        )
    assert ratio(ours[0], plain[0]) <= MAX_SUITE_RATIO


@pytest.fixture
def program(tmp_path):
    """A function that writes a program."""

    def write(name, text):
        lines = text.strip("\n").splitlines()
        indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
        path = tmp_path / name
        path.write_text("\n".join(line[indent:] for line in lines) + "\n", encoding="utf-8")
        return path

    return write
