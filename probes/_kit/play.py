"""A small program as a play: it stops at its cues until the probe lets it go on, and the probe reads what it prints.

Where a program would take its time it waits for a cue, and so the probe decides what happens first. The program has
``begin``, ``cue`` and ``say``; run by hand, without a probe, it waits for nothing. The probe has :class:`Play`.
"""

import os
import threading
import time

from _kit.checkin import PATIENCE, check_in

# ------------------------------------------------------------------ in the program


def begin():
    """Set the start method that the probe wants; by hand it is the system's default."""
    import multiprocessing

    method = os.environ.get("PROBE_START_METHOD")
    if method:
        multiprocessing.set_start_method(method)


def cue(name, **details):
    """Wait until the probe lets this process, by this name, go on; returns the probe's word."""
    address = os.environ.get("PROBE_ADDRESS")
    if not address:
        return None
    line = check_in(address, name, at=time.monotonic(), **details)
    try:
        return line.serve()
    finally:
        line.close()


def say(line):
    """Print a line, at once and by one write, so that the lines of two processes do not mix."""
    print(f"{line}\n", end="", flush=True)


# ------------------------------------------------------------------ in the probe


class Play:
    """A program that runs, by the path of its script; its lines are ``lines``, as far as they have come.

    To be used as a context: at its end a program that still runs is killed.
    """

    def __init__(self, arm, script, *arguments, **popen):
        self.arm = arm
        self.lines = []
        self._over = False
        self._changed = threading.Condition()
        environment = {**os.environ, "PROBE_ADDRESS": arm.address, "PROBE_START_METHOD": arm.method or ""}
        screen, printed = os.pipe()
        try:
            self.program = arm.run(script, *arguments, env=environment, stdout=printed, **popen)
        finally:
            os.close(printed)
        self._reader = threading.Thread(target=self._read, args=(screen,), daemon=True)
        self._reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.program.poll() is None:
            self.program.kill()
            self.program.wait()

    def _read(self, screen):
        with open(screen, encoding="utf-8", errors="replace") as file:
            for line in file:
                with self._changed:
                    self.lines.append(line.rstrip("\n"))
                    self.arm.event("screen", "shows", detail=self.lines[-1])
                    self._changed.notify_all()
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def cue(self, name, patience=PATIENCE):
        """The process that waits for this cue, as a peer; ``leave`` lets it go on. None when none comes to it."""
        try:
            return self.arm.expect(name, patience)
        except TimeoutError:
            return None

    def go(self, name, then=None):
        """Let the next process that comes to this cue go on, until that line shows; whether one came and it showed."""
        before = self.lines.count(then)
        peer = self.cue(name)
        if peer is None:
            return False
        peer.leave()
        return then is None or self.shows(lambda lines: lines.count(then) > before)

    def shows(self, condition, patience=PATIENCE):
        """Wait until the lines are so, or no more can come; whether they are."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or condition(self.lines), patience)
            return bool(condition(self.lines))

    def end(self):
        """Wait until the program and all that print for it have ended; returns its exit code, None if it runs on."""
        code = self.arm.exit_code(self.program)
        if code is not None:
            self._reader.join(PATIENCE)
        return code
