"""How a process of an experiment reports to its probe: it checks in over a loopback socket.

The probe listens. A process checks in by name, sends its pid and its parent's, and then answers the probe's calls until
it is told to leave. The end of the connection shows the probe at once that the process has ended. If the probe ends,
the process sees the end of its connection and leaves, so that no process is left behind.

TCP on the loopback interface, because it is the same on every system, has timeouts, and spawned children do not inherit
it. A forked child does inherit its parent's connections. It closes them first, because otherwise the end of a process
would not be seen while its children live.
"""

import _signal  # not signal, which imports enum
import faulthandler
import marshal
import os
import select
import socket
import time
import weakref
from functools import partial

TIMEOUT = float(os.environ.get("PROCSEM_PATIENCE") or 20)
"""How long one wait may take, in seconds. Well below the harness's timeout for the whole probe, so that a child that
hangs is an observation and not a probe that hangs. An emulated machine may need more."""

QUIET_TIME = 0.2
"""How long a call must stay silent, in seconds, to be recorded as waiting. Safe on slow machines: a call that really
blocks never returns earlier, and calls that are expected to return get ``TIMEOUT`` instead."""

_POLL_INTERVAL = 0.25
"""How long one wait of the system may last, in seconds. Python runs signal handlers between its own instructions: a
signal that arrives just before the system begins to wait, or in another thread, is handled when that wait is over."""

JOINS = "joins "
"""The beginning of the message that reports a join; the child's name follows."""

STACK_SIGNAL = getattr(_signal, "SIGURG", None)
"""The signal at which a process of an experiment prints its stacks; other programs ignore it. None on Windows."""

_STANDARD_ERROR = 2
_LENGTH = 4  # bytes
_open = weakref.WeakSet()


def close_in_forked_children(resource):
    """Have every forked child of this process close the resource first."""
    _open.add(resource)


def _close_inherited():
    for resource in list(_open):
        resource.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_inherited)


def _print_stacks_if_it_hangs():
    """Have this process print its stacks when it is asked to, which needs no cooperation of a thread that hangs.

    Windows cannot ask, so there a process of procsem that takes long to check in prints them by itself.
    """
    if STACK_SIGNAL is not None:
        faulthandler.register(STACK_SIGNAL, _STANDARD_ERROR)
    elif "PROCSEM_TOKEN" in os.environ:
        faulthandler.dump_traceback_later(TIMEOUT / 2, file=_STANDARD_ERROR)


_print_stacks_if_it_hangs()


class PeerError(Exception):
    """Raised when a call in another process raised an error there; ``kind`` is the name of its type."""

    def __init__(self, kind, text):
        super().__init__(f"{kind}: {text}")
        self.kind = kind
        self.text = text


class Connection:
    """A socket that carries plain data: each value in marshal's format, after its length.

    Unlike the other formats, marshal costs a process no import.
    """

    def __init__(self, sock):
        self.sock = sock
        self.buffer = b""
        close_in_forked_children(self)

    def send(self, value):
        """Send a value. Raises OSError if the other end is closed."""
        data = marshal.dumps(value)
        self.sock.sendall(len(data).to_bytes(_LENGTH, "big") + data)

    def receive(self, timeout=TIMEOUT):
        """Return the next value. Raises EOFError if the other end is closed, and TimeoutError (never if None).

        Data that has already arrived is received even if the timeout is over.
        """
        began = time.monotonic()
        self._fill(_LENGTH, began, timeout)
        end = _LENGTH + int.from_bytes(self.buffer[:_LENGTH], "big")
        self._fill(end, began, timeout)
        return marshal.loads(self._take(end)[_LENGTH:])

    def starts_with(self, token):
        """Return whether the next data is this token, and take it. Raises EOFError and TimeoutError."""
        self._fill(len(token), time.monotonic(), TIMEOUT)
        return self._take(len(token)) == token.encode()

    def _take(self, size):
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def _fill(self, size, began, timeout):
        while len(self.buffer) < size:
            left = _POLL_INTERVAL if timeout is None else began + timeout - time.monotonic()
            try:
                data = self.sock.recv(65536) if _readable(self.sock, min(max(0, left), _POLL_INTERVAL)) else None
            except (OSError, ValueError):  # reset, because the process was killed; or closed by this process
                data = b""
            if data is None:
                if left <= 0:
                    raise TimeoutError(f"no message within {timeout:g} s")
                continue
            if not data:
                raise EOFError("the other end is closed")
            self.buffer += data

    def close(self):
        """Close this end."""
        self.sock.close()


def _readable(sock, seconds):
    if hasattr(select, "poll"):  # select() fails for descriptors above 1,023, except on Windows, which has no poll()
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    return bool(select.select([sock], [], [], seconds)[0])


class ProbeConnection(Connection):
    """The end of a connection that a process has to its probe."""

    def serve(self, **actions):
        """Answer the probe's calls until it says to leave or has ended; return the value that came with "leave".

        The keywords are the functions that the probe may call. Their results, plain data, are sent back. ``ping`` is
        always there: it returns this process's pid and its parent's.
        """
        actions.setdefault("ping", lambda: [os.getpid(), os.getppid()])
        while True:
            try:
                call = self.receive(timeout=None)
            except EOFError:
                return None
            if "leave" in call:
                return call["leave"]
            try:
                answer = {"answer": actions[call["call"]](*call["args"])}
            except Exception as error:
                answer = {"error": type(error).__name__, "text": str(error)}
            self.send(answer)

    def report_joins(self, *children, then=lambda: None):
        """Report every later join() of these children, as the exit of a program does it too.

        Sends ``joins NAME`` before, and ``NAME has ended`` or ``NAME runs`` afterwards; then calls ``then``. Call this
        after the children's start, because it changes their Process objects.
        """
        for child in children:
            child.join = partial(self._join, child, then)

    def _join(self, child, then, timeout=None):
        self.send(f"{JOINS}{child.name}")
        type(child).join(child, timeout)
        self.send(f"{child.name} {'runs' if child.exitcode is None else 'has ended'}")
        then()


def check_in(address, name, **details):
    """Report to the probe as ``name`` and return the connection. The probe's peer has the details, plain data."""
    if STACK_SIGNAL is None:
        faulthandler.cancel_dump_traceback_later()
    host, port, token = address.split(" ")
    # create_connection would look up the host's name, for which each process would import a codec and its tables.
    connection = ProbeConnection(socket.socket())
    connection.sock.settimeout(TIMEOUT)
    connection.sock.connect((host, int(port)))
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sock.sendall(token.encode())
    connection.send(
        {"name": name, "pid": os.getpid(), "ppid": os.getppid(), "at": time.monotonic(), "details": details}
    )
    return connection


def stay(address, name):
    """Check in as ``name`` and stay until told to leave. To be used as a target."""
    check_in(address, name).serve()
