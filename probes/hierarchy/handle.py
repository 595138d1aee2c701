"""The creator of a process terminates it with its handle, and passes the handle to another process, which does so too.

On Windows this is the process handle, which is duplicated for the other process. On Linux it is a pidfd, a descriptor
that refers to a process, which is sent to the other process over a socket.
"""

import os
import signal
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, start_program, stay

CODE = 7
"""The exit code with which a child is terminated on Windows."""


def child(address):
    stay(address, "child")


def holder(address, number):
    """Another child, which may get a handle. On Linux ``number`` is the descriptor of its end of the socket."""

    def receive():
        with socket.socket(fileno=number) as sock:
            return socket.recv_fds(sock, 1, 1)[1][0]

    check_in(address, "holder").serve(receive=receive, end=end)


if sys.platform == "win32":
    import _winapi

    TERMINATE, SYNCHRONIZE = 0x0001, 0x00100000

    def handle_of(program):
        return int(program._handle)

    def end(handle):
        _winapi.TerminateProcess(handle, CODE)

    def has_ended(handle):
        return _winapi.WaitForSingleObject(handle, int(TIMEOUT * 1000)) == _winapi.WAIT_OBJECT_0

    def close(handle):
        _winapi.CloseHandle(handle)

    def copy(handle, process, rights):
        """Duplicate a handle with only these rights, for this process or another, and return the number there."""
        return _winapi.DuplicateHandle(_winapi.GetCurrentProcess(), handle, process, rights, False, 0)

else:

    def handle_of(program):
        return os.pidfd_open(program.pid)

    def end(handle):
        signal.pidfd_send_signal(handle, signal.SIGKILL)

    def has_ended(handle):
        import select

        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return bool(poll.poll(TIMEOUT * 1000))

    def close(handle):
        os.close(handle)


def create(arm):
    """Create a child, and return its Popen, its peer and its handle."""
    program = begin(arm, child)
    return program, arm.expect("child"), handle_of(program)


def begin(arm, function, *args, **popen):
    program = start_program(function, arm.address, *args, **popen)
    arm.programs.append(program)  # waited for at the end of the arm
    return program


def attempt(arm, peer, action, *args):
    """Try to end the child in this way; record the error that this raises, if any, and whether the child has ended."""
    try:
        action(*args)
        arm.record(error="none")
    except Exception as error:
        arm.record(error=getattr(error, "kind", type(error).__name__))
    arm.record(child="lives" if peer.answers() else "ended")


# ---------------------------------------------------------------- the creator has the handle


def by_handle(arm):
    program, peer, handle = create(arm)
    attempt(arm, peer, end, handle)
    arm.record(handle_tells_the_end=has_ended(handle), exit_code=program.wait(TIMEOUT))
    if sys.platform != "win32":
        close(handle)  # on Windows the Popen closes it


def closed_handle(arm):
    """The handle has been closed."""
    _, peer, handle = create(arm)
    number = copy(handle, _winapi.GetCurrentProcess(), TERMINATE) if sys.platform == "win32" else handle
    close(number)
    attempt(arm, peer, end, number)
    peer.leave()


def lesser_handle(arm):
    """Windows: the handle has the right to wait for the end, but not to terminate."""
    _, peer, handle = create(arm)
    number = copy(handle, _winapi.GetCurrentProcess(), SYNCHRONIZE)
    attempt(arm, peer, end, number)
    peer.leave()
    arm.record(handle_tells_the_end=has_ended(number))
    close(number)


# ---------------------------------------------------------------- another process has the handle


def pass_on(arm, handle, rights=None):
    """Pass the handle to the holder; return the holder's peer, and the number of the handle there."""
    if sys.platform == "win32":
        program = begin(arm, holder, 0)
        return arm.expect("holder"), copy(handle, int(program._handle), rights or TERMINATE)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        begin(arm, holder, theirs.fileno(), pass_fds=[theirs.fileno()])
        peer = arm.expect("holder")
        socket.send_fds(ours, [b"!"], [handle])
        return peer, peer.call("receive")


def by_another(arm):
    program, peer, handle = create(arm)
    third, number = pass_on(arm, handle)
    attempt(arm, peer, third.call, "end", number)
    arm.record(exit_code=program.wait(TIMEOUT) if arm.facts["child"] == "ended" else None)


def number_alone(arm):
    """The other process gets only the number of the handle, which is not one of its own handles."""
    _, peer, handle = create(arm)
    begin(arm, holder, 0)
    attempt(arm, peer, arm.expect("holder").call, "end", handle)
    peer.leave()


def lesser_handle_passed(arm):
    """Windows: the handle has the right to wait for the end, but not to terminate."""
    _, peer, handle = create(arm)
    third, number = pass_on(arm, handle, SYNCHRONIZE)
    attempt(arm, peer, third.call, "end", number)
    peer.leave()


if __name__ == "__main__":
    main(by_handle, closed_handle, lesser_handle, by_another, number_alone, lesser_handle_passed)
