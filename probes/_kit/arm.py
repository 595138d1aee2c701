"""One arm of an experiment while it runs: what it knows of its processes, and what it has recorded."""

import json
import os
import sys
import time

from _kit import table
from _kit.checkin import PATIENCE, Rendezvous
from _kit.entry import scene_words
from _kit.peer import Peer, Watched


class Arm:
    """What one arm of the probe works with."""

    def __init__(self, name, method):
        self.name = name
        self.method = method
        """The start method, already set for the whole process; None for a probe that has no use for one."""
        self.facts = {}
        self.timeline = []
        self.symptoms = []
        self.began = time.monotonic()
        self.names = {os.getpid(): "probe"}
        self.peers = []
        self.watched = []
        self.programs = []
        self.folders = []
        self._rendezvous = None

    # ---------------------------------------------------------------- what was seen

    def record(self, **facts):
        """Record facts: flat names, plain data. A name is recorded once."""
        for name, value in facts.items():
            if name in self.facts:
                raise ValueError(f"the fact {name!r} was recorded before, in the arm {self.name!r}")
            json.dumps(value)
            self.facts[name] = value

    def event(self, process, event, pid=None, detail="", at=None, other=None):
        """Add an event to the timeline, now or at the given time of ``time.monotonic``.

        ``other`` is the name of the other process that is involved: the parent, or the sender of a signal.
        """
        at = round((time.monotonic() if at is None else at) - self.began, 6)
        self.timeline.append(
            {"at": at, "process": process, "event": event, "pid": pid, "detail": detail, "other": other}
        )

    def symptom(self, kind, where, type="", text="", frames=()):  # noqa: A002  the key of the report
        """Record what a user would see; :mod:`_kit.symptoms` makes the arguments from an exception or a text.

        ``kind`` is ``exception``, ``stack``, ``warning``, ``output`` or ``silence``; ``where`` is the process.
        """
        self.symptoms.append({"kind": kind, "where": where, "type": type, "text": text, "frames": list(frames)})

    # ---------------------------------------------------------------- who is who

    def call(self, pid, name):
        """From now on the process with this pid goes by this name; the first name stays."""
        self.names.setdefault(pid, name)
        return self.names[pid]

    def who(self, pid):
        """The name of the process with this pid: its part in the story, or ``outside`` for one that has none."""
        return "none" if pid is None else self.names.get(pid, "outside")

    def parent_name(self, pid):
        """Return the parent's name for the timeline; None if the process has no parent."""
        return None if pid is None else self.who(pid)

    # ---------------------------------------------------------------- processes

    @property
    def address(self):
        """Where processes check in: give it to each that shall."""
        if self._rendezvous is None:
            self._rendezvous = Rendezvous()
        return self._rendezvous.address

    def expect(self, name, patience=PATIENCE):
        """Wait for the process that checks in as ``name``, and return its peer. Raises TimeoutError."""
        self.address  # noqa: B018  a probe may expect before it has named the address
        channel, greeting = self._rendezvous.accept(name, patience)
        peer = Peer(self, channel, greeting)
        self.call(peer.pid, name)
        self.peers.append(peer)
        self._name_fork_server(peer)
        self.event(name, "started", peer.pid, at=greeting["at"], other=self.parent_name(peer.first_parent))
        return peer

    def watch(self, pid, name=None):
        """Watch a process that does not check in, a fork server for one; by default it has the name it goes by."""
        watched = Watched(self, pid, self.who(pid) if name is None else self.call(pid, name))
        self.event(watched.name, "seen", pid, other=self.parent_name(watched.first_parent))
        self.watched.append(watched)
        return watched

    def _name_fork_server(self, peer):
        """Under forkserver, a stranger between this process and one that has a name is the latter's fork server.

        By the process table alone: what multiprocessing says of parents is itself put to the test.
        """
        if self.method == "forkserver" and peer.first_parent not in self.names:
            server = table.look(peer.first_parent)
            if server is not None and server.parent in self.names:
                self.call(peer.first_parent, f"{self.who(server.parent)}'s server")

    def launch(self, scene, *args, **popen):
        """Start a function of this probe as the main code of a program of its own; returns the Popen.

        The program is this same file, run by path with this interpreter and its flags; once the start method is
        set it calls ``scene(address, *args)``, and when that returns it ends as any script does. Arguments are
        plain data. The keywords are Popen's.
        """
        method = [] if self.method is None else ["--start-method", self.method]
        return self.run(*scene_words(scene, self.address, *args), *method, **popen)

    def run(self, script, *arguments, **popen):
        """Start a script as a program of its own, with this interpreter and its flags; returns the Popen."""
        import subprocess

        # What multiprocessing itself uses to give a spawned child the flags of its parent.
        flags = subprocess._args_from_interpreter_flags()
        program = subprocess.Popen([sys.executable, *flags, script, *arguments], **popen)
        self.programs.append(program)
        return program

    def exit_code(self, program, patience=PATIENCE):
        """Wait for the end of a program and return its exit code, or None when it still runs after that time.

        Popen's own wait looks less and less often, and in the end sees an end up to 50 ms late.
        """
        try:
            table.wait_for(lambda: program.poll() is not None, patience, "the program's end")
        except TimeoutError:
            pass
        return program.poll()

    # ---------------------------------------------------------------- files

    def folder(self):
        """The path of a new folder, which is removed with all that is in it when this arm is over."""
        import tempfile

        self.folders.append(tempfile.mkdtemp())
        return self.folders[-1]

    # ---------------------------------------------------------------- the end

    def close(self):
        """End whatever of this arm still runs, wait until it is gone, and remove its folders."""
        for peer in self.peers:
            peer.channel.close()
        if self._rendezvous is not None:
            self._rendezvous.close()
        self._end_programs()
        self._end_children()
        for process in [*self.peers, *self.watched]:
            _end(process.pid, process.started)
            process.look()
        if self.folders:
            import shutil

            for folder in self.folders:
                # A process that nobody watches may still remove files of its own there; the harness sees what is left.
                shutil.rmtree(folder, ignore_errors=True)

    def _end_programs(self):
        for program in self.programs:
            for stream in (program.stdin, program.stdout, program.stderr):
                if stream is not None:
                    stream.close()
            if self.exit_code(program, PATIENCE / 4) is None:
                program.kill()
                program.wait()

    def _end_children(self):
        if "multiprocessing" not in sys.modules:
            return
        import multiprocessing

        for child in multiprocessing.active_children():
            child.join(PATIENCE / 4)
            if child.exitcode is None:
                table.kill_child(child)
                child.join(PATIENCE / 4)


def _end(pid, started):
    """See one process to its end: leave it a moment to go by itself, then kill it."""
    if started is None:
        return

    def over():
        seen = table.look(pid)
        return seen is None or seen.started != started or seen.state == "zombie"

    try:
        table.wait_for(over, PATIENCE / 4, "leaving")
    except TimeoutError:
        table.kill(pid, started)
        table.wait_for(over, PATIENCE / 4, f"the end of process {pid}")
