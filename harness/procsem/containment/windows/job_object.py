"""A Windows Job object: a group of processes that a process cannot leave and that ends with the last handle to it.

Source: Microsoft, "Job Objects", and the pages of the functions and structures named here.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from enum import IntEnum
from pathlib import PureWindowsPath
from typing import Any, NamedTuple

assert sys.platform == "win32"  # mypy checks the rest of this module for this platform only

# SetInformationJobObject and QueryInformationJobObject: JOBOBJECTINFOCLASS
_BASIC_ACCOUNTING = 1
_BASIC_PROCESS_ID_LIST = 3
_ASSOCIATE_COMPLETION_PORT = 7
_EXTENDED_LIMIT = 9

# JOBOBJECT_BASIC_LIMIT_INFORMATION.LimitFlags
_LIMIT_ACTIVE_PROCESS = 0x0008
_LIMIT_KILL_ON_JOB_CLOSE = 0x2000

_QUERY_LIMITED_INFORMATION = 0x1000
_ERROR_MORE_DATA = 234
_INVALID_HANDLE = ctypes.c_void_p(-1).value
_WAIT_TIMEOUT = 258


class MessageKind(IntEnum):
    """The kinds of messages of a port. All numbers except the first are from JOBOBJECT_ASSOCIATE_COMPLETION_PORT."""

    WAKE = 0
    """:meth:`Port.wake` was called."""
    ACTIVE_PROCESS_LIMIT = 3
    NEW_PROCESS = 6
    EXIT_PROCESS = 7
    ABNORMAL_EXIT_PROCESS = 8


class Message(NamedTuple):
    """A message of a job."""

    job: int
    """The number that the job was created with."""
    kind: int
    """A :class:`MessageKind` or another number."""
    pid: int


class _BasicLimits(ctypes.Structure):
    _fields_ = (
        ("PerProcessUserTimeLimit", wintypes.LARGE_INTEGER),
        ("PerJobUserTimeLimit", wintypes.LARGE_INTEGER),
        ("LimitFlags", wintypes.DWORD),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", wintypes.DWORD),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", wintypes.DWORD),
        ("SchedulingClass", wintypes.DWORD),
    )


class _ExtendedLimits(ctypes.Structure):
    _fields_ = (
        ("BasicLimitInformation", _BasicLimits),
        ("IoInfo", ctypes.c_ulonglong * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


class _Accounting(ctypes.Structure):
    _fields_ = (
        ("TotalUserTime", wintypes.LARGE_INTEGER),
        ("TotalKernelTime", wintypes.LARGE_INTEGER),
        ("ThisPeriodTotalUserTime", wintypes.LARGE_INTEGER),
        ("ThisPeriodTotalKernelTime", wintypes.LARGE_INTEGER),
        ("TotalPageFaultCount", wintypes.DWORD),
        ("TotalProcesses", wintypes.DWORD),
        ("ActiveProcesses", wintypes.DWORD),
        ("TotalTerminatedProcesses", wintypes.DWORD),
    )


class _PortAssociation(ctypes.Structure):
    _fields_ = (("CompletionKey", ctypes.c_void_p), ("CompletionPort", wintypes.HANDLE))


def _function(name: str, result: Any, *arguments: Any) -> Any:
    function = getattr(_kernel32, name)
    function.restype, function.argtypes = result, arguments
    return function


_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_close = _function("CloseHandle", wintypes.BOOL, wintypes.HANDLE)
_create_job = _function("CreateJobObjectW", wintypes.HANDLE, ctypes.c_void_p, wintypes.LPCWSTR)
_assign = _function("AssignProcessToJobObject", wintypes.BOOL, wintypes.HANDLE, wintypes.HANDLE)
_terminate = _function("TerminateJobObject", wintypes.BOOL, wintypes.HANDLE, wintypes.UINT)
_set = _function(
    "SetInformationJobObject", wintypes.BOOL, wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD
)
_query = _function(
    "QueryInformationJobObject",
    wintypes.BOOL,
    wintypes.HANDLE,
    ctypes.c_int,
    ctypes.c_void_p,
    wintypes.DWORD,
    ctypes.c_void_p,
)
_create_port = _function(
    "CreateIoCompletionPort", wintypes.HANDLE, wintypes.HANDLE, wintypes.HANDLE, ctypes.c_size_t, wintypes.DWORD
)
_post = _function(
    "PostQueuedCompletionStatus", wintypes.BOOL, wintypes.HANDLE, wintypes.DWORD, ctypes.c_size_t, ctypes.c_void_p
)
_get = _function(
    "GetQueuedCompletionStatus",
    wintypes.BOOL,
    wintypes.HANDLE,
    ctypes.POINTER(wintypes.DWORD),
    ctypes.POINTER(ctypes.c_size_t),
    ctypes.POINTER(ctypes.c_void_p),
    wintypes.DWORD,
)

_open = _function("OpenProcess", wintypes.HANDLE, wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
_image = _function(
    "QueryFullProcessImageNameW",
    wintypes.BOOL,
    wintypes.HANDLE,
    wintypes.DWORD,
    wintypes.LPWSTR,
    ctypes.POINTER(wintypes.DWORD),
)


def name_of(pid: int) -> str:
    """Return the file name of a process's program, or an empty string if the process is gone."""
    if not (process := _open(_QUERY_LIMITED_INFORMATION, False, pid)):
        return ""
    try:
        size = wintypes.DWORD(1 << 15)  # the longest path of Windows
        path = ctypes.create_unicode_buffer(size.value)
        return PureWindowsPath(path.value).name if _image(process, 0, path, ctypes.byref(size)) else ""
    finally:
        _close(process)


