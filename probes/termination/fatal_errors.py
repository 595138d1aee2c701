"""What ends a program in the middle of its work, and whether an except clause around it keeps the program alive.

A division by zero raises an exception. Memory that does not exist, or an instruction that is none, the processor
itself refuses: the system then ends the process, and nothing of the program runs any more. Each program says what it
still does.
"""

import atexit
import ctypes
import mmap
import os
import sys
import sysconfig

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PIPES, TIMEOUT, main, prepare_for_crash, wait_program


def say(words):
    print(words, flush=True)


# ---------------------------------------------------------------- what may go wrong


def divide(by):
    return 1 / by


NOWHERE = 16
"""An address where no system maps anything: the first page is kept free, so that null pointers are found out."""

somewhere = ctypes.c_int(7)


def read_memory(exists):
    """By the interpreter itself: it reads at whatever address it is given."""
    return ctypes.c_int.from_address(ctypes.addressof(somewhere) if exists else NOWHERE).value


def read_memory_in_c(exists):
    """By a function of C that is called: there ctypes may have a hand in."""
    ctypes.memmove(ctypes.create_string_buffer(4), ctypes.addressof(somewhere) if exists else NOWHERE, 4)


def run_instruction(legal):
    """Have the processor run a function that is one instruction."""
    address = instruction_at(legal)
    if sys.platform != "win32":
        ctypes.CFUNCTYPE(None)(address)()
        return
    # In a thread of its own: of a call by ctypes, ctypes turns such an end into an OSError.
    kernel32 = ctypes.WinDLL("kernel32")
    kernel32.CreateThread.restype = ctypes.c_void_p
    thread = kernel32.CreateThread(None, ctypes.c_size_t(0), ctypes.c_void_p(address), None, 0, None)
    kernel32.WaitForSingleObject(ctypes.c_void_p(thread), int(TIMEOUT * 1000))


# The instruction that each architecture keeps undefined for good (ud2, udf), and the one that returns.
INSTRUCTIONS = {
    "x86_64": {False: b"\x0f\x0b", True: b"\xc3"},
    "arm64": {False: b"\x00\x00\x00\x00", True: b"\xc0\x03\x5f\xd6"},
}


def machine():
    """Of this interpreter, which another processor may be emulating."""
    name = sysconfig.get_platform().rpartition("-")[2] if sys.platform == "win32" else os.uname().machine
    return {"amd64": "x86_64", "aarch64": "arm64"}.get(name, name)


if sys.platform == "win32":

    def instruction_at(legal):
        """The address of the instruction: written into memory of our own, which is then made executable."""
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
        """Found in code that is there already: macOS may refuse to run what is not signed."""
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
    memory = []  # keeps what is mapped

    def instruction_at(legal):
        """The address of the instruction: written into memory of our own, which is then made executable.

        In two steps, for a page may be writable or executable, and because the change has the kernel see to the
        caches of instructions where the processor does not.
        """
        page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
        memory.append(page)
        page.write(INSTRUCTIONS[machine()][legal])
        address = ctypes.addressof(ctypes.c_char.from_buffer(page))
        library = ctypes.CDLL(None, use_errno=True)
        if library.mprotect(ctypes.c_void_p(address), ctypes.c_size_t(mmap.PAGESIZE), mmap.PROT_READ | mmap.PROT_EXEC):
            raise OSError(ctypes.get_errno(), "mprotect")
        return address


DEEDS = {function.__name__: function for function in (divide, read_memory, read_memory_in_c, run_instruction)}
CLAUSES = {"every exception": BaseException, "another exception": KeyError, "none": ()}


def program(_, deed, argument, clause):
    prepare_for_crash()
    atexit.register(say, "exit handler")
    try:
        DEEDS[deed](argument)
    except CLAUSES[clause] as error:
        say(f"caught {type(error).__name__}")
    say("went on")


def attempt(arm, deed, argument, clause="every exception"):
    """Run a program that does this under such an except clause, and record how it ends and what it still did."""
    end = wait_program(arm, arm.launch(program, deed.__name__, argument, clause, **PIPES))
    caught = [line.partition(" ")[2] for line in end.lines if line.startswith("caught ")]
    arm.record(
        exit_code=end.exit_code,
        caught=caught[0] if caught else "nothing",
        went_on="went on" in end.lines,
        exit_handler_ran="exit handler" in end.lines,
    )


# ---------------------------------------------------------------- an exception


def uncaught(arm):
    attempt(arm, divide, 0, clause="none")


def caught(arm):
    attempt(arm, divide, 0)


def divisible(arm):
    attempt(arm, divide, 1, clause="none")


def other_clause(arm):
    """An except clause is there, for another exception."""
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


# ---------------------------------------------------------------- an instruction that is none


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
    )
