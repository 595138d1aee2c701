"""An error ends a program in the middle of its work: can an except clause keep the program alive?

A division by zero raises an exception. An access to memory that does not exist, or an illegal instruction, is refused
by the processor. The system then ends the process, and no more code of the program runs. Each program prints what it
still does.
"""

import atexit
import ctypes
import mmap
import os
import sys
import sysconfig
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PIPES, TIMEOUT, main, prepare_for_crash, wait_program


def say(words):
    print(words, flush=True)


# ---------------------------------------------------------------- the errors


def divide(by):
    return 1 / by


NOWHERE = 16
"""An address that no system maps: the first page is kept free, so that the use of a null pointer is detected."""

somewhere = ctypes.c_int(7)


def read_memory(exists):
    """Have the interpreter itself read at the address."""
    return ctypes.c_int.from_address(ctypes.addressof(somewhere) if exists else NOWHERE).value


def read_memory_in_c(exists):
    """Have a C function read at the address; ctypes may handle the error of such a call."""
    ctypes.memmove(ctypes.create_string_buffer(4), ctypes.addressof(somewhere) if exists else NOWHERE, 4)


def run_instruction(legal):
    """Have the processor run a function of one instruction."""
    address = instruction_at(legal)
    if sys.platform != "win32":
        ctypes.CFUNCTYPE(None)(address)()
        return
    # In a thread of its own, because ctypes turns this error into an OSError in a call of its own.
    kernel32 = ctypes.WinDLL("kernel32")
    kernel32.CreateThread.restype = ctypes.c_void_p
    thread = kernel32.CreateThread(None, ctypes.c_size_t(0), ctypes.c_void_p(address), None, 0, None)
    kernel32.WaitForSingleObject(ctypes.c_void_p(thread), int(TIMEOUT * 1000))


# The instruction that each architecture keeps permanently undefined (ud2, udf), and the one that returns.
INSTRUCTIONS = {
    "x86_64": {False: b"\x0f\x0b", True: b"\xc3"},
    "arm64": {False: b"\x00\x00\x00\x00", True: b"\xc0\x03\x5f\xd6"},
}


def machine():
    """Return the architecture of this interpreter, which another processor may emulate."""
    name = sysconfig.get_platform().rpartition("-")[2] if sys.platform == "win32" else os.uname().machine
    return {"amd64": "x86_64", "aarch64": "arm64"}.get(name, name)


if sys.platform == "win32":

    def instruction_at(legal):
        """Write the instruction into new memory, make that executable, and return the address."""
        kernel32 = ctypes.WinDLL("kernel32")
        kernel32.VirtualAlloc.restype = ctypes.c_void_p
        code = INSTRUCTIONS[machine()][legal]
        size = ctypes.c_size_t(mmap.PAGESIZE)
        address = kernel32.VirtualAlloc(None, size, 0x3000, 0x04)  # MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE
        ctypes.memmove(address, code, len(code))
        before = ctypes.c_ulong()
        if not kernel32.VirtualProtect(ctypes.c_void_p(address), size, 0x20, ctypes.byref(before)):  # PAGE_EXECUTE_READ
            raise ctypes.WinError()
        kernel32.FlushInstructionCache(ctypes.c_void_p(-1), ctypes.c_void_p(address), size)
        return address

elif sys.platform == "darwin":

    def instruction_at(legal):
        """Find the instruction in existing code, because macOS may refuse to run unsigned code."""
        library = ctypes.CDLL(None)
        if legal:
            return ctypes.cast(library.getpid, ctypes.c_void_p).value
        if machine() == "arm64":
            # A program's header is mapped with its code, and the last word of mach_header_64 is 0, which is udf.
            library._dyld_get_image_header.restype = ctypes.c_void_p
            return library._dyld_get_image_header(0) + 28
        start = ctypes.cast(library.abort, ctypes.c_void_p).value
        return start + ctypes.string_at(start, 1 << 20).index(INSTRUCTIONS["x86_64"][False])

