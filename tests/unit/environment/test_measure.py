"""measure.py, run under every Python within reach and held against what others say of the same machine.

``PROCSEM_TEST_PYTHONS`` may name more of them, as paths with the separator of PATH between.
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

from procsem.environment import FACTS, InterpreterError, command, identify, read

ADOPTED = Path(__file__).with_name("adopted.py")
CARELESS = Path(__file__).with_name("careless.py")


def _pythons():
    found = [sys.executable, *os.environ.get("PROCSEM_TEST_PYTHONS", "").split(os.pathsep)]
    root = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    found += [
        str(python)
        for python in sorted(root.glob("versions/*/python.exe" if os.name == "nt" else "versions/*/bin/python"))
    ]
    # Folders of pyenv are named by their versions; the probes need Python 3.9.
    return [
        python
        for python in dict.fromkeys(found)
        if python and not re.search(r"[/\\](2\.\d|3\.[0-8])\.\d+[/\\]", python)
    ]


def _run(executable, folder, flags=(), stand_in=True, **popen):
    report = folder / "report.json"
    line = command(executable, report)
    line[1:1] = flags
    if sys.platform == "linux" and stand_in:  # process 1 may take seconds to reap, or never do it
        line = [sys.executable, "-I", str(ADOPTED), *line]
    # The folder is a current one whose drive, under Wine, has the report's path.
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


def test_the_system(ours):
    systems = {"linux": psutil.LINUX, "macos": psutil.MACOS, "windows": psutil.WINDOWS, "freebsd": psutil.FREEBSD}
    assert [name for name, here in systems.items() if here] == [ours["system"]]
    assert ours["family"] == {"nt": "windows"}.get(os.name, os.name)
    assert ours["page_size"] == (os.sysconf("SC_PAGESIZE") if hasattr(os, "sysconf") else 4096)
    assert ours["memory_total"] == pytest.approx(psutil.virtual_memory().total, rel=0.01)
    # Not platform.machine() on Windows: it asks WMI, of which a process under Wine dies.
    machine = os.environ["PROCESSOR_ARCHITECTURE"] if sys.platform == "win32" else platform.machine()
    assert ours["machine"] == {"amd64": "x86_64", "aarch64": "arm64"}.get(machine.lower(), machine.lower())
    if sys.platform != "win32":
        if platform.libc_ver()[0] == "glibc":
            assert ours["libc"] == " ".join(platform.libc_ver())
        assert ours["kernel_release"] == platform.release()
        assert ours["kernel_release"].startswith(ours["kernel"])


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("readelf"), reason="needs readelf, and its programs")
def test_musl_is_where_its_loader_loads_the_interpreter(ours):
    file = os.path.realpath(sys.executable)
    shown = subprocess.run(["readelf", "-l", file], capture_output=True, text=True, check=True).stdout
    loader = re.search(r"program interpreter: (\S+)\]", shown)
    assert ours["musl"] is bool(loader and "ld-musl" in loader[1])


def test_the_interpreter(ours):
    assert ours["python_release"] == platform.python_version()
    assert ours["implementation"] == platform.python_implementation().lower()
    assert ours["bits"] == int(platform.architecture()[0].removesuffix("bit"))
    assert ours["in_venv"] == (Path(sys.prefix) / "pyvenv.cfg").exists()
    assert ours["optimize"] == 0
    assert ours["psutil"] == psutil.__version__
    assert Path(ours["executable"]).samefile(sys.executable)


def test_the_processors(ours):
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


def test_a_library_without_assertions_is_told_from_O(tmp_path):
    """As Windows' embeddable Python is built: the library alone was compiled with -O."""
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


def test_assertions_are_live_here(ours):
    assert ours["assertions"] is True


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, which has subreapers")
def test_under_a_subreaper_nothing_is_said_of_process_1(ours):
    assert ours["adopter"] == "subreaper"
    assert ours["adopter_reaps_after"] < 5
    assert ours["process_1_reaps"] is None
    assert ours["process_1"] == psutil.Process(1).name()[:15]


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, which has subreapers")
def test_an_adopter_that_does_not_reap_is_found_out(tmp_path):
    report = tmp_path / "report.json"
    subprocess.run([sys.executable, str(CARELESS), *command(sys.executable, report)], timeout=60, check=True)
    facts = read(report).facts
    assert (facts["adopter"], facts["adopter_reaps_after"]) == ("subreaper", None)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX: on Windows nothing is adopted")
