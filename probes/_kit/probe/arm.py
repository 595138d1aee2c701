"""One arm of an experiment while it runs: its processes, and the facts and events that it has recorded."""

import faulthandler
import json
import os
import sys
import time

from _kit.checkin import STACK_SIGNAL, TIMEOUT
from _kit.probe.entry import entry_command
from _kit.probe.peer import ObservedProcess, Peer
from _kit.probe.server import CheckinServer
from _kit.system import table


class Arm:
    """The tools of one arm of the probe."""

    def __init__(self, name, method):
        self.name = name
        self.method = method
        """The start method, already set for the whole process; None for a probe that does not use one."""
        self.facts = {}
        self.timeline = []
        self.symptoms = []
        self.began = time.monotonic()
        self.names = {os.getpid(): "probe"}
        self.peers = []
        self.observed = []
        self.programs = []
        self.folders = []
        self._server = None

    # ---------------------------------------------------------------- facts and events

    def record(self, **facts):
        """Record facts: flat names, plain data. Raises ValueError if a name was recorded before."""
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
        """Record what a user would see; :mod:`_kit.probe.symptoms` makes the arguments from an exception or a text.

        ``kind`` is ``exception``, ``stack``, ``warning``, ``output`` or ``silence``; ``where`` is the process.
        """
        self.symptoms.append({"kind": kind, "where": where, "type": type, "text": text, "frames": list(frames)})

    # ---------------------------------------------------------------- names of processes

    def set_name(self, pid, name):
        """Give the process with this pid a name, unless it has one; return its name."""
        self.names.setdefault(pid, name)
        return self.names[pid]

    def name_of(self, pid):
        """Return the name of the process with this pid, ``outside`` if it has none, or ``none`` for no pid."""
        return "none" if pid is None else self.names.get(pid, "outside")

    def parent_name(self, pid):
        """Return the parent's name for the timeline; None if the process has no parent."""
        return None if pid is None else self.name_of(pid)

    # ---------------------------------------------------------------- processes

    @property
    def address(self):
        """The address at which processes check in: pass it to each process that should."""
        if self._server is None:
            self._server = CheckinServer()
        return self._server.address

    def expect(self, name, timeout=TIMEOUT):
        """Wait for the process that checks in as ``name``, and return its peer. Raises TimeoutError."""
        self.address  # noqa: B018  opens the server, if the probe has not used the address yet
        connection, hello = self._server.accept(name, timeout)
        peer = Peer(self, connection, hello)
        self.set_name(peer.pid, name)
        self.peers.append(peer)
        self._name_fork_server(peer)
        self.event(name, "started", peer.pid, at=hello["at"], other=self.parent_name(peer.first_parent))
        return peer

    def observe(self, pid, name=None):
        """Observe a process that does not check in, such as a fork server. By default it keeps the name it has."""
        process = ObservedProcess(self, pid, self.name_of(pid) if name is None else self.set_name(pid, name))
        self.event(process.name, "seen", pid, other=self.parent_name(process.first_parent))
        self.observed.append(process)
        return process

    def _name_fork_server(self, peer):
        """Under forkserver, name the unnamed process between the peer and a process with a name: a fork server.

        Uses the process table only, because multiprocessing's own answers about parents are tested too.
        """
        if self.method == "forkserver" and peer.first_parent not in self.names:
            server = table.read(peer.first_parent)
            if server is not None and server.parent in self.names:
                self.set_name(peer.first_parent, f"{self.name_of(server.parent)}'s server")

    def launch(self, function, *args, **popen):
        """Start a function of this probe as the main code of a program of its own, and return the Popen.

        The program is this same file, run by path with this interpreter and its flags. Once the start method is set it
        calls ``function(address, *args)``, and when that returns it ends as any script does. The arguments are plain
        data, the keywords are Popen's.
        """
        method = [] if self.method is None else ["--start-method", self.method]
        return self.start_script(*entry_command(function, self.address, *args), *method, **popen)

    def start_script(self, script, *arguments, **popen):
        """Start a script as a program of its own, with this interpreter and its flags, and return the Popen."""
        import subprocess

        from _kit.probe.program import Program

        # multiprocessing itself uses this function to give a spawned child the flags of its parent.
        flags = subprocess._args_from_interpreter_flags()
        program = Program([sys.executable, *flags, script, *arguments], **popen)
        self.programs.append(program)
        return program

    def wait_exit_code(self, program, timeout=TIMEOUT):
        """Wait for the end of a program, and return its exit code or None if it still runs after that time.

        Popen's own wait polls at growing intervals, and may see an end up to 50 ms late.
        """
        try:
            table.wait_for(lambda: program.poll() is not None, timeout, "the program's end")
        except TimeoutError:
            pass
        return program.poll()

    # ---------------------------------------------------------------- files

    def folder(self):
        """Make a folder and return its path. It is removed, with its content, at the end of this arm."""
        import tempfile

        self.folders.append(tempfile.mkdtemp())
        return self.folders[-1]

    # ---------------------------------------------------------------- the end

    def print_stacks(self):
        """Have the processes of this arm print their stacks to their standard error, if the system can ask them."""
        if STACK_SIGNAL is None:
            return
        faulthandler.unregister(STACK_SIGNAL)  # where the probe itself waits is in its own traceback
        # The group has also the processes that never checked in. Programs that are not Python ignore the signal.
        pids = dict.fromkeys([*table.members(os.getpgrp()), *(peer.pid for peer in self.peers)])
        for pid in pids:
            if pid != os.getpid():
                print(f"{self.names.get(pid, 'not checked in')} (pid {pid}):", file=sys.stderr, flush=True)
                _print_stack(pid)

    def close(self):
        """End the processes of this arm that still run, wait until they are gone, and remove its folders."""
        for peer in self.peers:
            peer.connection.close()
        if self._server is not None:
            self._server.close()
        self._end_programs()
        self._end_children()
        for process in [*self.peers, *self.observed]:
            _end(process.pid, process.started)
            process.read_state()
        if self.folders:
            import shutil

            for folder in self.folders:
                # An unobserved process may still remove its own files there. The harness reports what is left.
                shutil.rmtree(folder, ignore_errors=True)

    def _end_programs(self):
        for program in self.programs:
            for stream in (program.stdin, program.stdout, program.stderr):
                if stream is not None:
                    stream.close()
            if self.wait_exit_code(program, TIMEOUT / 4) is None:
                program.kill()
                program.wait()

    def _end_children(self):
        if "multiprocessing" not in sys.modules:
            return
        import multiprocessing

        for child in multiprocessing.active_children():
            child.join(TIMEOUT / 4)
            if child.exitcode is None:
                table.kill_child(child)
                child.join(TIMEOUT / 4)


def _print_stack(pid):
    """Have a process print its stack, and wait until it has: the lines of two at once would be mixed."""
    try:
        os.kill(pid, STACK_SIGNAL)
        table.wait_for(lambda: not _runs(pid), TIMEOUT / 20, f"process {pid} waiting again")
    except (ProcessLookupError, TimeoutError):  # it has ended, or it is busy
        pass


def _runs(pid):
    """Return whether the process has a signal to handle or other work to do, and does not wait."""
    entry = table.read(pid)
    return entry is not None and entry.state == "running"


def _end(pid, started):
    """Wait a moment for the end of a process, then kill it and wait until it is gone."""
    if started is None:
        return

    def over():
        entry = table.read(pid)
        return entry is None or entry.started != started or entry.state == "zombie"

    try:
        table.wait_for(over, TIMEOUT / 4, "leaving")
    except TimeoutError:
        table.kill(pid, started)
        table.wait_for(over, TIMEOUT / 4, f"the end of process {pid}")
