"""A child is given a socket, and comes to unpacking it only when the program's own code is over. Does it get it?

What stands before the socket among the arguments waits for the probe's word when it is unpacked. The program that is at
its end meanwhile waits for its child.
"""

import os
import socket
import subprocess
import sys
from multiprocessing import Process, util

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


class Gate:
    """Where a child stops until the probe lets it on: when it unpacks this, or where nothing is unpacked, at once."""

    def __init__(self, address):
        self.address = address
        self.line = None

    def __reduce__(self):
        return passed, (self.address,)

    def wait(self):
        if self.line is None:
            self.line = check_in(self.address, "child")
            self.line.serve()
        return self.line


def passed(address):
    gate = Gate(address)
    gate.wait()
    return gate


def program(address, gives, stays):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        others, _ = listener.accept()
    line = check_in(address, "program", ends=ends(others))
    # Before the start: of all that a program does at its end, what was asked for first is done last.
    util.Finalize(None, line.send, args=["its code is over"], exitpriority=0)
    with ours, others:
        process = Process(target=child, args=(Gate(address), others if gives else None))
        process.start()
        if stays:
            process.join()


def child(gate, given):
    gate.wait().send("no socket" if given is None else ends(given))


def ends(connection):
    return [*connection.getsockname(), *connection.getpeername()]


def late_child(arm, gives=True, stays=False):
    started = arm.launch(program, gives, stays, stderr=subprocess.DEVNULL)
    giver, peer = arm.expect("program"), arm.expect("child")
    if not stays:
        giver.hear()
    peer.leave()
    said = peer.hear()
    arm.record(child_has="the socket" if said == giver.details["ends"] else said or "nothing: it ends with an error")
    arm.exit_code(started)


def giver_is_at_its_end(arm):
    late_child(arm)


def giver_joins(arm):
    late_child(arm, stays=True)


def not_given(arm):
    late_child(arm, gives=False)


if __name__ == "__main__":
    main(giver_is_at_its_end, giver_joins, not_given)
