"""A child has ended and was not joined: is it a zombie, and until when?

Under forkserver it is a child of the server, which reaps it.
"""

import os
import sys
from multiprocessing import Process, active_children
from multiprocessing.connection import wait

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, stay

SEEN = {"zombie": "the child is a zombie", "gone": "the child is not in it"}


def ended_child(arm):
    process = Process(target=stay, args=(arm.address, "child"))
    process.start()
    peer = arm.expect("child")
    peer.leave()
    peer.wait_end()
    wait([process.sentinel])  # a fork server has reaped the child when this returns
    return process, peer


def look_at(arm, child):
    """Return what the process table shows of the child, and put the look on the timeline."""
    state = child.read_state()
    arm.event("probe", "looks at the process table", os.getpid(), SEEN.get(state, state))
    return state


def experiment(arm):
    _, child = ended_child(arm)
    arm.record(child=look_at(arm, child), whose=arm.name_of(child.parent()))
    if arm.facts["child"] == "zombie":
        arm.symptom("silence", "child", text="ps shows the child as defunct while its parent lives")


def joined(arm):
    process, child = ended_child(arm)
    # --8<-- [start:join]
    process.join()
    # --8<-- [end:join]
    arm.event("probe", "has joined", os.getpid(), "the child")
    arm.record(child=look_at(arm, child))


def asked_about(arm):
    process, child = ended_child(arm)
    alive = process.is_alive()
    arm.event("probe", "has called is_alive()", os.getpid())
    arm.record(alive=alive, child=look_at(arm, child))


def another_started(arm):
    _, child = ended_child(arm)
    Process(target=stay, args=(arm.address, "another")).start()
    arm.event("probe", "has started another child", os.getpid())
    arm.record(child=look_at(arm, child))
    arm.expect("another")


def collect(arm):
    _, child = ended_child(arm)
    # --8<-- [start:active-children]
    active_children()  # now and then: it collects the exit statuses of all children that have ended
    # --8<-- [end:active-children]
    arm.event("probe", "has called active_children()", os.getpid())
    arm.record(child=look_at(arm, child))


if __name__ == "__main__":
    main(experiment, joined, asked_about, another_started, collect)
