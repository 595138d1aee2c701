"""The processes of an experiment as the probe sees them: through the process table, and through their connections."""

from _kit.checkin import JOINS, TIMEOUT, PeerError
from _kit.system import table


class ObservedProcess:
    """A process as the process table shows it: its state, its parent, its end."""

    def __init__(self, arm, pid, name):
        self.arm = arm
        self.pid = pid
        self.name = name
        entry = table.read(pid)
        self.started = entry.started if entry else None
        self.first_parent = entry.parent if entry else None
        self.last = ("running", self.first_parent)
        """The state and the parent's pid that were last read."""
        self.ended = self.gone = False

    def read_state(self):
        """Return its state now, one of table's words or ``gone``, and put changes on the timeline."""
        entry = table.read(self.pid)
        if entry is None or (self.started is not None and entry.started != self.started):
            self._is_gone()
            return "gone"
        state, parent = self.last
        if entry.parent != parent:
            self.arm.event(self.name, "parent", self.pid, other=self.arm.parent_name(entry.parent))
        if entry.state != state and not {entry.state, state} <= {"running", "sleeping"}:
            self.arm.event(self.name, "state", self.pid, entry.state)
        if entry.state == "zombie":
            self._has_ended()
        self.last = (entry.state, entry.parent)
        return entry.state

    def parent(self):
        """Return the pid of its parent now, or None if the process is gone."""
        return None if self.read_state() == "gone" else self.last[1]

    def wait_state(self, *states, timeout=TIMEOUT):
        """Wait until it is in one of these states, and return which. Raises TimeoutError."""
        return table.wait_for(
            lambda: next((state for state in (self.read_state(),) if state in states), None),
            timeout,
            f"{self.name} becoming {' or '.join(states)}",
        )

    def wait_adopted(self, timeout=TIMEOUT):
        """Wait until it has another parent than at first, and return the new parent's name. Raises TimeoutError."""
        return self.arm.name_of(
            table.wait_for(
                lambda: self.last[1] if self.read_state() != "gone" and self.last[1] != self.first_parent else None,
                timeout,
                f"{self.name} getting another parent",
            )
        )

    def _has_ended(self):
        if not self.ended:
            self.ended = True
            self.arm.event(self.name, "ended", self.pid)

    def _is_gone(self):
        self._has_ended()
        if not self.gone:
            self.gone = True
            self.arm.event(self.name, "reaped", self.pid)


class Peer(ObservedProcess):
    """A process that has checked in: the probe can also call its functions and exchange messages with it."""

    def __init__(self, arm, connection, hello):
        super().__init__(arm, hello["pid"], hello["name"])
        self.connection = connection
        self.details = hello["details"]
        self.first_parent = hello["ppid"]
        self.last = ("running", self.first_parent)

    def send(self, message):
        """Send it a message. Nothing happens if the process has ended."""
        try:
            self.connection.send(message)
        except OSError:
            pass

    def receive(self, timeout=TIMEOUT):
        """Return its next message, or None if it has ended. Raises TimeoutError."""
        try:
            message = self._next(timeout)
        except EOFError:
            self.read_state()  # for the timeline
            return None
        self.arm.event(self.name, "says", self.pid, str(message))
        return message

    def _next(self, timeout):
        try:
            return self.connection.receive(timeout)
        except TimeoutError as error:
            raise TimeoutError(f"{self.name} (pid {self.pid}): {error}") from None

    def wait_join(self, timeout=TIMEOUT):
        """Wait until it joins one of the children whose joins it reports, and return that child's name.

        Return None if it ends without. Raises TimeoutError.
        """
        for message in iter(lambda: self.receive(timeout), None):
            if message.startswith(JOINS):
                return message[len(JOINS) :]
        return None

    def begin(self, action, *args):
        """Call one of its functions without waiting for the result."""
        self.send({"call": action, "args": args})

    def answer(self, timeout=TIMEOUT):
        """Return the result of the first call that has begun and is not yet answered.

        Raises PeerError if the call raised an error there, EOFError if the process ended, and TimeoutError.
        """
        answer = self._next(timeout)
        if "error" in answer:
            raise PeerError(answer["error"], answer["text"])
        return answer["answer"]

    def call(self, action, *args, timeout=TIMEOUT):
        """Call one of its functions and return the result. Raises the same errors as ``answer``."""
        self.begin(action, *args)
        return self.answer(timeout)

    def answers(self):
        """Return whether it lives, by asking it. Raises TimeoutError if the process is stopped or hangs."""
        try:
            return self.call("ping")[0] == self.pid
        except EOFError:
            self.read_state()  # for the timeline
            return False

    def leave(self, how=None):
        """Tell it to leave: its ``serve`` returns ``how``."""
        self.send({"leave": how})

    def wait_end(self, timeout=TIMEOUT):
        """Wait until it no longer runs (its connection is closed), and return ``zombie`` or ``gone``.

        Raises TimeoutError.
        """
        try:
            while True:
                self.connection.receive(timeout)
        except EOFError:
            pass
        return self.wait_state("zombie", "gone", timeout=timeout)
