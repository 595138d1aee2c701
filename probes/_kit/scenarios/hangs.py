"""A call that may never return: the probe sees whether it returns, and where it waits.

The program makes the call in its main thread, as a user's program does. A second thread reports to the probe, so that a
process that hangs can still say where.
"""

import os
import signal
import sys
import threading
import time

from _kit.checkin import QUIET_TIME, TIMEOUT, check_in
from _kit.probe import symptoms
from _kit.system import table

_POLL_INTERVAL = 0.01  # seconds


def call(address, name, action, *args, actions=None):
    """Make a call in this thread while the probe watches it, then wait until the probe lets the process leave.

    If the call still waits by then, the process ends at once. What the call returns is plain data. ``actions`` has the
    functions, by name, that the second thread offers to the probe besides.
    """
    caller = threading.get_ident()
    end = {"over": False, "result": None, "symptom": None}
    connection = check_in(address, name)

    def look():
        return [end["over"], end["result"], end["symptom"], [] if end["over"] else stack_of(caller)]

    def serve():
        if hasattr(signal, "pthread_sigmask"):  # signals are for the thread that makes the call
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        connection.serve(look=look, **(actions or {}))
        if not end["over"]:
            _remove_temporary_folder()
            os._exit(1)

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    try:
        end["result"] = action(*args)
    except Exception as error:
        end["symptom"] = symptoms.raised(error, name)
    end["over"] = True
    server.join()


def watch(address, name):
    """Let a second thread of this process, which checks in as ``name``, report where the calling thread is."""
    caller = threading.get_ident()
    connection = check_in(address, name)
    threading.Thread(target=connection.serve, kwargs={"stack": lambda: stack_of(caller)}, daemon=True).start()


def record_stack(arm, peer, where, waiting_in=None):
    """Record as a symptom where a watched process waits, when its stack contains the function ``waiting_in``."""
    stack = table.wait_for(
        lambda: next((each for each in [peer.call("stack")] if waiting_in is None or waiting_in in each), None),
        TIMEOUT,
        f"{peer.name} waiting in {waiting_in}",
    )
    arm.symptom("stack", where, frames=stack)


def record_wait(arm, call, waiting_in):
    """Record as a symptom where a call in this process waits, in a thread that ends with the process.

    The call never returns. Its stack contains the function ``waiting_in`` (``FILE:FUNCTION``).
    """
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    stack = table.wait_for(
        lambda: next((each for each in [stack_of(thread.ident)] if waiting_in in each), None), TIMEOUT, waiting_in
    )
    arm.symptom("stack", "parent", frames=stack)


def outcome(arm, peer, where="parent", longest_wait=QUIET_TIME):
    """Return the result of the call, the name of its error, or ``waits``.

    An error or the stack of a call that waits is recorded as a symptom in that process, unless ``where`` is None.

    A call waits if it has not left the same place for this long, in seconds. A call that should return gets
    ``TIMEOUT``. Call this when everything has happened that the call could wait for. Raises TimeoutError.
    """
    give_up = time.monotonic() + 2 * TIMEOUT
    last, since = None, None
    while True:
        over, result, symptom, stack = peer.call("look")
        now = time.monotonic()
        if over:
            if symptom:
                result = symptom["type"]
                if where:
                    arm.symptom(**{**symptom, "where": where})
            arm.event(peer.name, "comes back", peer.pid, str(result))
            return result
        if stack != last:
            last, since = stack, now
        elif now - since >= longest_wait:
            if where:
                arm.symptom("stack", where, frames=stack)
            arm.event(peer.name, "waits", peer.pid, stack[-1] if stack else "")
            return "waits"
        if now > give_up:
            raise TimeoutError(f"the call in {peer.name} neither returned nor waited within {2 * TIMEOUT:g} s")
        time.sleep(_POLL_INTERVAL)  # bounded by the timeout above


def _remove_temporary_folder():
    """Remove the folder in which multiprocessing keeps its sockets, as the end of a program would."""
    process = sys.modules.get("multiprocessing.process")
    if process is not None and process.parent_process() is None:
        folder = process.current_process()._config.get("tempdir")
        if folder:
            import shutil

            shutil.rmtree(folder, ignore_errors=True)


def stack_of(thread):
    """Return the frames of a thread of this process that are in the standard library, outermost first."""
    frame = sys._current_frames()[thread]
    frames = []
    while frame is not None:
        frames.append((frame.f_code.co_filename, frame.f_code.co_name))
        frame = frame.f_back
    return symptoms.library_frames(reversed(frames))
