"""Measures where this interpreter runs: ``PYTHON measure.py [--report FILE | --process-1]``.

Run by path under the interpreter to be measured, as the probes are; never imported by the harness, and
importing nothing of it: standard library only, Python 3.9 and newer, any implementation. Prints the facts
for a person, or with ``--report`` writes them as JSON to a file that is replaced as a whole. With ``--process-1`` it
prints one of them as JSON, whether process 1 reaps, unless its standard input ends before that is known.

What each fact means stands in ``facts.py`` beside this file. That something *works* is found by doing it,
never from a name or a version; whatever error it raises, it does not work. A fact that has no meaning
here, or cannot be had, is null.
"""

from __future__ import annotations

import json
import mmap
import multiprocessing
import os
import re
import sys
import time

TYPE_CHECKING = False  # as typing has it, whose import would take a tenth of the whole
if TYPE_CHECKING:
    from typing import Any, Callable

_PATIENCE = 5.0
"""Seconds that whoever adopts an orphan has to reap it. Most take a millisecond; one was met that sweeps every two
seconds."""

_ORPHAN = "procsem-orphan"
"""What an orphan of ours is called, on Linux, so that who finds its zombie knows whose it was."""

_INITIAL_PID_NAMESPACE = "pid:[4026531836]"
"""PROC_PID_INIT_INO of Linux's include/linux/proc_ns.h, the inode of the namespace that the kernel made itself."""

_MACHINES = {"amd64": "x86_64", "aarch64": "arm64", "i386": "x86", "i686": "x86"}

Facts = dict  # flat: a name to plain data


def measure() -> Facts[str, Any]:
    """All facts, in the order of ``facts.py``."""
    if sys.platform != "win32":
        here, processes = _posix_system(), _posix_processes()
    else:
        here, processes = _windows_system(), _windows_processes()
    return {
        "system": {"darwin": "macos", "win32": "windows"}.get(sys.platform) or re.sub(r"[\d.]+$", "", sys.platform),
        "family": "windows" if os.name == "nt" else os.name,
        **here,
        "page_size": mmap.PAGESIZE,
        **_python(),
        **_cpus(),
        **_multiprocessing(),
        **processes,
        **_trials(),
        # Last: an extension that is not made for it turns the GIL of a free-threaded Python on again.
        "psutil": _psutil(),
    }


def _works(action: Callable[[], Any]) -> bool:
    try:
        return action() is not False
    except Exception:
        return False


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return None


# -------------------------------------------------------------------- the interpreter


def _python() -> Facts[str, Any]:
    import sysconfig

    # typeshed's platforms know each of these or do not; here the interpreter is asked.
    python: Any = sys
    pypy = getattr(sys, "pypy_version_info", None)
    release, _, build = sys.version.partition(" ")
    return {
        "implementation": sys.implementation.name,
        "python": ".".join(map(str, sys.version_info[:3])),
        "python_release": release,
        "pypy": pypy and ".".join(map(str, pypy[:3])),
        "build": " ".join(build.split()),
        "executable": sys.executable,
        "prefix": sys.prefix,
        "in_venv": sys.prefix != sys.base_prefix,
        "bits": 64 if sys.maxsize > 2**32 else 32,
        "gil": python._is_gil_enabled() if hasattr(sys, "_is_gil_enabled") else True,
        "free_threaded_build": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "debug_build": hasattr(sys, "gettotalrefcount"),
        "optimize": sys.flags.optimize,
        "assertions": _asserts(lambda: multiprocessing.Process(group=1)),  # type: ignore[arg-type]
        "own_assertions": _asserts(_own_assertion),
    }


def _asserts(broken: Callable[[], Any]) -> bool:
    try:
        broken()
    except AssertionError:
        return True
    return False


def _own_assertion() -> None:
    assert sys.maxsize < 0


def _psutil() -> str | None:
    try:
        import psutil  # type: ignore[import-untyped, unused-ignore]
    except Exception:
        return None
    return str(psutil.__version__)


# -------------------------------------------------------------------- the processors


def _cpus() -> Facts[str, Any]:
    usable = _affinity()
    return {
        "cpus_online": os.cpu_count(),
        "cpus_usable": len(usable) if usable else os.cpu_count(),
        "all_cpus_usable": len(usable) == os.cpu_count() if usable else None,
        "affinity": usable,
        "can_pin": usable is not None and _works(lambda: _pin(usable)),
        "cpu_quota": _cpu_quota(),
    }


