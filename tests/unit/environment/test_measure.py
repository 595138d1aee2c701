"""measure.py, run under every Python that is found, and compared with what other sources say about this machine.

``PROCSEM_TEST_PYTHONS`` may name more interpreters: paths, separated like those of PATH.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from packaging.version import Version

from procsem.environment import FACTS, MEASUREMENTS, InterpreterError, command, identify, read

REAPING = Path(__file__).with_name("reaping_subreaper.py")
NONREAPING = Path(__file__).with_name("nonreaping_subreaper.py")


def _pythons():
    found = [sys.executable, *os.environ.get("PROCSEM_TEST_PYTHONS", "").split(os.pathsep)]
    root = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    found += [
        str(python)
        for python in sorted(root.glob("versions/*/python.exe" if os.name == "nt" else "versions/*/bin/python"))
    ]
    # pyenv names its folders by version; probes need Python 3.9.
    return [
        python
        for python in dict.fromkeys(found)
        if python and not re.search(r"[/\\](2\.\d|3\.[0-8])\.\d+[/\\]", python)
    ]


def _run(executable, folder, flags=(), subreaper=True, token="", **popen):
    report = folder / "report.json"
    line = command(executable, report, token)
    line[1:1] = flags
    if sys.platform == "linux" and subreaper:  # process 1 may reap late or never
        line = [sys.executable, "-I", str(REAPING), *line]
    # Under Wine, the drive of the working directory must be the one of the report.
    done = subprocess.run(
        line,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
        **popen,
    )
    assert (done.returncode, done.stdout) == (0, b"")
    assert sorted(folder.iterdir()) == [report]
    return read(report).facts


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    return _run(sys.executable, tmp_path_factory.mktemp("ours"))


@pytest.mark.parametrize("python", _pythons())
def test_every_python_measures_every_fact(python, tmp_path):
    try:
        identity = identify(python)
    except InterpreterError as bad:
        pytest.skip(f"needs an interpreter that works: {bad}")
    facts = _run(python, tmp_path)
    assert list(facts) == list(FACTS), "the same facts, in the same order"
    assert Version(facts["python"]).release == identity.version
    assert Version(facts["kernel"])
    assert facts["implementation"] in {"cpython", "pypy"}
    assert (facts["pypy"] is None) == (facts["implementation"] == "cpython")
    assert facts["default_start_method"] in facts["start_methods"]
    assert facts["own_assertions"] is True
    assert identity.platform == {"windows": "win32", "macos": "darwin"}.get(facts["system"], facts["system"])
    if facts["system"] != "windows":
        assert facts["start_methods"][0] == facts["default_start_method"] or facts["system"] == "macos"
        assert {"fork", "spawn", "forkserver"} == set(facts["start_methods"])


def test_facts_of_the_system(ours):
    systems = {"linux": psutil.LINUX, "macos": psutil.MACOS, "windows": psutil.WINDOWS, "freebsd": psutil.FREEBSD}
    assert [name for name, here in systems.items() if here] == [ours["system"]]
    assert ours["family"] == {"nt": "windows"}.get(os.name, os.name)
    assert ours["page_size"] == (os.sysconf("SC_PAGESIZE") if hasattr(os, "sysconf") else 4096)
    assert ours["memory_total"] == pytest.approx(psutil.virtual_memory().total, rel=0.01)
    # Not platform.machine() on Windows: it uses WMI, which crashes under Wine.
    machine = os.environ["PROCESSOR_ARCHITECTURE"] if sys.platform == "win32" else platform.machine()
    assert ours["machine"] == {"amd64": "x86_64", "aarch64": "arm64"}.get(machine.lower(), machine.lower())
    if sys.platform != "win32":
        if platform.libc_ver()[0] == "glibc":
            assert ours["libc"] == " ".join(platform.libc_ver())
        assert ours["kernel_release"] == platform.release()
        assert ours["kernel_release"].startswith(ours["kernel"])


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("readelf"), reason="needs readelf, and its programs")
def test_the_c_library_is_musl_if_musl_s_loader_loads_the_interpreter(ours):
    file = os.path.realpath(sys.executable)
    shown = subprocess.run(["readelf", "-l", file], capture_output=True, text=True, check=True).stdout
    loader = re.search(r"program interpreter: (\S+)\]", shown)
    assert ours["musl"] is bool(loader and "ld-musl" in loader[1])


def test_facts_of_the_interpreter(ours):
    assert ours["python_release"] == platform.python_version()
    assert ours["implementation"] == platform.python_implementation().lower()
    assert ours["bits"] == int(platform.architecture()[0].removesuffix("bit"))
    assert ours["in_venv"] == (Path(sys.prefix) / "pyvenv.cfg").exists()
    assert ours["optimize"] == 0
    assert ours["psutil"] == psutil.__version__
    assert Path(ours["executable"]).samefile(sys.executable)


def test_facts_of_the_processors(ours):
    assert ours["cpus_online"] == psutil.cpu_count()
    mine = psutil.Process()
    if hasattr(mine, "cpu_affinity"):
        assert ours["affinity"] == sorted(mine.cpu_affinity())
        assert ours["cpus_usable"] == len(mine.cpu_affinity())
        assert ours["all_cpus_usable"] == (ours["cpus_usable"] == ours["cpus_online"])
        assert ours["can_pin"] is True
    else:
        assert ours["affinity"] is None
        assert ours["all_cpus_usable"] is None
        assert ours["can_pin"] is False


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs os.sched_setaffinity")
def test_a_narrower_affinity_is_measured(tmp_path):
    one = min(os.sched_getaffinity(0))
    facts = _run(sys.executable, tmp_path, preexec_fn=lambda: os.sched_setaffinity(0, {one}))
    assert (facts["affinity"], facts["cpus_usable"]) == ([one], 1)
    assert facts["all_cpus_usable"] is (facts["cpus_online"] == 1)


@pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of POSIX")
def test_limits_are_those_of_the_measured_process(tmp_path):
    import resource

    def fewer():
        resource.setrlimit(resource.RLIMIT_NOFILE, (60, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))

    assert _run(sys.executable, tmp_path, preexec_fn=fewer)["file_limit"] == 60


@pytest.mark.parametrize(("flags", "level"), [(["-O"], 1), (["-OO"], 2)])
def test_optimised_python_has_no_assertions(flags, level, tmp_path):
    facts = _run(sys.executable, tmp_path, flags)
    assert (facts["optimize"], facts["assertions"], facts["own_assertions"]) == (level, False, False)


def test_a_library_without_assertions_is_distinguished_from_O(tmp_path):
    """In Windows' embeddable Python, only the library was compiled with -O."""
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "sitecustomize.py").write_text(
        "import multiprocessing.process as process\n"
        "import importlib.util as util\n"
        "source = open(process.__file__, encoding='utf-8').read()\n"
        "exec(compile(source, process.__file__, 'exec', optimize=1), process.__dict__)\n"
        "import multiprocessing.context as context\n"
        "context.BaseProcess = process.BaseProcess\n"
        "context.Process.__bases__ = (process.BaseProcess,)\n"
    )
    work = tmp_path / "work"
    work.mkdir()
    facts = _run(sys.executable, work, env={**os.environ, "PYTHONPATH": str(bare)})
    assert (facts["optimize"], facts["assertions"], facts["own_assertions"]) == (0, False, True)


