"""A client gets an empty line and a word, and then no more input; the probe is its server.

In the control it sends the empty line too, that is nothing, and waits for an answer to it.
"""

import os
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.checkin import A_WHILE, PATIENCE
from _kit.play import Play

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "client.py")


def play(arm, how, patience):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        with Play(arm, PROGRAM, port, how, **pipes) as client:
            listener.settimeout(PATIENCE)
            connection, _ = listener.accept()
            with connection:
                client.go("client")
                client.program.stdin.write("\na word\n")
                client.program.stdin.flush()
                heard = hear(connection, patience)
                arm.record(heard=heard)
                if heard:
                    connection.sendall(heard.upper().encode())
                    client.shows(lambda lines: lines)
                    client.program.stdin.close()
                    client.end()
                exit_code = client.program.poll()
                arm.record(
                    answers=client.lines[:1],
                    exit_code=exit_code,
                    ended_by=client.lines[-1].partition(":")[0] if exit_code else "nothing",
                )


def hear(connection, patience):
    """What the client says, or nothing when it says nothing for so long."""
    connection.settimeout(patience)
    try:
        return connection.recv(1024).decode()
    except socket.timeout:
        return ""


def experiment(arm):
    play(arm, "", PATIENCE)


def control(arm):
    play(arm, "send-empty", A_WHILE)


if __name__ == "__main__":
    main(experiment, control)
