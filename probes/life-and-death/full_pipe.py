"""A command or a child fills a pipe that only its parent reads, and the parent waits for its end before it reads.

The parent is a program of its own. The probe sees where it waits, and then has another thread of it read the pipe.
"""

import os
import subprocess
import sys
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, entry_command, hangs, main

BIG = 1 << 20
"""More than any pipe holds."""
SMALL = 100

readers = []
"""The functions by which another thread of the parent reads the pipe."""


def printing(address, size, stream):
    """Run as the command: print, and end."""
    check_in(address, "writer")
    file = getattr(sys, stream)
    file.write("x" * size)
    file.flush()


def command_line(address, size, stream="stdout"):
    flags = subprocess._args_from_interpreter_flags()
    return [sys.executable, *flags, *entry_command(printing, address, size, stream)]


def wait_first(words):
    command = subprocess.Popen(words, stdout=subprocess.PIPE)
    readers.append(command.stdout.read)
    return command.wait()


def read_output_first(words):
    command = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    readers.append(command.stderr.read)
    command.stdout.read()
    return command.wait()


def communicate(words):
    # --8<-- [start:communicate]
    command = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output, errors = command.communicate()  # reads both pipes while it waits
    # --8<-- [end:communicate]
    return [command.returncode, len(output) + len(errors)]


def write_to_file(words, path):
    # --8<-- [start:file]
    with open(path, "wb") as file:
        command = subprocess.Popen(words, stdout=file, stderr=subprocess.STDOUT)
        command.wait()
    with open(path, "rb") as file:
        output = file.read()
    # --8<-- [end:file]
    return [command.returncode, len(output)]


def send(address, connection, size):
    hangs.watch(address, "writer")
    connection.send(bytes(size))


def join_first(address, size):
    ours, theirs = Pipe()
    child = Process(target=send, args=(address, theirs, size))
    child.start()
    readers.append(ours.recv)
    child.join()
    return child.exitcode


def receive_first(address, size):
    connection, theirs = Pipe()
    child = Process(target=send, args=(address, theirs, size))
    child.start()
    # --8<-- [start:receive-first]
    item = connection.recv()  # first receive everything that the child sends
    child.join()
    # --8<-- [end:receive-first]
    return [child.exitcode, len(item)]


def caller(address, way, path):
    calls = {
        "wait": (wait_first, command_line(address, BIG)),
        "read output": (read_output_first, command_line(address, BIG, "stderr")),
        "little": (wait_first, command_line(address, SMALL)),
        "communicate": (communicate, command_line(address, BIG)),
        "file": (write_to_file, command_line(address, BIG), path),
        "join": (join_first, address, BIG),
        "join, little": (join_first, address, SMALL),
        "receive": (receive_first, address, BIG),
    }

    def read():
        return len(readers[0]())

    hangs.call(address, "caller", *calls[way], actions={"read": read})


def call(arm, way, waits):
    arm.launch(caller, way, os.path.join(arm.folder(), "output"))
    peer, writer = arm.expect("caller"), arm.expect("writer")
    # The wait itself is not a symptom: the caller of a command that runs for long waits at the same place.
    result = hangs.outcome(arm, peer, None, QUIET_TIME if waits else TIMEOUT)
    arm.record(call=result)
    if result == "waits":
        if way == "join":
            hangs.record_stack(arm, writer, "child", "multiprocessing/connection.py:_send_bytes")
        else:
            arm.symptom("silence", "parent", text="the call returns only when somebody reads the output")
        arm.record(read=peer.call("read"), once_read=hangs.outcome(arm, peer, None, TIMEOUT))
    peer.leave()
    peer.wait_end()


def waits_first(arm):
    call(arm, "wait", waits=True)


def reads_output_first(arm):
    call(arm, "read output", waits=True)


def little_output(arm):
    call(arm, "little", waits=False)


def communicates(arm):
    call(arm, "communicate", waits=False)


def file(arm):
    call(arm, "file", waits=False)


def joins_first(arm):
    call(arm, "join", waits=True)


def little_message(arm):
    call(arm, "join, little", waits=False)


def receives(arm):
    call(arm, "receive", waits=False)


if __name__ == "__main__":
    main(waits_first, reads_output_first, little_output, communicates, file, joins_first, little_message, receives)