def _check(done: Any) -> None:
    if not done:
        raise ctypes.WinError(ctypes.get_last_error())


class Port:
    """An I/O completion port that receives the messages of jobs. Windows does not guarantee that each one arrives."""

    def __init__(self) -> None:
        self.handle = _create_port(_INVALID_HANDLE, None, 0, 1)
        _check(self.handle)

    def wake(self) -> None:
        """Let :meth:`wait` return. Any thread may call this."""
        _check(_post(self.handle, MessageKind.WAKE, 0, None))

    def wait(self, seconds: float) -> Message | None:
        """Return the next message, or None after the timeout."""
        kind, job, pid = wintypes.DWORD(), ctypes.c_size_t(), ctypes.c_void_p()
        milliseconds = max(0, int(seconds * 1000))
        if _get(self.handle, ctypes.byref(kind), ctypes.byref(job), ctypes.byref(pid), milliseconds):
            return Message(job.value, kind.value, pid.value or 0)
        if (error := ctypes.get_last_error()) != _WAIT_TIMEOUT:
            raise ctypes.WinError(error)
        return None

    def close(self) -> None:
        """Close the port."""
        if self.handle:
            _close(self.handle)
            self.handle = None


class Job:
    """One job. Closing it, or the end of this process, kills every process in it."""

    def __init__(self, port: Port, number: int, max_processes: int) -> None:
        """Create a job. ``number`` identifies it in the port's messages."""
        self._handle = _create_job(None, None)  # without a name, and not inherited
        _check(self._handle)
        try:
            association = _PortAssociation(number, port.handle)
            self._set(_ASSOCIATE_COMPLETION_PORT, association)
            limits = _ExtendedLimits()
            limits.BasicLimitInformation.LimitFlags = _LIMIT_KILL_ON_JOB_CLOSE | _LIMIT_ACTIVE_PROCESS
            limits.BasicLimitInformation.ActiveProcessLimit = max_processes
            self._set(_EXTENDED_LIMIT, limits)
        except OSError:
            self.close()
            raise

    def assign(self, process_handle: int) -> None:
        """Add a process to the job. Every process that it starts afterwards is in the job too."""
        _check(_assign(self._handle, process_handle))

    def terminate(self, code: int) -> None:
        """Kill every process in the job, with this exit code."""
        _check(_terminate(self._handle, code))

    def alive(self) -> int:
        """Return the number of processes in the job."""
        return int(self._accounting().ActiveProcesses)

    def cpu_seconds(self) -> float | None:
        """Return the user and system time of all processes of the job, or None if it is not counted (Wine)."""
        accounting = self._accounting()
        if not accounting.TotalProcesses or not (accounting.TotalUserTime or accounting.TotalKernelTime):
            return None
        return float(accounting.TotalUserTime + accounting.TotalKernelTime) / 1e7

    def pids(self) -> list[int]:
        """Return the pids of the processes in the job."""
        capacity = 64
        while True:

            class IdList(ctypes.Structure):
                _fields_ = (
                    ("NumberOfAssignedProcesses", wintypes.DWORD),
                    ("NumberOfProcessIdsInList", wintypes.DWORD),
                    ("ProcessIdList", ctypes.c_size_t * capacity),
                )

            found = IdList()
            if _query(self._handle, _BASIC_PROCESS_ID_LIST, ctypes.byref(found), ctypes.sizeof(found), None):
                return list(found.ProcessIdList[: found.NumberOfProcessIdsInList])
            if (error := ctypes.get_last_error()) != _ERROR_MORE_DATA:
                raise ctypes.WinError(error)
            capacity *= 4

    def close(self) -> None:
        """Close the job, which kills every process in it."""
        if self._handle:
            _close(self._handle)
            self._handle = None

    def _set(self, kind: int, value: ctypes.Structure) -> None:
        _check(_set(self._handle, kind, ctypes.byref(value), ctypes.sizeof(value)))

    def _accounting(self) -> _Accounting:
        value = _Accounting()
        _check(_query(self._handle, _BASIC_ACCOUNTING, ctypes.byref(value), ctypes.sizeof(value), None))
        return value
