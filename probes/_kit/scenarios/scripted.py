"""A small program that stops at named steps until the probe lets it go on, and whose output the probe reads.

Where the program could take its time it waits at a step, so the probe decides what happens first. The program uses
``use_start_method``, ``step`` and ``say``; without a probe, run by hand, it does not wait. The probe uses
:class:`ScriptedProgram`.
"""

import os
import threading
import time

from _kit.checkin import TIMEOUT, check_in

# ------------------------------------------------------------------ in the program


def use_start_method():
    """Set the start method that the probe asks for; without a probe it remains the default."""
    import multiprocessing

    method = os.environ.get("PROBE_START_METHOD")
    if method:
        multiprocessing.set_start_method(method)


def step(name, **details):
    """Wait at this step until the probe lets the process go on; return the probe's message."""
    address = os.environ.get("PROBE_ADDRESS")
    if not address:
        return None
    connection = check_in(address, name, at=time.monotonic(), **details)
    try:
        return connection.serve()
    finally:
        connection.close()


def say(line):
    """Print a line at once and with one write, so that the lines of two processes do not mix."""
    print(f"{line}\n", end="", flush=True)


# ------------------------------------------------------------------ in the probe


class ScriptedProgram:
    """A running program, given by the path of its script; ``lines`` are the lines that it has printed so far.

    To be used as a context manager, which kills the program if it still runs at the end.
    """

    def __init__(self, arm, script, *arguments, **popen):
        self.arm = arm
        self.lines = []
        self._over = False
        self._changed = threading.Condition()
        environment = {**os.environ, "PROBE_ADDRESS": arm.address, "PROBE_START_METHOD": arm.method or ""}
        output, printed = os.pipe()
        try:
            self.program = arm.start_script(script, *arguments, env=environment, stdout=printed, **popen)
        finally:
            os.close(printed)
        self._reader = threading.Thread(target=self._read, args=(output,), daemon=True)
        self._reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.program.poll() is None:
            self.program.kill()
            self.program.wait()

    def _read(self, output):
        with open(output, encoding="utf-8", errors="replace") as file:
            for line in file:
                with self._changed:
                    self.lines.append(line.rstrip("\n"))
                    self.arm.event("screen", "shows", detail=self.lines[-1])
                    self._changed.notify_all()
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def wait_step(self, name, timeout=TIMEOUT):
        """Return the peer of the process that waits at this step, or None if no process reaches it.

        The peer's ``leave`` lets the process go on.
        """
        try:
            return self.arm.expect(name, timeout)
        except TimeoutError:
            return None

    def run_step(self, name, then=None):
        """Let the next process at this step go on until this line is printed; return whether both happened."""
        before = self.lines.count(then)
        peer = self.wait_step(name)
        if peer is None:
            return False
        peer.leave()
        return then is None or self.prints(lambda lines: lines.count(then) > before)

    def prints(self, condition, timeout=TIMEOUT):
        """Wait until the lines fulfil the condition or no more can come; return whether they do."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or condition(self.lines), timeout)
            return bool(condition(self.lines))

    def end(self):
        """Wait until the program and every process that prints for it have ended.

        Return the program's exit code, or None if it still runs.
        """
        code = self.arm.wait_exit_code(self.program)
        if code is not None:
            self._reader.join(TIMEOUT)
        return code
