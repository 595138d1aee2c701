"""A block of shared memory is larger than the file system at /dev/shm, as it may be in a container.

Each arm runs a program that has a file system of its own there. A child, the worker of an executor and the program
itself write to every byte of a block. In the control the block fits. The remedies reserve the room, take the memory
from elsewhere, or look first.
"""

import errno
import mmap
import os
import shutil
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import Process, RawArray
from multiprocessing.shared_memory import SharedMemory

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, outcome_of, own_shm, prepare_for_crash, report_outcome, symptoms

PAGE = mmap.PAGESIZE
ROOM, FITS, TOO_LARGE = 64, 16, 256
"""The pages of the file system, of a block that fits and of one that does not. Each semaphore takes one page."""


def too_large(arm):
    write(arm, TOO_LARGE)


def fits(arm):
    write(arm, FITS)


def write(arm, pages):
    arm.launch(program, "in_child_and_worker", pages)
    peer = arm.expect("program")
    arm.record(**peer.details["result"]["written"])
    for symptom in peer.details["result"]["symptoms"]:
        arm.symptom(**symptom)
    peer.leave()
    peer.wait_end()
    arm.record(by_program=said(arm.wait_exit_code(arm.launch(fill_here, pages))))
    for fact, where, name in (("by_child", "child", "child"), ("by_program", "parent", "program")):
        if arm.facts[fact] == "SIGBUS":
            arm.symptom("silence", where, text=f"the {name} is killed by SIGBUS, and no traceback is printed")


def program(address, action, pages):
    own_shm.with_room(ROOM)
    report_outcome(address, "program", globals()[action], pages * PAGE)


def fill_here(_address, pages):
    own_shm.with_room(ROOM)
    in_block(pages * PAGE, fill)


def in_child_and_worker(size):
    by_child = in_block(size, write_in_child)
    by_executor, found = in_block(size, write_in_worker)
    return {"written": {"by_child": by_child, "by_executor": by_executor}, "symptoms": found}


def reserve_room(arm):
    remedy(arm, "fill_reserved")


def array(arm):
    remedy(arm, "fill_array")


def look_first(arm):
    remedy(arm, "compare_with_room")


def remedy(arm, action):
    arm.launch(program, action, TOO_LARGE)
    peer = arm.expect("program")
    error = outcome_of(arm, peer)
    arm.record(**(peer.details["result"] if error == "none" else {"error": error}))
    peer.leave()
    peer.wait_end()


def in_block(size, action):
    block = SharedMemory(create=True, size=size)
    try:
        return action(block.name, size)
    finally:
        block.close()
        block.unlink()


def fill(name, size):
    prepare_for_crash()
    block = SharedMemory(name)
    block.buf[:size] = b"x" * size
    block.close()


def write_in_child(name, size, target=fill):
    process = Process(target=target, args=(name, size))
    process.start()
    process.join()
    return said(process.exitcode)


def write_in_worker(name, size):
    try:
        with ProcessPoolExecutor(1) as executor:
            executor.submit(fill, name, size).result()
    except BrokenProcessPool as error:
        return type(error).__name__, [symptoms.raised(error, "parent")]
    return "done", []


def said(exit_code):
    return {0: "done", -signal.SIGBUS: "SIGBUS"}.get(exit_code, exit_code)


# --8<-- [start:reserve-room]
def make_block(size):
    """Make a block of which every page exists. Raises OSError if there is too little space."""
    block = SharedMemory(create=True, size=size)
    try:
        with open(f"/dev/shm/{block.name}", "r+b") as file:
            code = os.posix_fallocate(file.fileno(), 0, size)
        if code:  # PyPy returns the number of the error
            raise OSError(code, os.strerror(code))
    except OSError:
        block.close()
        block.unlink()
        raise
    return block


# --8<-- [end:reserve-room]


def fill_reserved(size):
    try:
        make_block(size)
    except OSError as error:
        refused = error.errno == errno.ENOSPC
    fitting = FITS * PAGE
    block = make_block(fitting)
    written = write_in_child(block.name, fitting)
    block.close()
    block.unlink()
    return {"refused": refused, "by_child": written}


def fill_array(size):
    # --8<-- [start:array]
    values = RawArray("b", size)
    # --8<-- [end:array]
    return {"by_child": write_in_child(values, size, fill_values)}


def fill_values(values, size):
    prepare_for_crash()
    memoryview(values).cast("B")[:] = b"x" * size


# --8<-- [start:look-first]
def fits_into_shared_memory(size):
    return size <= shutil.disk_usage("/dev/shm").free


# --8<-- [end:look-first]


def compare_with_room(size):
    return {"fits": fits_into_shared_memory(FITS * PAGE), "too_large": fits_into_shared_memory(size)}


if __name__ == "__main__":
    main(too_large, fits, reserve_room, array, look_first)
