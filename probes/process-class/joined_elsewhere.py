"""A forked child has its parent's Process object of another child, and waits for that child."""

import os
import sys
from multiprocessing import Event, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, error_of, main, stay, symptoms

SECONDS = TIMEOUT


def report(address, name, **facts):
    """Stands for the work of a child: what it has is seen by the probe."""
    check_in(address, name, **facts).serve()


def look(address, other):
    seen = {"symptoms": []}
    for name, method in (("join", other.join), ("is_alive", other.is_alive)):
        try:
            method()
            seen[name] = "none"
        except Exception as error:
            seen[name] = type(error).__name__
            seen["symptoms"].append(symptoms.raised(error, "child"))
    check_in(address, "another child", **seen).serve()


def joined_by_a_sibling(arm):
    child = Process(target=stay, args=(arm.address, "child"))
    child.start()
    peer = arm.expect("child")
    sibling = Process(target=look, args=(arm.address, child))
    sibling.start()
    other = arm.expect("another child")
    arm.record(join=other.details["join"], is_alive=other.details["is_alive"])
    for symptom in other.details["symptoms"]:
        arm.symptom(**symptom)
    for each in (other, peer):
        each.leave()
    sibling.join()
    child.join()


def joined_by_its_parent(arm):
    child = Process(target=stay, args=(arm.address, "child"))
    child.start()
    arm.expect("child").leave()
    arm.record(join=error_of(arm, child.join), is_alive=error_of(arm, child.is_alive), alive=child.is_alive())


# --8<-- [start:tell-it-by-an-event]
def first(done):
    done.set()  # its last line


def second(address, done):
    report(address, "second", done=done.wait(SECONDS))  # the child's work


# --8<-- [end:tell-it-by-an-event]


def tell_it_by_an_event(arm):
    address = arm.address
    # --8<-- [start:tell-it-by-an-event]
    done = Event()
    children = [Process(target=first, args=(done,)), Process(target=second, args=(address, done))]
    for child in children:
        child.start()
    # --8<-- [end:tell-it-by-an-event]
    peer = arm.expect("second")
    arm.record(done=peer.details["done"])
    peer.leave()
    for child in children:
        child.join()


if __name__ == "__main__":
    main(joined_by_a_sibling, joined_by_its_parent, tell_it_by_an_event)
