"""Functions are registered with atexit at the main file's top level, by the parent before it starts a child, and by the
child. Which of them run in the child, at its end?

Each story is a program of its own, so that the parent's registration is made anew in each.
"""

import atexit
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

child_line = None  # in the child alone: what is registered tells the probe if it runs there


def tell(who):
    if child_line is not None:
        child_line.send(who)


atexit.register(tell, "top level")


def returns(arm):
    story(arm, "returning")


def leaves_at_once(arm):
    story(arm, "os._exit")


def forked_by_hand(arm):
    """No child of multiprocessing's: its end is that of any program."""
    story(arm, "returning", by_hand=True)


def runs_them_itself(arm):
    """The child registers anew what its main file does at its top level, and runs what is registered."""
    story(arm, "running them")


def story(arm, end, by_hand=False):
    arm.launch(program, by_hand)
    child = arm.expect("child")
    child.leave(end)
    ran = list(iter(child.hear, None))
    arm.record(childs="child" in ran, parents="parent" in ran, top_levels="top level" in ran)


def program(address, by_hand):
    atexit.register(tell, "parent")
    if by_hand:
        pid = os.fork()
        if not pid:
            child(address)
            return
        os.waitpid(pid, 0)
    else:
        process = Process(target=child, args=(address,))
        process.start()
        process.join()


def child(address):
    global child_line
    child_line = check_in(address, "child")
    atexit.register(tell, "child")
    end = child_line.serve()
    if end == "os._exit":
        os._exit(0)
    if end == "running them":
        atexit.register(tell, "top level")
        atexit._run_exitfuncs()


if __name__ == "__main__":
    main(returns, leaves_at_once, forked_by_hand, runs_them_itself)
