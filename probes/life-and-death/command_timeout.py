"""A command has a timeout, and a process that it has started holds the pipe of its output: when does the caller go on?

The command is a line for the shell, which starts a program and waits for it. The program stays until the probe lets it
go, and has inherited the pipe.
"""

import os
import shlex
import signal
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, entry_command, hangs, main, stay

SECONDS = 0.2
"""The timeout of a command, which begins when the program has started."""

LONG = TIMEOUT / 10
"""The timeout of subprocess.run(), seconds: long enough for the shell to start the program."""

program_started = threading.Event()
handled = []
"""The names of the errors that the caller handles."""


def words_of(address):
    """Return the command that starts the program."""
    # On Windows the interpreter of a virtual environment is a launcher, with the program as its child.
    python = sys._base_executable if sys.platform == "win32" else sys.executable
    return [python, *subprocess._args_from_interpreter_flags(), *entry_command(stay, address, "program")]


def line_of(words):
    """Return a line that has the shell wait for the command, instead of becoming its program."""
    if sys.platform == "win32":
        return f"{subprocess.list2cmdline(words)} & rem"
    return f"{' '.join(map(shlex.quote, words))}; true"


def kill_and_collect(line):
    """Do what the documentation of communicate() shows for a timeout."""
    command = subprocess.Popen(line, shell=True, stdout=subprocess.PIPE)
    program_started.wait()
    try:
        command.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        handled.append(type(error).__name__)
        command.kill()
        command.communicate()
    return ""


def run(line):
    subprocess.run(line, shell=True, stdout=subprocess.PIPE, timeout=LONG, check=True)
    return ""


def kill_session(line):
    # --8<-- [start:own-session]
    command = subprocess.Popen(line, shell=True, stdout=subprocess.PIPE, start_new_session=True)
    # --8<-- [end:own-session]
    program_started.wait()
    # --8<-- [start:own-session]
    try:
        output, _ = command.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(command.pid, signal.SIGKILL)  # the shell, and what it has started
        output, _ = command.communicate()
    # --8<-- [end:own-session]
    return output.decode()


def kill_program(words):
    # --8<-- [start:no-shell]
    command = subprocess.Popen(words, stdout=subprocess.PIPE)  # words: a list of the program and its arguments
    # --8<-- [end:no-shell]
    program_started.wait()
    # --8<-- [start:no-shell]
    try:
        output, _ = command.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        command.kill()
        output, _ = command.communicate()
    # --8<-- [end:no-shell]
    return output.decode()


def write_to_file(line, path):
    # --8<-- [start:file]
    with open(path, "wb") as file:
        command = subprocess.Popen(line, shell=True, stdout=file)
    # --8<-- [end:file]
    program_started.wait()
    # --8<-- [start:file]
    try:
        command.wait(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        command.kill()
        command.wait()
    with open(path, "rb") as file:
        output = file.read()
    # --8<-- [end:file]
    return output.decode()


def caller(address, way, path):
    words = words_of(address)
    calls = {
        "kill and collect": (kill_and_collect, line_of(words)),
        "run": (run, line_of(words)),
        "kill session": (kill_session, line_of(words)),
        "no shell": (kill_program, words),
        "file": (write_to_file, line_of(words), path),
    }
    hangs.call(
        address, "caller", *calls[way], actions={"program_started": program_started.set, "handled": lambda: handled}
    )


def time_out(arm, way, longest_wait=TIMEOUT, where="parent"):
    arm.launch(caller, way, os.path.join(arm.folder(), "output"))
    peer, worker = arm.expect("caller"), arm.expect("program")
    peer.call("program_started")
    result = hangs.outcome(arm, peer, where, longest_wait)
    if result == "waits" and way == "kill and collect":  # in the handler of an error, unlike other commands
        (error,) = peer.call("handled")
        arm.symptom("stack", "parent", type=error, frames=peer.call("look")[3])
    lives = worker.answers()
    arm.record(call=result or "comes back", program="lives" if lives else "ended")
    worker.leave()
    if result == "waits":
        arm.record(call_at_the_programs_end=hangs.outcome(arm, peer, longest_wait=TIMEOUT) or "comes back")
    peer.leave()
    peer.wait_end()


def collects(arm):
    time_out(arm, "kill and collect", longest_wait=SECONDS + 5 * QUIET_TIME, where=None)


def runs(arm):
    # The error itself is that of any command that takes too long, so it is no symptom.
    time_out(arm, "run", longest_wait=LONG + 5 * QUIET_TIME if sys.platform == "win32" else TIMEOUT, where=None)
    if arm.facts["program"] == "lives":
        arm.symptom("silence", "child", text="the program that the shell has started runs on after the timeout")


def own_session(arm):
    time_out(arm, "kill session")


def no_shell(arm):
    time_out(arm, "no shell")


def file(arm):
    time_out(arm, "file")


if __name__ == "__main__":
    main(collects, runs, own_session, no_shell, file)
