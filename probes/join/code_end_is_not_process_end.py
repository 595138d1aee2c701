"""The last line of a program has run. With a child at work its process goes on, and ends after the child."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay

line = None
"""The program's line to the probe."""


class Child(Process):
    """The program says when it joins it, and how it finds it when it has."""

    def join(self, timeout=None):
        line.send("joins the child")
        super().join(timeout)
        line.send("the child runs" if self.exitcode is None else "the child has ended")


def code(address, with_child):
    global line
    if with_child:
        Child(target=stay, args=(address, "child")).start()
    line = check_in(address, "program")
    line.serve()
    line.send("last line")


def after_the_last_line(arm, with_child):
    program = arm.launch(code, with_child)
    peer = arm.expect("program")
    child = arm.expect("child") if with_child else None
    peer.leave()
    arm.record(code_ends_with=hear(peer), then=hear(peer))
    if with_child:
        arm.record(child="lives" if child.answers() else "ended", process=state(program))
        child.leave()
        arm.record(at_last=hear(peer))
    else:
        program.wait()
        arm.record(process=state(program))
    peer.wait_end()
    arm.record(exit_code=program.wait())


def hear(peer):
    """What it says next, or ``nothing`` when it has ended."""
    try:
        said = peer.channel.receive()
    except EOFError:
        return "nothing"
    peer.arm.event(peer.name, "says", peer.pid, said)
    return said


def state(program):
    return "lives" if program.poll() is None else "ended"


def experiment(arm):
    after_the_last_line(arm, with_child=True)


def control(arm):
    after_the_last_line(arm, with_child=False)


if __name__ == "__main__":
    main(experiment, control)
