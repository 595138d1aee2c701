"""A process has two children and joins one of them: does it go on when the other child has ended?"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, main, stay


def parent(address, joins):
    children = {name: Process(target=stay, args=(address, name), name=f"{name} of two") for name in ("first", "second")}
    for child in children.values():
        child.start()
    connection = check_in(address, "parent")
    connection.serve()
    children[joins].join()
    connection.send({name: "lives" if child.exitcode is None else "ended" for name, child in children.items()})
    connection.serve()


def join_one(arm, name, timeout):
    """End the second child, then the first, and record when their parent goes on and how it finds the two."""
    Process(target=parent, args=(arm.address, name)).start()
    joining, first, second = (arm.expect(name) for name in ("parent", "first", "second"))
    joining.leave()
    second.leave()
    second.wait_end()
    found = goes_on(joining, timeout)
    arm.record(when_the_second_has_ended="goes on" if found else "waits")
    arm.record(the_first="lives" if first.answers() else "ended")
    first.leave()
    first.wait_end()
    arm.record(**(found or goes_on(joining, TIMEOUT)))


def goes_on(parent, timeout):
    try:
        return parent.receive(timeout)
    except TimeoutError:
        return None


def joins_the_first(arm):
    join_one(arm, "first", QUIET_TIME)


def joins_the_second(arm):
    join_one(arm, "second", TIMEOUT)


if __name__ == "__main__":
    main(joins_the_first, joins_the_second)
