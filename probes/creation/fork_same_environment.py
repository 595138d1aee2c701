"""A child starts with its parent's environment strings as they are now; the fork server's child, with those of the
moment when the server started.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

BEFORE, CHANGED, REMOVED, LATE, LATER = (f"PROBE_{word}" for word in ("BEFORE", "CHANGED", "REMOVED", "LATE", "LATER"))


def child(address, name):
    check_in(address, name).serve(environment=lambda: dict(os.environ))


def a_child(arm, name):
    Process(target=child, args=(arm.address, name)).start()
    return arm.expect(name)


def differing(one, other):
    """The names of what differs. Those that begin with __ are the launchers' and the system's own business."""
    names = {name for name in {*one, *other} if one.get(name) != other.get(name)}
    return sorted(name for name in names if not name.startswith("__"))


def experiment(arm):
    a_child(arm, "first child")  # with it the fork server starts, if that is the method
    os.environ[CHANGED] = "new"
    os.environ[LATE] = "new"
    del os.environ[REMOVED]
    seen = a_child(arm, "child").call("environment")
    arm.record(
        changed=seen.get(CHANGED),
        added=seen.get(LATE),
        removed=seen.get(REMOVED),
        differing=differing(os.environ, seen),
    )


def control(arm):
    """What was there before any child is in each; what is set after a child's start is not in that child."""
    peer = a_child(arm, "child")
    os.environ[LATER] = "new"
    seen = peer.call("environment")
    arm.record(before=seen.get(BEFORE), added=seen.get(LATER))


if __name__ == "__main__":
    os.environ.update({BEFORE: "old", CHANGED: "old", REMOVED: "old"})
    main(experiment, control)
