"""Programs of a probe as the commands of a shell: connected by a pipe, or one after the other."""

import shlex
import subprocess
import sys

from _kit.probe.entry import entry_command


def shell(arm, first, second, piped=True):
    """Have a shell run two functions as programs, ``first | second`` or ``first; second``, and return its Popen.

    Each function gets the arm's address. The shell's input is empty, and its output is a pipe.
    """
    windows = sys.platform == "win32"
    operator = "|" if piped else "&" if windows else ";"
    quote = subprocess.list2cmdline if windows else _quote
    line = f"{quote(_command(arm, first))} {operator} {quote(_command(arm, second))}"
    program = subprocess.Popen(line, shell=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    arm.set_name(program.pid, "shell")
    arm.programs.append(program)
    return program


def _command(arm, function):
    return [sys.executable, *subprocess._args_from_interpreter_flags(), *entry_command(function, arm.address)]


def _quote(words):
    return " ".join(map(shlex.quote, words))
