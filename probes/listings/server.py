"""Two clients are connected to a server. The first sends nothing yet and the second sends a word: is it answered?

The server starts a process for each connection. In the control it serves one connection after the other itself.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, ScriptedProgram, main

PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")


def client(arm, port):
    program = ScriptedProgram(
        arm, os.path.join(PROGRAMS, "client.py"), port, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    program.run_step("client")  # now it is connected
    return program


def send(program, word):
    program.program.stdin.write(f"{word}\n")
    program.program.stdin.flush()


def answered(program, timeout=TIMEOUT):
    return program.prints(lambda lines: lines, timeout)


def leave(program):
    program.program.stdin.close()
    return program.end()


def serve_two(arm, option, timeout):
    with ScriptedProgram(arm, os.path.join(PROGRAMS, "server.py"), "2", option) as server:
        server.prints(lambda lines: lines)
        port = server.lines[0]
        with client(arm, port) as first, client(arm, port) as second:
            send(second, "second")
            arm.record(second_answered_beside_first=answered(second, timeout))
            send(first, "first")
            answered(first)
            leave(first)
            answered(second)
            leave(second)
        exit_code = server.end()
    arm.record(server=server.lines[1:], answers=[*first.lines, *second.lines], exit_code=exit_code)


def experiment(arm):
    serve_two(arm, "", TIMEOUT)


def control(arm):
    serve_two(arm, "alone", QUIET_TIME)


if __name__ == "__main__":
    main(experiment, control)
