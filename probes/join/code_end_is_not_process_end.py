"""The last line of a program has run: does its process end, or does it wait for a child that still runs?"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay


def code(address, with_child):
    children = [Process(target=stay, args=(address, "child"), name="the child")] if with_child else []
    for child in children:
        child.start()
    connection = check_in(address, "program")
    connection.report_joins(*children)
    connection.serve()
    connection.send("last line")


def after_the_last_line(arm, with_child):
    program = arm.launch(code, with_child)
    peer = arm.expect("program")
    child = arm.expect("child") if with_child else None
    peer.leave()
    arm.record(code_ends_with=peer.receive() or "nothing", then=peer.receive() or "nothing")
    if with_child:
        arm.record(child="lives" if child.answers() else "ended", process=state(program))
        child.leave()
        arm.record(at_last=peer.receive() or "nothing")
    else:
        program.wait()
        arm.record(process=state(program))
    peer.wait_end()
    arm.record(exit_code=program.wait())


def state(program):
    return "lives" if program.poll() is None else "ended"


def experiment(arm):
    after_the_last_line(arm, with_child=True)


def control(arm):
    after_the_last_line(arm, with_child=False)


if __name__ == "__main__":
    main(experiment, control)
