"""Whether a daemon ends with its parent: it does where multiprocessing's exit function comes to run, and not else."""

import os
import subprocess
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay


def parent_code(address, daemon):
    child = Process(target=stay, args=(address, "child"), name="child", daemon=daemon)
    child.start()
    line = check_in(address, "parent")
    line.report_joins(child)
    way = line.serve()
    if way == "raise":
        raise RuntimeError("which nobody catches")
    if way == "os._exit":
        os._exit(3)


def the_parent_ends(arm, end, daemon=True):
    folder = arm.folder()
    # An abrupt end leaves multiprocessing's temporary folder behind. The traceback of what nobody catches is
    # part of the story, and not of the output.
    environment = {**os.environ, "TMPDIR": folder}
    program = arm.launch(parent_code, daemon, env=environment, stderr=subprocess.DEVNULL)
    parent, child = arm.expect("parent"), arm.expect("child")
    end(program, parent)
    joined = parent.wait_join()  # before its end, if at all: and whom its exit terminates it has signalled then
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
    """A plain child, and the parent's code has run: the child lives, and so does the parent, which waits for it."""
    the_parent_ends(arm, lambda program, parent: parent.leave(), daemon=False)


if __name__ == "__main__":
    main(returns, raises, leaves_at_once, is_terminated, is_killed, control)
