"""On Windows a parent ends before its child: does the child get a new parent, or end too?

In a control a job ties the child to the parent: the job ends with its last handle.
"""

import ctypes
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, start_program, stay, table


def parent(address, ties):
    program = start_program(child, address)
    if ties:
        # --8<-- [start:job]
        tie(program)  # a Popen object
        # --8<-- [end:job]
    if check_in(address, "parent").serve() == "at once":
        os._exit(0)
    program.wait()


def child(address):
    stay(address, "child")


# --8<-- [start:job]
class Limits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION of winnt.h; only a basic field is set here."""

    _fields_ = [
        ("times", ctypes.c_int64 * 2),
        ("flags", ctypes.c_uint32),
        ("working_set", ctypes.c_size_t * 2),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("classes", ctypes.c_uint32 * 2),
        ("counters", ctypes.c_uint64 * 6),
        ("memory", ctypes.c_size_t * 4),
    ]


def tie(program):
    """Put a process into a job that ends with this process, because no other process has the job's handle."""
    kernel32 = ctypes.WinDLL("kernel32")
    kernel32.CreateJobObjectW.restype = ctypes.c_void_p
    job = ctypes.c_void_p(kernel32.CreateJobObjectW(None, None))
    limits = Limits(flags=0x2000)  # JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
    # 9 is JobObjectExtendedLimitInformation.
    if not kernel32.SetInformationJobObject(job, 9, ctypes.byref(limits), ctypes.sizeof(limits)):
        raise ctypes.WinError()
    if not kernel32.AssignProcessToJobObject(job, ctypes.c_void_p(int(program._handle))):
        raise ctypes.WinError()


# --8<-- [end:job]


def family(arm, ties=False):
    arm.launch(parent, ties)
    peers = arm.expect("parent"), arm.expect("child")
    arm.record(parent_at_first=arm.name_of(peers[1].parent()))
    return peers


def record_child(arm, child):
    if not child.answers():
        arm.record(child="ended", parent=None, parent_lives=None)
        return
    parent = child.parent()
    arm.record(child="lives", parent=arm.name_of(parent), parent_lives=table.read(parent) is not None)


def experiment(arm):
    parent, child = family(arm)
    parent.leave("at once")
    parent.wait_end()
    record_child(arm, child)


def parent_stays(arm):
    parent, child = family(arm)
    record_child(arm, child)
    for peer in (child, parent):
        peer.leave()


def tied(arm):
    """A job does make a hierarchy."""
    parent, child = family(arm, ties=True)
    parent.leave("at once")
    parent.wait_end()
    try:
        child.wait_end()
    except TimeoutError:
        pass
    record_child(arm, child)


if __name__ == "__main__":
    main(experiment, parent_stays, tied)
