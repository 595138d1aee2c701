"""The parent of a daemon ends in five ways: does the daemon end too? It does if the parent's exit function runs."""

import os
import subprocess
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay


def parent_code(address, daemon):
    child = Process(target=stay, args=(address, "child"), name="child", daemon=daemon)
    child.start()
    connection = check_in(address, "parent")
    connection.report_joins(child)
    way = connection.serve()
    if way == "raise":
        raise RuntimeError("an uncaught exception")
    if way == "os._exit":
        os._exit(3)


def the_parent_ends(arm, end, daemon=True):
    folder = arm.folder()
    # An abrupt end leaves multiprocessing's temporary folder behind; this one is removed with the arm. The traceback of
    # the uncaught exception is expected and is not shown.
    environment = {**os.environ, "TMPDIR": folder}
    program = arm.launch(parent_code, daemon, env=environment, stderr=subprocess.DEVNULL)
    parent, child = arm.expect("parent"), arm.expect("child")
    end(program, parent)
    # The parent's exit terminates its daemons before it joins a child. None: the parent has ended without a join.
    joined = parent.wait_join()
    if joined is None:
        parent.wait_end()
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


if __name__ == "__main__":
    main(returns, raises, leaves_at_once, is_terminated, is_killed, control)
