"""A command of subprocess and a child made by os.fork() have ended, and their parent never waits for them.

An init stub above the parent adopts what it leaves behind, and reaps it.
"""

import os
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, init_stub, main, start_program, stay


def parent(address, kind):
    if kind == "forked":
        if os.fork() == 0:
            try:
                stay(address, "child")
            finally:
                os._exit(0)
    else:
        command = start_program(stay, address, "child")
        if kind == "wait in a thread":
            # --8<-- [start:thread]
            threading.Thread(target=command.wait, daemon=True).start()  # collects the exit status at the end
            # --8<-- [end:thread]
    running = [] if kind == "forked" else [command]

    def look_later():
        nonlocal running
        # --8<-- [start:poll]
        running = [command for command in running if command.poll() is None]  # now and then
        # --8<-- [end:poll]
        return len(running)

    check_in(address, "parent").serve(look_later=look_later, wait=lambda: command.wait())


def observe(arm, kind, then=None, expected="zombie"):
    """Let the child end, and record what is left of it while the parent lives, and after the parent's end."""
    with init_stub(arm) as stub:
        stub.call("launch", "parent", kind)
        peer, child = arm.expect("parent"), arm.expect("child")
        child.leave()
        child.wait_end()
        if then:
            peer.call(then)
        if expected == "gone":
            reaped = ends_as(child, expected)
            arm.record(child=expected if reaped else child.read_state(), parent_lives=peer.answers())
        else:
            # The parent answers after the child's end, so it has had the time to collect the exit status.
            arm.record(parent_lives=peer.answers(), child=child.read_state())
        peer.leave()
        peer.wait_end()
        arm.record(after_the_parents_end="gone" if ends_as(child, "gone") else child.read_state())


def ends_as(child, state):
    try:
        return child.wait_state(state) == state
    except TimeoutError:
        return False


def command(arm):
    observe(arm, "command")
    if arm.facts["child"] == "zombie":
        arm.symptom("silence", "child", text="ps shows the child as defunct while its parent lives")


def forked(arm):
    observe(arm, "forked")


def waited_for(arm):
    observe(arm, "command", then="wait", expected="gone")


def thread(arm):
    observe(arm, "wait in a thread", expected="gone")


def poll(arm):
    observe(arm, "command", then="look_later", expected="gone")


if __name__ == "__main__":
    main(command, forked, waited_for, thread, poll)