if sys.platform == "win32":

    def _affinity() -> list[int] | None:
        import ctypes

        mask, everywhere = ctypes.c_size_t(), ctypes.c_size_t()
        _kernel32().GetProcessAffinityMask(
            ctypes.c_void_p(-1), ctypes.byref(mask), ctypes.byref(everywhere)
        )  # -1: this process, as GetCurrentProcess gives it
        # A process in several groups of processors (64 in each) has no mask: it reads as 0.
        return [n for n in range(64) if mask.value >> n & 1] or None

    def _pin(cpus: list[int]) -> bool:
        import ctypes

        mask = ctypes.c_size_t(sum(1 << n for n in cpus))
        return bool(_kernel32().SetProcessAffinityMask(ctypes.c_void_p(-1), mask))

else:

    def _affinity() -> list[int] | None:
        # Linux and newer FreeBSDs have it, macOS has not.
        ask = getattr(os, "sched_getaffinity", None)
        return ask and sorted(ask(0))

    def _pin(cpus: list[int]) -> None:
        getattr(os, "sched_setaffinity")(0, cpus)  # noqa: B009  typeshed has it for Linux alone


def _cpu_quota() -> float | None:
    """The tightest cpu.max from our control group up to the root; kernel's cgroup-v2.rst, "CPU Interface Files"."""
    if sys.platform != "linux":  # under Wine, Linux's /proc can be read all the same
        return None
    group = re.search(r"^0::(/.*)$", _read("/proc/self/cgroup") or "", re.M)
    quotas = []
    path = group.group(1) if group else ""
    while path:
        quota, _, period = (_read("/sys/fs/cgroup" + path + "/cpu.max") or "max").partition(" ")
        if quota != "max":
            quotas.append(int(quota) / int(period))
        path = path.rpartition("/")[0]
    return min(quotas, default=None)


# -------------------------------------------------------------------- multiprocessing


def _multiprocessing() -> Facts[str, Any]:
    methods = multiprocessing.get_all_start_methods()
    try:
        # What is made is removed here at once; without this, a tracker process, a whole interpreter, would start.
        from multiprocessing import resource_tracker

        resource_tracker.register = resource_tracker.unregister = lambda *_: None
    except ImportError:
        pass
    limit = None
    try:
        from multiprocessing import synchronize

        limit = getattr(synchronize, "SEM_VALUE_MAX", None)
    except ImportError:  # a system without named semaphores
        pass
    return {
        "start_methods": methods,
        "default_start_method": multiprocessing.get_start_method(),
        "semaphores": _works(_lock),
        "semaphore_max": limit,
        "shared_memory": _works(_share_memory),
    }


def _lock() -> None:
    # The fork context's locks have no name that outlives their making.
    methods = multiprocessing.get_all_start_methods()
    with multiprocessing.get_context("fork" if "fork" in methods else methods[0]).Lock():
        pass


def _share_memory() -> bool:
    from multiprocessing.shared_memory import SharedMemory

    # Its name bears the task's token, by which it is found and removed should this process be ended here.
    made: Any = SharedMemory(name=f"measure_{os.environ.get('PROCSEM_TOKEN') or os.getpid()}", create=True, size=1)
    try:
        seen: Any = SharedMemory(name=made.name)
        made.buf[0] = 7
        same = bool(seen.buf[0] == 7)
        seen.close()
        return same
    finally:
        made.close()
        made.unlink()


# -------------------------------------------------------------------- system and processes


if sys.platform == "win32":

    def _kernel32() -> Any:
        import ctypes

        return ctypes.WinDLL("kernel32")

    def _windows_system() -> Facts[str, Any]:
        import ctypes

        version = ".".join(map(str, sys.getwindowsversion().platform_version or sys.getwindowsversion()[:3]))
        # SYSTEM_INFO begins with the architecture, MEMORYSTATUSEX with its own length; its second 64-bit word is
        # the physical memory (Microsoft's sysinfoapi.h).
        information = (ctypes.c_uint16 * 64)()
        _kernel32().GetNativeSystemInfo(ctypes.byref(information))
        memory = (ctypes.c_uint64 * 8)(64)
        _kernel32().GlobalMemoryStatusEx(ctypes.byref(memory))
        return {
            "system_name": f"Windows {version}",
            "kernel": version,
            "kernel_release": version,
            "machine": {0: "x86", 5: "arm", 9: "x86_64", 12: "arm64"}.get(information[0], str(information[0])),
            "libc": None,
            "musl": False,
            "wine": hasattr(ctypes.WinDLL("ntdll"), "wine_get_version"),
            "own_pid_namespace": False,
            "memory_total": memory[1],
        }

    def _windows_processes() -> Facts[str, Any]:
        import ctypes

        # Nothing is adopted on Windows, and no process 1 is there to do it.
        return {
            "process_1": None,
            "process_1_reaps": None,
            "adopter": None,
            "adopter_reaps_after": None,
            "is_root": _works(lambda: bool(ctypes.WinDLL("shell32").IsUserAnAdmin())),
            "file_limit": None,
            "process_limit": None,
        }

