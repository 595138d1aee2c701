"""After its last line a program whose child is still at work joins the child and ends after it. If the last line is
os._exit, the program ends at once.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def task(address):
    line = check_in(address, "child")
    line.serve()
    line.send("finished")


def parent(address, abrupt):
    line = check_in(address, "parent")
    child = Process(target=task, args=(address,), name="the child")
    child.start()
    line.report_joins(child)
    line.receive()  # until the child is at work
    if abrupt:
        os._exit(0)


def at_exit(arm, abrupt):
    # A parent that ends abruptly leaves multiprocessing's temporary folder behind: in this folder, which is removed.
    arm.launch(parent, abrupt, env={**os.environ, "TMPDIR": arm.folder()})
    the_parent, the_child = arm.expect("parent"), arm.expect("child")
    the_parent.send("go on")
    arm.record(
        after_last_line=the_parent.receive() or "ends",
        # Asked several times, so that a parent that does not wait has time to continue.
        childs_work="goes on" if all(the_child.answers() for _ in range(20)) else "has ended",
    )
    the_child.leave()
    arm.record(
        child_finished=the_child.receive() == "finished",
        child_when_parent_ended="ended" if the_parent.receive() == "the child has ended" else "running",
    )
    the_parent.wait_end()


def experiment(arm):
    at_exit(arm, abrupt=False)


def control(arm):
    at_exit(arm, abrupt=True)


if __name__ == "__main__":
    main(experiment, control)
