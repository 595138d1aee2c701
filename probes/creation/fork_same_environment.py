"""A child starts with its parent's current environment variables. A child of the fork server starts with those that the
parent had when the server was started.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

BEFORE, CHANGED, REMOVED, LATE, LATER = (f"PROBE_{word}" for word in ("BEFORE", "CHANGED", "REMOVED", "LATE", "LATER"))


def child(address, name):
    check_in(address, name).serve(environment=lambda: dict(os.environ))


def start_child(arm, name):
    Process(target=child, args=(arm.address, name)).start()
    return arm.expect(name)


def differing(one, other):
    """Return the names of the variables that differ, without those that launchers and the system set (``__...``)."""
    names = {name for name in {*one, *other} if one.get(name) != other.get(name)}
    return sorted(name for name in names if not name.startswith("__"))


def experiment(arm):
    start_child(arm, "first child")  # under forkserver this also starts the server
    os.environ[CHANGED] = "new"
    os.environ[LATE] = "new"
    del os.environ[REMOVED]
    seen = start_child(arm, "child").call("environment")
    arm.record(
        changed=seen.get(CHANGED),
        added=seen.get(LATE),
        removed=seen.get(REMOVED),
        differing=differing(os.environ, seen),
    )


def control(arm):
    """What was set before the first child is in every child; what is set after a child's start is not in that child."""
    peer = start_child(arm, "child")
    os.environ[LATER] = "new"
    seen = peer.call("environment")
    arm.record(before=seen.get(BEFORE), added=seen.get(LATER))


if __name__ == "__main__":
    os.environ.update({BEFORE: "old", CHANGED: "old", REMOVED: "old"})
    main(experiment, control)
