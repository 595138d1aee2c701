"""How the processes of a story report to their probe: each checks in over a loopback socket.

The probe listens; a process checks in by name, says its pid and its parent's, and then serves the
probe's calls until it is told to leave. The line tells the probe of the process's end at once, and
a process whose probe has gone sees its own line end and leaves, so that nothing is left behind.

TCP on the loopback interface, because it is the same on every system, has time-outs, and is
inherited by no child that is spawned. A forked child does inherit its parent's lines; it closes
them as its first act, or the end of one process would not be seen while its children live.
"""

import marshal
import os
import select
import socket
import time
import weakref
from functools import partial

PATIENCE = float(os.environ.get("PROCSEM_PATIENCE") or 20)
"""Seconds that one wait may take: well below the harness's deadline for the whole probe, so that a
child that hangs is an observation and not a probe that hangs. An emulated machine may want more."""

A_WHILE = 0.2
"""Seconds after which one that has said nothing is said to wait. Where it has reason to wait it never comes back
sooner, however slow the machine; one that has none is given ``PATIENCE``."""

_GLANCE = 0.25
"""Seconds for which a wait may be deaf to signals. Python runs their handlers between its own instructions: one that
came right before the system began to wait, or that hit another thread, would else be handled when something is said."""

JOINS = "joins "
"""How a line begins to tell of a join: the child's name follows."""

_LENGTH = 4  # bytes
_lines = weakref.WeakSet()


def _close_inherited():
    for line in list(_lines):
        line.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_inherited)


class PeerError(Exception):
    """What a process was asked to do raised an error there; ``kind`` is the name of its type."""

    def __init__(self, kind, text):
        super().__init__(f"{kind}: {text}")
        self.kind = kind
        self.text = text


class Channel:
    """A socket that carries plain data: the length of each value, and the value in the form of marshal.

    Of all such forms it is the one that costs a process no import.
    """

    def __init__(self, sock):
        self.sock = sock
        self.buffer = b""
        _lines.add(self)

    def send(self, value):
        data = marshal.dumps(value)
        self.sock.sendall(len(data).to_bytes(_LENGTH, "big") + data)

    def receive(self, patience=PATIENCE):
        """The next value. Raises EOFError at the other's end, TimeoutError after ``patience`` seconds (None: never).

        A patience that is over takes what has come already.
        """
        began = time.monotonic()
        self._fill(_LENGTH, began, patience)
        end = _LENGTH + int.from_bytes(self.buffer[:_LENGTH], "big")
        self._fill(end, began, patience)
        return marshal.loads(self._take(end)[_LENGTH:])

    def bears(self, token):
        """Whether it begins with this token, as the lines of a story do. Raises EOFError and TimeoutError."""
        self._fill(len(token), time.monotonic(), PATIENCE)
        return self._take(len(token)) == token.encode()

    def _take(self, size):
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def _fill(self, size, began, patience):
        while len(self.buffer) < size:
            left = _GLANCE if patience is None else began + patience - time.monotonic()
            try:
                data = self.sock.recv(65536) if _readable(self.sock, min(max(0, left), _GLANCE)) else None
            except (OSError, ValueError):  # a reset, as of a process that was killed; or we have closed it ourselves
                data = b""
            if data is None:
                if left <= 0:
                    raise TimeoutError(f"nothing was said for {patience:g} s")
                continue
            if not data:
                raise EOFError("the other side is gone")
            self.buffer += data

    def close(self):
        self.sock.close()


def _readable(sock, seconds):
    if hasattr(select, "poll"):  # select() knows no descriptor above 1,023; on Windows it does, and has no poll()
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    return bool(select.select([sock], [], [], seconds)[0])


class Line(Channel):
    """A process's own end of its line to the probe."""

    def serve(self, **actions):
        """Do what the probe calls for, until it says to leave or is gone; returns what it said at leaving.

        Each action is a function by the name that the probe calls it by; its result, plain data,
        goes back. ``ping`` is always there: it answers this process's pid and its parent's.
        """
        actions.setdefault("ping", lambda: [os.getpid(), os.getppid()])
        while True:
            try:
                call = self.receive(patience=None)
            except EOFError:
                return None
            if "leave" in call:
                return call["leave"]
            try:
                answer = {"answer": actions[call["call"]](*call["args"])}
            except Exception as error:
                answer = {"error": type(error).__name__, "text": str(error)}
            self.send(answer)

    def tell_joins(self, *children, then=lambda: None):
        """From now on say so whenever this process joins one of these children, as its exit does; and how it finds it.

        That is ``joins NAME``, and when it has, ``NAME has ended`` or ``NAME runs``, and then it does ``then``. To be
        called after the children's start: nothing of it is theirs.
        """
        for child in children:
            child.join = partial(self._join, child, then)

    def _join(self, child, then, timeout=None):
        self.send(f"{JOINS}{child.name}")
        type(child).join(child, timeout)
        self.send(f"{child.name} {'runs' if child.exitcode is None else 'has ended'}")
        then()


def check_in(address, name, **details):
    """Report to the probe as ``name``; returns the line. Details are plain data that the probe's peer carries."""
    host, port, token = address.split(" ")
    # create_connection would look the host up as a name, for which each process would import a codec and its tables.
    line = Line(socket.socket())
    line.sock.settimeout(PATIENCE)
    line.sock.connect((host, int(port)))
    line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.sock.sendall(token.encode())
    line.send({"name": name, "pid": os.getpid(), "ppid": os.getppid(), "at": time.monotonic(), "details": details})
    return line


def stay(address, name):
    """A target: check in as ``name`` and stay until told to leave."""
    check_in(address, name).serve()


class Rendezvous:
    """The probe's end: where processes check in."""

    def __init__(self):
        self.token = os.urandom(8).hex()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        host, port = self.listener.getsockname()
        self.address = f"{host} {port} {self.token}"
        self.waiting = {}
        _lines.add(self)

    def accept(self, name, patience):
        """The channel and the greeting of the process that checks in as ``name``. Raises TimeoutError."""
        give_up = time.monotonic() + patience
        while not self.waiting.get(name):
            left = give_up - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{name} did not check in within {patience:g} s")
            self.listener.settimeout(left)
            try:
                sock, _ = self.listener.accept()
            except (socket.timeout, TimeoutError):
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            channel = Channel(sock)
            try:
                greeting = channel.receive() if channel.bears(self.token) else None
            except (EOFError, TimeoutError):  # one who died in the door
                greeting = None
            if greeting is None:  # a stranger, for one
                channel.close()
            else:
                self.waiting.setdefault(greeting["name"], []).append((channel, greeting))
        return self.waiting[name].pop(0)

    def close(self):
        self.listener.close()
        for arrived in self.waiting.values():
            for channel, _ in arrived:
                channel.close()
