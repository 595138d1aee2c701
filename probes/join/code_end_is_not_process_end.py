"""The last line of a program has run: does its process end, or does it wait for a child that still runs?

In the remedy the child is daemonic.
"""

import os
import sys
import threading
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, hangs, main, stay, table


def do_work(*arguments):
    """Stands for the work of a child."""
    stay(*arguments)


def code(address, with_child):
    children = [Process(target=stay, args=(address, "child"), name="the child")] if with_child else []
    for child in children:
        child.start()
    # A thread that reports where the main thread waits at the program's exit.
    main_thread = threading.get_ident()
    watcher = check_in(address, "watcher")
    threading.Thread(target=watcher.serve, kwargs={"stack": lambda: hangs.stack_of(main_thread)}, daemon=True).start()
    connection = check_in(address, "program")
    connection.report_joins(*children)
    connection.serve()
    connection.send("last line")


def daemon_code(address):
    # --8<-- [start:daemon]
    process = Process(target=do_work, args=(address, "child"), daemon=True)
    process.start()
    # --8<-- [end:daemon]
    check_in(address, "program").serve()


def after_the_last_line(arm, with_child):
    program = arm.launch(code, with_child)
    watcher = arm.expect("watcher")
    peer = arm.expect("program")
    child = arm.expect("child") if with_child else None
    peer.leave()
    arm.record(code_ends_with=peer.receive() or "nothing", then=peer.receive() or "nothing")
    if with_child:
        arm.record(child="lives" if child.answers() else "ended", process=state(program))
        record_stack(arm, watcher)
        child.leave()
        arm.record(at_last=peer.receive() or "nothing")
    else:
        program.wait()
        arm.record(process=state(program))
    peer.wait_end()
    arm.record(exit_code=program.wait())


def record_stack(arm, watcher):
    """Record where the program waits, once it waits for its child."""

    def stack():
        frames = watcher.call("stack")
        return frames if "multiprocessing/process.py:join" in frames else None

    try:
        arm.symptom("stack", "parent", frames=table.wait_for(stack, TIMEOUT / 4, "the program's join()"))
    except (EOFError, TimeoutError):
        pass  # the program does not wait, as the facts show


def state(program):
    return "lives" if program.poll() is None else "ended"


def experiment(arm):
    after_the_last_line(arm, with_child=True)


def control(arm):
    after_the_last_line(arm, with_child=False)


def daemon(arm):
    program = arm.launch(daemon_code)
    peer, child = arm.expect("program"), arm.expect("child")
    peer.leave()
    arm.record(exit_code=arm.wait_exit_code(program), child="lives" if child.answers() else "ended")


if __name__ == "__main__":
    main(experiment, control, daemon)
