"""Make records of what a user would see: an exception, the last traceback in a text, a stack.

Use them as ``arm.symptom(**raised(error, "parent"))`` or ``arm.symptom(**printed(stderr, "child"))``.
"""

import errno
import os
import re


_LIBRARY = os.path.dirname(os.__file__)
_TRACEBACK = "Traceback (most recent call last):"
_FRAME = re.compile(r'^  File "(.+)", line \d+, in (.+)$')
_WARNING = re.compile(r"^.+:\d+: (\w*Warning): (.*)$")
_MEMORY_SHORT = re.compile(
    r"(?m)^.*(?:\bMemoryError\b|Cannot allocate memory|can't start new thread|failed to map segment|out of memory).*$"
)
_STACK_FRAME = re.compile(r'^  File "(.+)", line \d+ in (.+)$')


def raise_if_memory_is_short(error):
    """Raise an error again that only says that memory or threads are short, so that the probe fails."""
    if (
        isinstance(error, MemoryError)
        or (isinstance(error, OSError) and error.errno == errno.ENOMEM)
        or (isinstance(error, RuntimeError) and "can't start new thread" in str(error))
    ):
        raise error


def raise_if_text_says_memory_is_short(text):
    """Raise MemoryError if a process has printed that memory or threads are short, so that the probe fails.

    The harness looks for the same words in what it sees.
    """
    said = _MEMORY_SHORT.search(text)
    if said:
        raise MemoryError(f"a process printed: {said[0].strip()}")


def raised(error, where):
    """Return the record of an exception that was caught in this process. Lack of memory is raised again."""
    raise_if_memory_is_short(error)
    frames = []
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append((code.co_filename, code.co_name))
        traceback = traceback.tb_next
    return {
        "kind": "exception",
        "where": where,
        "type": type(error).__name__,
        "text": str(error),
        "frames": library_frames(frames),
    }


def printed(text, where):
    """Return the record of the last traceback in what a process has printed. Raises ValueError if there is none."""
    _, found, last = text.rpartition(_TRACEBACK)
    if not found:
        raise ValueError(f"no traceback in {text[-200:]!r}")
    frames, message = [], None
    for line in last.splitlines()[1:]:
        match = _FRAME.match(line)
        if match:
            frames.append(match.groups())
        elif message is not None:
            if not line or not line.startswith((" ", "when serializing")):
                break
            message.append(line.strip())
        elif line and not line.startswith(" "):
            message = [line]
    if not message:
        raise ValueError(f"no exception after the traceback in {text[-200:]!r}")
    name, _, said = message[0].partition(":")
    return {
        "kind": "exception",
        "where": where,
        "type": name.rpartition(".")[2],
        "text": "\n".join([said.strip(), *message[1:]]).strip(),
        "frames": library_frames(frames),
    }


def stack(text, where, waiting_in=None):
    """Return the record of the stack of one thread that faulthandler has printed.

    Of several threads, the one whose stack contains the function ``waiting_in`` (``FILE:FUNCTION``), else the last
    one, which is the main thread. Raises ValueError if there is none.
    """
    found = []
    for part in re.split(r"(?m)^(?:Current thread|Thread) .*\(most recent call first[^)]*\):$", text)[1:]:
        frames = [match.groups() for match in map(_STACK_FRAME.match, part.splitlines()) if match]
        found.append(library_frames(reversed(frames)))
    chosen = [frames for frames in found if waiting_in is None or waiting_in in frames]
    if not chosen:
        raise ValueError(f"no such stack in {text[-500:]!r}")
    return {"kind": "stack", "where": where, "frames": chosen[-1]}


def warned(warning, where):
    """Return the record of a warning, an instance of a Warning class."""
    return {"kind": "warning", "where": where, "type": type(warning).__name__, "text": str(warning)}


def printed_warning(text, where):
    """Return the record of the last warning in what a process has printed. Raises ValueError if there is none."""
    found = [match for match in map(_WARNING.match, text.splitlines()) if match]
    if not found:
        raise ValueError(f"no warning in {text[-200:]!r}")
    return {"kind": "warning", "where": where, "type": found[-1][1], "text": found[-1][2]}


def library_frames(frames):
    """Return ``FILE:FUNCTION`` for each frame in the standard library, with the file below its folder."""
    names = []
    for file, function in frames:
        if file.startswith("<frozen "):
            names.append("{}.py:{}".format(file[8:-1].replace(".", "/"), function))
        elif file.startswith(_LIBRARY + os.sep) and "site-packages" not in file:
            names.append("{}:{}".format(os.path.relpath(file, _LIBRARY).replace(os.sep, "/"), function))
    return names