def _broken(code, tmp_path, **popen):
    """Return the facts of an interpreter that runs this code when it starts."""
    folder, work = tmp_path / "broken", tmp_path / "work"
    for made in (folder, work):
        made.mkdir()
    (folder / "sitecustomize.py").write_text(f"import os, signal, sys\n{code}\n")
    return _run(sys.executable, work, env={**os.environ, "PYTHONPATH": str(folder)}, **popen)


_MISSING_SUBMODULES = """
import multiprocessing, pkgutil
for module in pkgutil.iter_modules(multiprocessing.__path__, "multiprocessing."):
    sys.modules.setdefault(module.name, None)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs functions of POSIX")
@pytest.mark.parametrize(
    "code",
    [
        pytest.param(_MISSING_SUBMODULES, id="multiprocessing has no module that makes a process or a lock"),
        "os.cpu_count = lambda: 1",
        "os.environ['PYTHON_CPU_COUNT'] = '1'",
        "import multiprocessing; multiprocessing.cpu_count = lambda: 1",
        "signal.pidfd_send_signal = lambda *_: None",
        "os.sched_setaffinity = lambda *_: None",
    ],
)
def test_a_fault_that_a_claim_would_show_changes_no_fact(code, ours, tmp_path):
    """Otherwise the claim would be unsupported, or refuted as expected, and nobody would see the fault.

    tests/mutants does the same with every mutant.
    """
    measured = _broken(code, tmp_path)
    named = set(MEASUREMENTS) & set(FACTS)
    assert {fact: measured[fact] for fact in named} == {fact: ours[fact] for fact in named}


def test_assertions_are_enabled_here(ours):
    assert ours["assertions"] is True


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, for subreapers")
def test_below_a_subreaper_process_1_is_not_tested(ours):
    assert ours["adopter"] == "subreaper"
    assert ours["adopter_reaps_after"] < 5
    assert ours["process_1_reaps"] is None
    assert ours["process_1"] == psutil.Process(1).name()[:15]


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, for subreapers")
def test_a_subreaper_that_does_not_reap_is_detected(tmp_path):
    report = tmp_path / "report.json"
    subprocess.run([sys.executable, str(NONREAPING), *command(sys.executable, report)], timeout=60, check=True)
    facts = read(report).facts
    assert (facts["adopter"], facts["adopter_reaps_after"]) == ("subreaper", None)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX: Windows gives orphans no new parent")
def test_without_our_subreaper_the_system_s_own_adopts(tmp_path):
    facts = _run(sys.executable, tmp_path, subreaper=False)
    assert facts["adopter"] in {"init", "subreaper"}
    # If another subreaper (for example a user's systemd) adopts, process 1 is not tested.
    reaped = facts["adopter_reaps_after"] is not None
    assert facts["process_1_reaps"] is (reaped if facts["adopter"] == "init" else None)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/shm")
def test_nothing_is_left_behind(tmp_path):
    """The subreaper ends after the last descendant, so only shared objects may be left.

    Other programs use shared memory and semaphores at the same time, so the names here contain a mark.
    """
    marking = tmp_path / "marking"
    marking.mkdir()
    mark = f"m{os.getpid()}"
    (marking / "sitecustomize.py").write_text(
        "import _multiprocessing, _posixshmem\n"
        "def recording(make, position):\n"
        "    def record(*arguments, **more):\n"
        f"        open({str(marking / 'names')!r}, 'a').write(arguments[position] + '\\n')\n"
        "        return make(*arguments, **more)\n"
        "    return record\n"
        "_multiprocessing.SemLock = recording(_multiprocessing.SemLock, 3)\n"
        "_posixshmem.shm_open = recording(_posixshmem.shm_open, 0)\n"
    )
    work = tmp_path / "work"
    work.mkdir()
    facts = _run(sys.executable, work, token=mark, env={**os.environ, "PYTHONPATH": str(marking)})
    assert facts["shared_memory"] is True
    assert facts["semaphores"] is True
    names = (marking / "names").read_text().split()
    assert len(names) == 3, "a semaphore, and a block of shared memory that is opened twice"
    assert all(mark in name for name in names), "without the mark, the next line would prove nothing"
    assert [name for name in os.listdir("/dev/shm") if mark in name] == []  # noqa: PTH208


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX: Windows has few of these to remove")
@pytest.mark.parametrize(
    ("code", "fact", "value"),
    [
        ("del os.openpty", "pty", False),
        ("os.pidfd_open = None", "pidfd", False),
        ("sys.modules['ctypes'] = None", "subreaper", False),
        ("sys.modules['ctypes'] = None", "ptrace", False),
        ("sys.modules['_multiprocessing'] = None", "semaphores", False),
        ("sys.modules['_multiprocessing'] = None", "semaphore_max", None),
        ("sys.modules['_posixshmem'] = None", "shared_memory", False),
        ("sys.modules['psutil'] = None", "psutil", None),
        ("os.sched_setaffinity = None", "can_pin", False),
        ("del os.fork", "adopter", None),
        ("os.geteuid = lambda: os.getuid() + 1", "is_root", False),
        ("sys._is_gil_enabled = lambda: False", "gil", False),
    ],
)
def test_what_a_python_lacks_is_measured(code, fact, value, tmp_path):
    assert _broken(code, tmp_path)[fact] is value


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_facts_that_only_linux_has(ours):
    """On an ordinary Linux they all work; psutil and the kernel's files show what a container forbids."""
    import ctypes

    assert ours["pty"] is Path("/dev/ptmx").exists()
    assert ours["proc_smaps"] is os.access("/proc/self/smaps_rollup", os.R_OK)
    assert ours["subreaper"] is (ctypes.CDLL(None).prctl(37, ctypes.byref(ctypes.c_int()), 0, 0, 0) == 0)
    yama = Path("/proc/sys/kernel/yama/ptrace_scope")
    assert ours["ptrace"] or yama.read_text().strip() in "23"
    assert ours["is_root"] is (psutil.Process().uids().effective == 0)


def test_without_options_it_prints_a_table():
    script = command(sys.executable, "-")[1]
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=True)
    table = dict(line.split(None, 1) for line in done.stdout.splitlines())
    assert list(table) == list(FACTS)
    assert json.loads(table["python"]) == platform.python_version().rstrip("+").split("rc")[0]


def test_wrong_usage_is_an_error():
    script = command(sys.executable, "-")[1]
    done = subprocess.run([sys.executable, script, "--repot"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("usage: measure.py")
