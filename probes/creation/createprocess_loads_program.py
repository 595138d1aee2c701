"""On Windows one call, CreateProcess, creates the process and loads its program, before any of the program has run.

The child is created suspended, so that it can be examined before its first instruction, and is then resumed.
"""

import ctypes
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main

# winbase.h, minwinbase.h
CREATE_SUSPENDED = 0x4
CREATE_NO_WINDOW = 0x08000000
STILL_ACTIVE = 259


def system_call(name, *types):
    function = getattr(ctypes.WinDLL("kernel32"), name)
    function.argtypes = types
    return function


def image_of(process):
    """Return the file name of the program that is loaded in the process with this handle."""
    path, size = ctypes.create_unicode_buffer(1024), ctypes.c_ulong(1024)
    query = system_call(
        "QueryFullProcessImageNameW", ctypes.c_void_p, ctypes.c_ulong, ctypes.c_wchar_p, ctypes.POINTER(ctypes.c_ulong)
    )
    return os.path.basename(path.value).lower() if query(process, 0, path, ctypes.byref(size)) else "none"


def create(arm, program, arguments):
    """Create a process that runs this program, examine it before it runs, and let it run to its end."""
    import _winapi

    calls = []
    sys.addaudithook(lambda event, _: calls.append(event) if event == "_winapi.CreateProcess" else None)
    line, flags = f'"{program}" {arguments}', CREATE_SUSPENDED | CREATE_NO_WINDOW
    try:
        process, thread, pid, _ = _winapi.CreateProcess(program, line, None, None, False, flags, None, None, None)
    except OSError as error:
        arm.record(calls=len(calls), error=type(error).__name__, image_before_it_ran="none", exit_code=None)
        return
    try:
        arm.event("child", "started", pid, "suspended")
        arm.record(calls=len(calls), error="none", image_before_it_ran=image_of(process))
        system_call("ResumeThread", ctypes.c_void_p)(thread)
        _winapi.WaitForSingleObject(process, int(TIMEOUT * 1000))
        arm.record(exit_code=_winapi.GetExitCodeProcess(process))
        arm.event("child", "ended", pid)
    finally:
        if _winapi.GetExitCodeProcess(process) == STILL_ACTIVE:
            _winapi.TerminateProcess(process, 1)
        _winapi.CloseHandle(thread)
        _winapi.CloseHandle(process)


def experiment(arm):
    create(arm, os.environ["COMSPEC"], "/d /c exit 7")


def our_own(arm):
    """The same call with another program: the measurement can tell programs apart."""
    create(arm, sys._base_executable, '-I -S -c "raise SystemExit(8)"')


def missing(arm):
    """Without a program to load, no process is created."""
    create(arm, os.path.join(arm.folder(), "missing.exe"), "")


if __name__ == "__main__":
    main(experiment, our_own, missing)
