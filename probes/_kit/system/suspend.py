"""Stop a process at any point, and let it go on."""

import os
import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel32.OpenProcess.restype = wintypes.HANDLE
    _SUSPEND_RESUME = 0x0800  # PROCESS_SUSPEND_RESUME

    def suspend(pid):
        """Stop a process. It may take a moment until it has stopped."""
        _call("NtSuspendProcess", pid)

    def resume(pid):
        """Let a stopped process go on."""
        _call("NtResumeProcess", pid)

    def _call(function, pid):
        handle = wintypes.HANDLE(_kernel32.OpenProcess(_SUSPEND_RESUME, False, pid))
        if not handle.value:
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            status = getattr(ctypes.WinDLL("ntdll"), function)(handle)
        finally:
            _kernel32.CloseHandle(handle)
        if status:
            raise OSError(f"{function}: status {status & 0xFFFFFFFF:#x}")

else:
    import signal

    def suspend(pid):
        os.kill(pid, signal.SIGSTOP)

    def resume(pid):
        os.kill(pid, signal.SIGCONT)
