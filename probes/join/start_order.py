"""Children are started one after the other: when does each of them exist, and in which order do they begin to work?

The order in which they begin is a matter of luck. It is counted, with a random delay in each child. It is also forced,
both ways: one of the two children is held until the other has begun. In the control a child is started when the one
before it has begun, and no delay changes the order.
"""

import os
import sys
import time
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, counted, main, random_sleep, stay, table, trials

LONGEST = 0.004  # seconds of delay, more than between one start and the next


def held_child(address, name, go):
    if go is not None:
        go.poll(TIMEOUT / 4)
    check_in(address, name, begun=time.monotonic())


def first_begins_first(arm, held_up):
    """Return whether the child that was started first begins first, while this one is held until the other begins."""
    here, there = Pipe()
    names = [f"{which}, when the {held_up} is held up" for which in ("first", "second")]
    for name in names:
        Process(target=held_child, args=(arm.address, name, there if name.startswith(held_up) else None)).start()
    begun = {}
    for name in sorted(names, key=lambda name: name.startswith(held_up)):
        begun[name] = arm.expect(name).details["begun"]
        here.send("go")
    return begun[names[0]] < begun[names[1]]


def delayed_child(pipe, number):
    random_sleep(LONGEST)
    pipe.send((time.monotonic(), number))


def first_happens_to_begin_first(in_turn):
    """Return whether it does with a random delay in both. In turn: the second is started when the first has begun."""
    here, there = Pipe()
    children = [Process(target=delayed_child, args=(there, number)) for number in range(2)]
    begun = []
    for child in children:
        child.start()
        if in_turn:
            begun.append(receive(here))
    while len(begun) < len(children):
        begun.append(receive(here))
    for child in children:
        child.join()
    return min(begun)[1] == 0


def receive(pipe):
    if not pipe.poll(TIMEOUT):
        raise TimeoutError("a child did not begin")
    return pipe.recv()


def experiment(arm):
    arm.record(
        in_the_order_of_starts=counted(first_begins_first(arm, held_up) for held_up in ("first", "second")),
        by_luck=counted(first_happens_to_begin_first(in_turn=False) for _ in trials()),
    )


def control(arm):
    arm.record(in_the_order_of_starts=counted(first_happens_to_begin_first(in_turn=True) for _ in trials()))


# The order in which they are created.

CHILDREN = ("1", "2", "3")


def there_after_each(arm, action):
    """Do this to one child after the other, and record each time how many children are in the process table."""
    children = [Process(target=stay, args=(arm.address, number), name=number) for number in CHILDREN]
    counts = []
    for process in children:
        action(process)
        counts.append(sum(process.pid is not None and table.read(process.pid) is not None for process in children))
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
