"""Children are started one after the other: when is each of them there, and in which order do they begin their work?

The order of beginnings is a matter of luck. So it is forced, too: in one trial the child that was started first is held
up until the others have begun, in another these until the first has. In the control a child is started when the one
before it has begun; there it helps nobody that the first is held up.
"""

import os
import sys
import time
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay, table
from _kit.checkin import PATIENCE

CHILDREN = ("1", "2", "3")


def child(address, name, go, patience):
    if go is not None:
        go.poll(patience)
    check_in(address, name, begun=time.monotonic())


def start(arm, trial, number, go=None, patience=PATIENCE / 4):
    """Start a child; it is held up if it has a pipe, until a word comes or the patience ends."""
    Process(target=child, args=(arm.address, f"{trial}.{number}", go, patience)).start()


def begun(arm, trial, numbers):
    """When each of these children began."""
    return {number: arm.expect(f"{trial}.{number}").details["begun"] for number in numbers}


def in_order(beginnings):
    return sorted(beginnings, key=beginnings.get) == list(CHILDREN)


def started_at_once(arm, trial, held_up):
    """Whether they began in the order of their starts, while these were held up until the others had begun."""
    pipes = {number: Pipe() for number in held_up}
    for number in CHILDREN:
        start(arm, trial, number, pipes[number][1] if number in held_up else None)
    beginnings = begun(arm, trial, [number for number in CHILDREN if number not in held_up])
    for number in held_up:
        pipes[number][0].send("go")
        beginnings.update(begun(arm, trial, [number]))
    return in_order(beginnings)


def experiment(arm):
    forced = [started_at_once(arm, "first held", ["1"]), started_at_once(arm, "others held", ["2", "3"])]
    arm.record(
        in_the_order_of_starts={"seen": sum(forced), "of": len(forced)},
        by_luck={"seen": int(started_at_once(arm, "by luck", [])), "of": 1},
    )


def control(arm):
    _, silent = Pipe()
    beginnings = {}
    for number in CHILDREN:
        start(arm, "in turn", number, silent if number == "1" else None, patience=0.1)
        beginnings.update(begun(arm, "in turn", [number]))
    arm.record(in_the_order_of_starts={"seen": int(in_order(beginnings)), "of": 1})


# Creation is another matter than beginning to work.


def there_after_each(arm, action):
    """How many of the children are in the process table, each time that this was done to one more of them."""
    children = [Process(target=stay, args=(arm.address, number), name=number) for number in CHILDREN]
    counts = []
    for process in children:
        action(process)
        counts.append(sum(process.pid is not None and table.look(process.pid) is not None for process in children))
    arm.record(there_after_each=counts)


def starts(arm):
    there_after_each(arm, Process.start)
    for number in CHILDREN:
        arm.expect(number)


def starts_nobody(arm):
    there_after_each(arm, lambda process: None)


def starts_and_ends(arm):
    def start_and_end(process):
        process.start()
        peer = arm.expect(process.name)
        peer.leave()
        peer.wait_end()
        process.join()

    there_after_each(arm, start_and_end)


if __name__ == "__main__":
    main(experiment, control, starts, starts_nobody, starts_and_ends)
