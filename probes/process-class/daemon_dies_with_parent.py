"""The parent of a daemon ends in five ways: does the daemon end too? It does if the parent's exit function runs."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from multiprocessing import Process, parent_process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay


# --8<-- [start:watch-parent]
def leave_with_parent():
    def watch():
        parent_process().join()  # returns when the parent has ended, whatever ended it
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


# --8<-- [end:watch-parent]


def watching_child(address, name):
    # --8<-- [start:watch-parent]
    leave_with_parent()  # in the child, before its work
    # --8<-- [end:watch-parent]
    stay(address, name)


def parent_code(address, daemon, fix):
    if fix == "exit on SIGTERM":
        # --8<-- [start:exit-on-sigterm]
        signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(128 + signum))
        # --8<-- [end:exit-on-sigterm]
    target = watching_child if fix == "watch the parent" else stay
    child = Process(target=target, args=(address, "child"), name="child", daemon=daemon)
    child.start()
    connection = check_in(address, "parent")
    connection.report_joins(child)
    way = connection.serve()
    if way == "raise":
        raise RuntimeError("an uncaught exception")
    if way == "os._exit":
        os._exit(3)


def the_parent_ends(arm, end, daemon=True, fix="none"):
    folder = arm.folder()
    # An abrupt end leaves multiprocessing's temporary folder behind; this one is removed with the arm. The traceback of
    # the uncaught exception is expected and is not shown.
    environment = {**os.environ, "TMPDIR": folder}
    program = arm.launch(parent_code, daemon, fix, env=environment, stderr=subprocess.DEVNULL)
    parent, child = arm.expect("parent"), arm.expect("child")
    end(program, parent)
    # The parent's exit terminates its daemons before it joins a child. None: the parent has ended without a join.
    joined = parent.wait_join()
    if joined is None:
        parent.wait_end()
    if fix == "watch the parent":
        with contextlib.suppress(TimeoutError):
            child.wait_end()  # it may take a moment until the child sees the end of its parent
    arm.record(child="lives" if child.answers() else "ended", parent_joins=joined)
    child.leave()
    child.wait_end()
    arm.record(exit_code=program.wait())


def returns(arm):
    the_parent_ends(arm, lambda program, parent: parent.leave())


def raises(arm):
    the_parent_ends(arm, lambda program, parent: parent.leave("raise"))


def leaves_at_once(arm):
    the_parent_ends(arm, lambda program, parent: parent.leave("os._exit"))


def is_terminated(arm):
    the_parent_ends(arm, lambda program, parent: program.terminate())


def is_killed(arm):
    the_parent_ends(arm, lambda program, parent: program.kill())


def control(arm):
    """The child is plain, and the parent's code has run: both live, because the parent waits for the child."""
    the_parent_ends(arm, lambda program, parent: parent.leave(), daemon=False)


def watch_parent(arm):
    the_parent_ends(arm, lambda program, parent: program.kill(), fix="watch the parent")


def exit_on_sigterm(arm):
    the_parent_ends(arm, lambda program, parent: program.terminate(), fix="exit on SIGTERM")


if __name__ == "__main__":
    main(returns, raises, leaves_at_once, is_terminated, is_killed, control, watch_parent, exit_on_sigterm)
