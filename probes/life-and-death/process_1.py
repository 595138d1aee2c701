"""SIGTERM is sent to a program that is process 1 of a PID namespace, as the first process of a container is.

The program answers questions on its standard output as long as it lives. The signal comes from outside of the
namespace, as from ``docker stop``. In the control the program is an ordinary process. The remedies are a handler for
the signal, and an init as process 1, which starts the program and passes the signal on.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import entry_command, main

CLONE_NEWUSER, CLONE_NEWPID = 0x10000000, 0x20000000  # linux/sched.h


def container(_address, program):
    """Start a program as process 1 of a new namespace; print its pid as seen from outside, and its exit code."""
    # Without root, a process may only do so as the root user of a new user namespace.
    if ctypes.CDLL(None).unshare(CLONE_NEWPID | (CLONE_NEWUSER if os.geteuid() else 0)):
        sys.exit("the system does not allow a new PID namespace")
    ordinary(_address, program)


def ordinary(_address, program):
    """Do the same without a new namespace."""
    go, let_go = os.pipe()
    pid = os.fork()
    if not pid:
        os.read(go, 1)
        sys.exit(globals()[program]())
    os.close(0)  # only the program reads the questions
    tell(pid)
    os.write(let_go, b"!")
    tell(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def tell(text):
    os.write(1, f"{text}\n".encode())  # one call: two processes write here


def answer_questions():
    tell(min(os.getpid(), 2))
    while sys.stdin.readline():
        tell("lives")


# --8<-- [start:handle-sigterm]
def exit_on_sigterm(signum, frame):
    sys.exit(128 + signum)  # runs the finally clauses and the exit handlers


# --8<-- [end:handle-sigterm]


def answer_questions_with_handler():
    # --8<-- [start:handle-sigterm]
    signal.signal(signal.SIGTERM, exit_on_sigterm)
    # --8<-- [end:handle-sigterm]
    answer_questions()


# --8<-- [start:own-init]
def run_as_init(command):
    """Be process 1: start the program, pass SIGTERM on to it, and collect the exit status of every child."""
    program = None

    def pass_on(signum, frame):
        if program is not None:
            os.kill(program.pid, signum)  # program.terminate() could take the exit status from os.wait()

    signal.signal(signal.SIGTERM, pass_on)
    program = subprocess.Popen(command)
    while True:
        pid, status = os.wait()
        if pid == program.pid:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


# --8<-- [end:own-init]


def init():
    return run_as_init([sys.executable, *entry_command(program_of_init, "")])


def program_of_init(_address):
    answer_questions()


def observe(arm, where, program, signum=signal.SIGTERM, ask=True):
    started = arm.launch(where, program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    with started:
        pid = int(started.stdout.readline())
        arm.set_name(pid, "program")
        arm.event("program", "started", pid)
        in_namespace = int(started.stdout.readline())
        os.kill(pid, signum)
        arm.event("program", "signalled", pid, signal.Signals(signum).name, other="parent")
        if ask:
            with contextlib.suppress(BrokenPipeError):  # it has ended
                started.stdin.write("Do you live?\n")
        answer = started.stdout.readline().strip()
        lives = answer == "lives"
        if lives:
            os.kill(pid, signal.SIGKILL)
            answer = started.stdout.readline()
        arm.event("program", "ended", pid)
        arm.record(process=in_namespace, after_signal="lives" if lives else "ended", exit_code=int(answer))
        with contextlib.suppress(BrokenPipeError):
            started.stdin.close()


def as_process_1(arm):
    observe(arm, container, "answer_questions")
    arm.symptom("silence", "parent", text="SIGTERM does not end the program")


def as_ordinary_process(arm):
    observe(arm, ordinary, "answer_questions")


def interrupted(arm):
    observe(arm, container, "answer_questions", signal.SIGINT)


def handle_sigterm(arm):
    observe(arm, container, "answer_questions_with_handler")


def own_init(arm):
    observe(arm, container, "init", ask=False)  # the program would answer until the init has passed the signal on


if __name__ == "__main__":
    main(as_process_1, as_ordinary_process, interrupted, handle_sigterm, own_init)
