"""A client reads an empty line, a line with words, and the end of its input. The probe is its server.

In the control it sends the empty line too, which sends nothing, and waits for an answer to it.
"""

import os
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, ScriptedProgram, main

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "client.py")


def run(arm, option, timeout):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        with ScriptedProgram(arm, PROGRAM, port, option, **pipes) as client:
            listener.settimeout(TIMEOUT)
            connection, _ = listener.accept()
            with connection:
                client.run_step("client")
                client.program.stdin.write("\na word\n")
                client.program.stdin.flush()
                received = receive(connection, timeout)
                arm.record(heard=received)
                if received:
                    connection.sendall(received.upper().encode())
                    client.prints(lambda lines: lines)
                    client.program.stdin.close()
                    client.end()
                exit_code = client.program.poll()
                arm.record(
                    answers=client.lines[:1],
                    exit_code=exit_code,
                    ended_by=client.lines[-1].partition(":")[0] if exit_code else "nothing",
                )


def receive(connection, timeout):
    """Return what the client sends, or an empty text if it sends nothing for so many seconds."""
    connection.settimeout(timeout)
    try:
        return connection.recv(1024).decode()
    except socket.timeout:
        return ""


def experiment(arm):
    run(arm, "", TIMEOUT)


def control(arm):
    run(arm, "send-empty", QUIET_TIME)


if __name__ == "__main__":
    main(experiment, control)