else:
    memory = []  # keeps the pages mapped

    def instruction_at(legal):
        """Write the instruction into new memory, make that executable, and return the address.

        In two steps, because a page may be either writable or executable, and because the change makes the kernel
        update the instruction caches where the processor does not.
        """
        page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
        memory.append(page)
        page.write(INSTRUCTIONS[machine()][legal])
        address = ctypes.addressof(ctypes.c_char.from_buffer(page))
        library = ctypes.CDLL(None, use_errno=True)
        if library.mprotect(ctypes.c_void_p(address), ctypes.c_size_t(mmap.PAGESIZE), mmap.PROT_READ | mmap.PROT_EXEC):
            raise OSError(ctypes.get_errno(), "mprotect")
        return address


ERRORS = {function.__name__: function for function in (divide, read_memory, read_memory_in_c, run_instruction)}
CLAUSES = {"every exception": BaseException, "another exception": KeyError, "none": ()}


def program(_, error, argument, clause):
    prepare_for_crash()
    atexit.register(say, "exit handler")
    try:
        ERRORS[error](argument)
    except CLAUSES[clause] as caught_error:
        say(f"caught {type(caught_error).__name__}")
    say("went on")


def attempt(arm, error, argument, clause="every exception"):
    """Run a program that does this in a try statement with this clause; record its end and what it still did."""
    end = wait_program(arm, arm.launch(program, error.__name__, argument, clause, **PIPES))
    caught = [line.partition(" ")[2] for line in end.lines if line.startswith("caught ")]
    arm.record(
        exit_code=end.exit_code,
        caught=caught[0] if caught else "nothing",
        went_on="went on" in end.lines,
        exit_handler_ran="exit handler" in end.lines,
    )
    if not arm.facts["went_on"] and not end.errors:
        arm.symptom("silence", "parent", text=f"no traceback, and exit code {end.exit_code}")


# ---------------------------------------------------------------- an exception


def uncaught(arm):
    attempt(arm, divide, 0, clause="none")


def caught(arm):
    attempt(arm, divide, 0)


def divisible(arm):
    attempt(arm, divide, 1, clause="none")


def other_clause(arm):
    """The except clause is for another exception."""
    attempt(arm, divide, 0, clause="another exception")


# ---------------------------------------------------------------- memory that does not exist


def no_memory(arm):
    attempt(arm, read_memory, False)


def no_memory_in_c(arm):
    attempt(arm, read_memory_in_c, False)


def memory_there(arm):
    attempt(arm, read_memory, True)


def memory_there_in_c(arm):
    attempt(arm, read_memory_in_c, True)


# ---------------------------------------------------------------- the error in a process of its own


def isolating_program(_, error, argument):
    # --8<-- [start:own-process]
    process = Process(target=crash, args=(error, argument))
    process.start()
    process.join()
    if process.exitcode != 0:
        print("it has crashed, with exit code", process.exitcode)
    # --8<-- [end:own-process]
    say("went on")


def crash(error, argument):
    prepare_for_crash()
    ERRORS[error](argument)


def isolate(arm, error):
    end = wait_program(arm, arm.launch(isolating_program, error.__name__, False, **PIPES))
    arm.record(
        exit_code=end.exit_code,
        crashed=any(line.startswith("it has crashed") for line in end.lines),
        went_on="went on" in end.lines,
    )


def own_process(arm):
    isolate(arm, read_memory)


def own_process_and_instruction(arm):
    isolate(arm, run_instruction)


# ---------------------------------------------------------------- an illegal instruction


def illegal(arm):
    attempt(arm, run_instruction, False)


def legal(arm):
    attempt(arm, run_instruction, True)


if __name__ == "__main__":
    main(
        uncaught,
        caught,
        divisible,
        other_clause,
        no_memory,
        no_memory_in_c,
        memory_there,
        memory_there_in_c,
        illegal,
        legal,
        own_process,
        own_process_and_instruction,
    )