def test_without_a_stand_in_the_adopter_is_whoever_the_system_has(tmp_path):
    facts = _run(sys.executable, tmp_path, stand_in=False)
    assert facts["adopter"] in {"init", "subreaper"}
    # Process 1 is known by what it did; of a subreaper (a user's systemd is one) nothing follows for it.
    reaped = facts["adopter_reaps_after"] is not None
    assert facts["process_1_reaps"] is (reaped if facts["adopter"] == "init" else None)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_nothing_is_left_behind(tmp_path):
    """The stand-in ends when its last descendant has; what is left then is in shared places.

    Others use those places too, and at the same time: what is made there bears a mark of this test.
    """
    marking = tmp_path / "marking"
    marking.mkdir()
    mark = f"m{os.getpid()}"  # shared memory's names may have 14 characters
    (marking / "sitecustomize.py").write_text(
        "from multiprocessing import process, shared_memory, synchronize\n"
        f"process.current_process()._config['semprefix'] = '/mp-{mark}'\n"
        f"shared_memory._SHM_NAME_PREFIX = '/{mark}'\n"
        "make = synchronize.SemLock._make_name\n"
        "def told():\n"
        "    name = make()\n"
        f"    open({str(marking / 'made')!r}, 'a').write(name)\n"
        "    return name\n"
        "synchronize.SemLock._make_name = staticmethod(told)\n"
    )
    work = tmp_path / "work"
    work.mkdir()
    facts = _run(sys.executable, work, env={**os.environ, "PYTHONPATH": str(marking)})
    assert facts["shared_memory"] is True
    assert facts["semaphores"] is True
    assert mark in (marking / "made").read_text(), "the mark must be on what was made, or its absence would say nothing"
    assert [name for name in os.listdir("/dev/shm") if mark in name] == []  # noqa: PTH208


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX, which has what is taken away")
@pytest.mark.parametrize(
    ("taken", "fact", "left"),
    [
        ("del os.openpty", "pty", False),
        ("os.pidfd_open = None", "pidfd", False),
        ("sys.modules['ctypes'] = None", "subreaper", False),
        ("sys.modules['ctypes'] = None", "ptrace", False),
        ("sys.modules['multiprocessing.synchronize'] = None", "semaphores", False),
        ("sys.modules['multiprocessing.synchronize'] = None", "semaphore_max", None),
        ("sys.modules['multiprocessing.shared_memory'] = None", "shared_memory", False),
        ("sys.modules['psutil'] = None", "psutil", None),
        ("os.sched_setaffinity = None", "can_pin", False),
        ("del os.fork", "adopter", None),
        ("os.geteuid = lambda: os.getuid() + 1", "is_root", False),
        ("sys._is_gil_enabled = lambda: False", "gil", False),
    ],
)
def test_what_a_python_lacks_is_measured_so(taken, fact, left, tmp_path):
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    (lacking / "sitecustomize.py").write_text(f"import os, sys\n{taken}\n")
    work = tmp_path / "work"
    work.mkdir()
    facts = _run(sys.executable, work, env={**os.environ, "PYTHONPATH": str(lacking)})
    assert facts[fact] is left


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_what_linux_has(ours):
    """On an ordinary Linux all of them work; what a container forbids, psutil and the kernel's own files tell."""
    import ctypes

    assert ours["pty"] is Path("/dev/ptmx").exists()
    assert ours["proc_smaps"] is os.access("/proc/self/smaps_rollup", os.R_OK)
    assert ours["subreaper"] is (ctypes.CDLL(None).prctl(37, ctypes.byref(ctypes.c_int()), 0, 0, 0) == 0)
    yama = Path("/proc/sys/kernel/yama/ptrace_scope")
    assert ours["ptrace"] or yama.read_text().strip() in "23"
    assert ours["is_root"] is (psutil.Process().uids().effective == 0)


def test_a_person_gets_a_table():
    script = command(sys.executable, "-")[1]
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=True)
    told = dict(line.split(None, 1) for line in done.stdout.splitlines())
    assert list(told) == list(FACTS)
    assert json.loads(told["python"]) == platform.python_version().rstrip("+").split("rc")[0]


def test_wrong_usage_is_said():
    script = command(sys.executable, "-")[1]
    done = subprocess.run([sys.executable, script, "--repot"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("usage: measure.py")
