"""Programs of this probe as the commands of a shell: joined by a pipe, or one after the other."""

import shlex
import subprocess
import sys

from _kit.entry import scene_words


def shell(arm, first, second, joined=True):
    """Have a shell run two scenes, ``first | second`` or ``first; second``; each is given the arm's address.

    Returns the shell's Popen. Its input is empty, and its output is a pipe.
    """
    windows = sys.platform == "win32"
    sign = "|" if joined else "&" if windows else ";"
    quote = subprocess.list2cmdline if windows else _join
    line = f"{quote(_command(arm, first))} {sign} {quote(_command(arm, second))}"
    program = subprocess.Popen(line, shell=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    arm.call(program.pid, "shell")
    arm.programs.append(program)
    return program


def _command(arm, scene):
    return [sys.executable, *subprocess._args_from_interpreter_flags(), *scene_words(scene, arm.address)]


def _join(words):
    return " ".join(map(shlex.quote, words))
