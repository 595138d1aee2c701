"""The processes of a story as their probe sees them: by the process table, and by the lines that they have to it."""

from _kit import table
from _kit.checkin import JOINS, PATIENCE, PeerError


class Watched:
    """A process as its probe sees it from outside: its state, its parent, its end."""

    def __init__(self, arm, pid, name):
        self.arm = arm
        self.pid = pid
        self.name = name
        seen = table.look(pid)
        self.started = seen.started if seen else None
        self.first_parent = seen.parent if seen else None
        self.last = ("running", self.first_parent)
        self.ended = self.gone = False

    def look(self):
        """Its state now, one of table's words, or ``gone``; changes go into the timeline."""
        seen = table.look(self.pid)
        if seen is None or (self.started is not None and seen.started != self.started):
            self._is_gone()
            return "gone"
        state, parent = self.last
        if seen.parent != parent:
            self.arm.event(self.name, "parent", self.pid, other=self.arm.parent_name(seen.parent))
        if seen.state != state and not {seen.state, state} <= {"running", "sleeping"}:
            self.arm.event(self.name, "state", self.pid, seen.state)
        if seen.state == "zombie":
            self._has_ended()
        self.last = (seen.state, seen.parent)
        return seen.state

    def parent(self):
        """The pid of its parent now, or None when it is gone."""
        return None if self.look() == "gone" else self.last[1]

    def wait_state(self, *states, patience=PATIENCE):
        """Wait until it is in one of these states, and return which. Raises TimeoutError."""
        return table.wait_for(
            lambda: next((state for state in (self.look(),) if state in states), None),
            patience,
            f"{self.name} becoming {' or '.join(states)}",
        )

    def wait_adopted(self, patience=PATIENCE):
        """Wait until its parent is another than the one it was born to, and return the new one's name."""
        return self.arm.who(
            table.wait_for(
                lambda: self.last[1] if self.look() != "gone" and self.last[1] != self.first_parent else None,
                patience,
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


class Peer(Watched):
    """A process that has checked in: it can also be spoken with."""

    def __init__(self, arm, channel, greeting):
        super().__init__(arm, greeting["pid"], greeting["name"])
        self.channel = channel
        self.details = greeting["details"]
        self.first_parent = greeting["ppid"]
        self.last = ("running", self.first_parent)

    def tell(self, word):
        """Say something to it, in vain where it has ended."""
        try:
            self.channel.send(word)
        except OSError:
            pass

    def hear(self, patience=PATIENCE):
        """What it says next, or None when it has ended. Raises TimeoutError when it says nothing."""
        try:
            said = self.channel.receive(patience)
        except EOFError:
            self.look()  # for the timeline
            return None
        self.arm.event(self.name, "says", self.pid, str(said))
        return said

    def hear_join(self, patience=PATIENCE):
        """Wait until it joins one of the children of which its line tells, and return that child's name.

        None when it ends without. Raises TimeoutError.
        """
        for said in iter(lambda: self.hear(patience), None):
            if said.startswith(JOINS):
                return said[len(JOINS) :]
        return None

    def begin(self, action, *args):
        """Have it do something, without waiting for the answer."""
        self.tell({"call": action, "args": args})

    def answer(self, patience=PATIENCE):
        """Its answer to the next of the things that it was to begin.

        Raises PeerError when that raised an error there, EOFError when the process ended, TimeoutError when it
        did not answer.
        """
        answer = self.channel.receive(patience)
        if "error" in answer:
            raise PeerError(answer["error"], answer["text"])
        return answer["answer"]

    def call(self, action, *args, patience=PATIENCE):
        """Have it do something, and return its answer; raises what ``answer`` does."""
        self.begin(action, *args)
        return self.answer(patience)

    def answers(self):
        """Whether it lives: it is asked, and answers. A stopped or hung process raises TimeoutError."""
        try:
            return self.call("ping")[0] == self.pid
        except EOFError:
            self.look()  # for the timeline
            return False

    def leave(self, how=None):
        """Tell it to leave: its ``serve`` returns ``how``."""
        self.tell({"leave": how})

    def wait_end(self, patience=PATIENCE):
        """Wait until it runs no longer (its line ends), and return ``zombie`` or ``gone``. Raises TimeoutError."""
        try:
            while True:
                self.channel.receive(patience)
        except EOFError:
            pass
        return self.wait_state("zombie", "gone", patience=patience)
