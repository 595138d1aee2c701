"""A child starts with its parent's current environment variables. A child of the fork server starts with those that the
parent had when the server was started.
"""

import os
import sys
from multiprocessing import Pool, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, printed_symptom, run_program

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


# --8<-- [start:before-the-first-child]
def print_mode():
    print(os.environ["APP_MODE"], flush=True)


# --8<-- [end:before-the-first-child]
# --8<-- [start:argument]
def work(mode):
    os.environ["APP_MODE"] = mode
    print_mode()


# --8<-- [end:argument]
# --8<-- [start:initializer]
def set_up(environment):  # runs first in each worker
    os.environ.update(environment)


# --8<-- [end:initializer]


def child_uses_it(arm):
    run(arm, "child uses it")


def before_the_first_child(arm):
    run(arm, "before the first child")


def argument(arm):
    run(arm, "argument")


def initializer(arm):
    run(arm, "initializer")


def run(arm, kind):
    end = run_program(arm, program, kind)
    arm.record(child_finds=end.lines[0] if end.lines else "nothing", exit_code=end.exit_code)
    if kind == "child uses it":
        printed_symptom(arm, end)


def nothing():
    pass


def program(address, kind):
    if kind == "before the first child":
        # --8<-- [start:before-the-first-child]
        os.environ["APP_MODE"] = "batch"  # first of all
        process = Process(target=print_mode)
        process.start()
        # --8<-- [end:before-the-first-child]
        process.join()
        sys.exit(process.exitcode)
    first = Process(target=nothing)
    first.start()  # under forkserver this also starts the server
    first.join()
    os.environ["APP_MODE"] = "batch"
    if kind == "argument":
        # --8<-- [start:argument]
        process = Process(target=work, args=("batch",))
        process.start()
        # --8<-- [end:argument]
    elif kind == "initializer":
        # --8<-- [start:initializer]
        with Pool(2, initializer=set_up, initargs=({"APP_MODE": "batch"},)) as pool:
            pool.apply(print_mode)
        # --8<-- [end:initializer]
        return
    else:
        process = Process(target=print_mode)
        process.start()
    process.join()
    sys.exit(process.exitcode)


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
    main(experiment, child_uses_it, control, before_the_first_child, argument, initializer)