else:

    def _posix_system() -> Facts[str, Any]:
        here = os.uname()
        version = re.match(r"\d+(\.\d+)*", here.release)
        machine = here.machine.lower()
        libc = _libc()
        return {
            "system_name": _system_name(),
            "kernel": version.group() if version else None,
            "kernel_release": here.release,
            "machine": _MACHINES.get(machine, machine),
            "libc": libc,
            "musl": (libc or "").startswith("musl"),
            "wine": False,
            "own_pid_namespace": _own_pid_namespace(),
            "memory_total": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        }

    def _system_name() -> str | None:
        if sys.platform == "darwin":
            import platform

            return "macOS " + platform.mac_ver()[0]
        found = re.search(r"^PRETTY_NAME=[\"']?(.*?)[\"']?$", _read("/etc/os-release") or "", re.M)
        return found.group(1) if found else None

    def _libc() -> str | None:
        try:
            named = os.confstr("CS_GNU_LIBC_VERSION")
        except (ValueError, OSError):
            named = None
        # musl cannot be asked from inside, but its loader says its version when it is run without a program. Which
        # loader that is stands in the interpreter's own file, near its beginning (PT_INTERP in elf(5)).
        loader = None if named else re.search(rb"/[^\0]*/ld-musl-[^\0]+", _beginning("/proc/self/exe"))
        if loader:
            import subprocess

            said = subprocess.run([loader.group()], stderr=subprocess.PIPE, check=False).stderr.decode()
            version = re.search(r"^Version (\S+)", said, re.M)
            return "musl " + version.group(1) if version else "musl"
        return named

    def _beginning(path: str) -> bytes:
        try:
            with open(path, "rb") as file:
                return file.read(4096)
        except OSError:
            return b""

    def _own_pid_namespace() -> bool | None:
        try:
            return os.readlink("/proc/self/ns/pid") != _INITIAL_PID_NAMESPACE
        except OSError:
            # Only Linux has such namespaces; there, not being told is not knowing.
            return None if sys.platform == "linux" else False

    def _posix_processes() -> Facts[str, Any]:
        import resource

        def limit(which: int) -> int | None:
            soft = resource.getrlimit(which)[0]
            return None if soft == resource.RLIM_INFINITY else soft

        adopter = after = None
        try:
            orphan, adopter = _orphan()
            if adopter == os.getpid():  # we are process 1 ourselves: nobody reaps but us
                os.waitpid(orphan, 0)
            else:
                after = _reaped_after(orphan, _PATIENCE)
        except (OSError, AttributeError):
            pass  # some systems have no fork, or forbid it
        return {
            "process_1": _process_1(),
            # Under a subreaper no orphan of ours reaches process 1, so nothing can be seen of it from here.
            "process_1_reaps": after is not None if adopter == 1 else None,
            "adopter": None if adopter is None else "init" if adopter == 1 else "subreaper",
            "adopter_reaps_after": after,
            "is_root": os.geteuid() == 0,
            "file_limit": limit(resource.RLIMIT_NOFILE),
            "process_limit": limit(resource.RLIMIT_NPROC),
        }

    def _process_1() -> str | None:
        if os.path.isdir("/proc/self"):
            return _read("/proc/1/comm")
        import subprocess

        try:
            said = subprocess.run(["ps", "-o", "comm=", "-p", "1"], stdout=subprocess.PIPE, check=False).stdout
        except OSError:
            return None
        return os.path.basename(said.decode(errors="replace").strip()) or None

    def _orphan() -> tuple[int, int]:
        """Make an orphan and let it end: its pid, and the pid of who adopted it. Raises OSError."""
        go_read, go_write = os.pipe()
        say_read, say_write = os.pipe()
        middle = os.fork()
        if not middle:
            try:
                if not os.fork():
                    os.close(go_write)
                    _works(_take_orphans_name)
                    os.read(go_read, 1)
                    os.write(say_write, b"%d %d" % (os.getpid(), os.getppid()))
                    os.read(go_read, 1)
            finally:
                os._exit(0)
        os.close(go_read)
        os.close(say_write)
        try:
            # Its children have been given away when a process can be waited for (Linux's exit_notify, and the same
            # on the BSDs), so what the orphan sees after this is its adopter.
            os.waitpid(middle, 0)
            os.write(go_write, b".")
            orphan, adopter = map(int, os.read(say_read, 64).split() or (0, 0))
        finally:
            os.close(go_write)  # at which the orphan, however far it came, ends
            os.close(say_read)
        if not orphan:
            raise OSError("no orphan could be made")
        return orphan, adopter

    def _take_orphans_name() -> None:
        if sys.platform == "linux":
            with open("/proc/self/comm", "w") as file:
                file.write(_ORPHAN)

    def _reaped_after(orphan: int, patience: float, pause: Callable[[float], Any] = time.sleep) -> float | None:
        """Seconds that its adopter took to reap it, or None when it did not within our patience.

        An adopter that does not leaves its zombie in the process table for as long as it lives itself, and
        nobody else can take it away: the one thing that this script may leave behind.
        """
        began = time.monotonic()
        while (waited := time.monotonic() - began) < patience:
            try:
                os.kill(orphan, 0)  # finds zombies too
            except ProcessLookupError:
                return round(waited, 3)
            except PermissionError:
                pass  # it is there, and another user's
            pause(min(0.001 + waited / 20, 0.02))  # a poll's pause, bounded by the deadline above
        return None

    def _process_1_reaps() -> bool | None:
        """Whether it does; None where another adopts our orphans. Ends with our standard input.

        The zombie of an earlier trial is looked at in the place of a new one. So a process 1 that does not reap gets
        one zombie of us and not one a trial, and is known by it at once.
        """
        import select

        def pause(seconds: float) -> None:
            if select.select([0], [], [], seconds)[0]:
                sys.exit()  # nobody waits for the answer any more

        left = _left_orphan()
        if left:
            orphan, age = left
            return _reaped_after(orphan, 2 * _PATIENCE - age, pause) is not None
        orphan, adopter = _orphan()
        return _reaped_after(orphan, _PATIENCE, pause) is not None if adopter == 1 else None

    def _left_orphan() -> tuple[int, float] | None:
        """Linux: the pid of a zombie that process 1 has of an earlier trial, and its age since its short life began."""
        if sys.platform == "linux":
            for entry in filter(str.isdigit, os.listdir("/proc")):
                name, _, rest = (_read(f"/proc/{entry}/stat") or "").rpartition(")")
                fields = rest.split()  # proc_pid_stat(5), from the third on
                if name.endswith("(" + _ORPHAN) and fields[:2] == ["Z", "1"]:
                    now = time.clock_gettime(time.CLOCK_BOOTTIME)
                    return int(entry), now - int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return None


# -------------------------------------------------------------------- what can be done here


def _trials() -> Facts[str, Any]:
    return {
        "pidfd": _works(_signal_through_pidfd),
        "subreaper": _works(_adopt),
        "ptrace": _works(_trace),
        "proc_smaps": sys.platform == "linux" and bool(_read("/proc/self/smaps_rollup")),
        "pty": _works(_open_terminal),
    }


def _open_terminal() -> None:
    for descriptor in getattr(os, "openpty")():  # noqa: B009  not on Windows
        os.close(descriptor)


if sys.platform == "linux":
    # linux/prctl.h and linux/ptrace.h
    _PR_SET_CHILD_SUBREAPER = 36
    _PTRACE_SEIZE = 0x4206

    def _libc_function(name: str) -> Any:
        import ctypes

        function = ctypes.CDLL(None)[name]
        function.argtypes = [ctypes.c_long] * 5
        function.restype = ctypes.c_long
        return function

    def _signal_through_pidfd() -> None:
        import signal

        descriptor = os.pidfd_open(os.getpid())
        try:
            signal.pidfd_send_signal(descriptor, 0)  # type: ignore[arg-type, unused-ignore]
        finally:
            os.close(descriptor)

    def _adopt() -> bool:
        prctl = _libc_function("prctl")
        if prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
            return False
        try:
            orphan, adopter = _orphan()
            if adopter == os.getpid():
                os.waitpid(orphan, 0)
            return adopter == os.getpid()
        finally:
            prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)

    def _trace() -> bool:
        ptrace = _libc_function("ptrace")
        read, write = os.pipe()
        child = os.fork()
        if not child:
            try:
                os.close(write)
                os.read(read, 1)
            finally:
                os._exit(0)
        os.close(read)
        try:
            return bool(ptrace(_PTRACE_SEIZE, child, 0, 0, 0) == 0)
        finally:
            os.close(write)
            os.waitpid(child, 0)

else:

    def _signal_through_pidfd() -> bool:
        return False

    _adopt = _trace = _signal_through_pidfd


# -------------------------------------------------------------------- the report


def main(arguments: list[str]) -> None:
    if sys.platform != "win32" and arguments == ["--process-1"]:
        print(json.dumps(_process_1_reaps()))
        return
    if arguments and (len(arguments) != 2 or arguments[0] != "--report"):
        sys.exit("usage: measure.py [--report FILE | --process-1]")
    facts = measure()
    if not arguments:
        for name, value in facts.items():
            print(f"{name:22} {json.dumps(value, ensure_ascii=False)}")
        return
    report = arguments[1]
    draft = f"{report}.{os.getpid()}"
    with open(draft, "w", encoding="utf-8") as file:
        json.dump(facts, file)
    os.replace(draft, report)


if __name__ == "__main__":
    main(sys.argv[1:])
