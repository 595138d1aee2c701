"""Objects that are linked 100,000 deep are the argument of a process and of a task, and the result of a task."""

import os
import sys
from multiprocessing import Pool, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, error_of, main

DEEP = 100_000
SHORT = 10


class Link:
    """An element that knows the next one, as those of many parsers do."""

    def __init__(self, value, following):
        self.value = value
        self.following = following


def linked(length):
    first = None
    for value in range(length):
        first = Link(value, first)
    return first


def length_of(link):
    count = 0
    while link is not None:
        count, link = count + 1, link.following
    return count


def argument_of_a_deep_process(arm):
    arm.record(start=start_with(arm, DEEP))


def argument_of_a_short_process(arm):
    arm.record(start=start_with(arm, SHORT))


def start_with(arm, length):
    process = Process(target=length_of, args=(linked(length),))
    error = error_of(arm, process.start)
    if error == "none":
        process.join()
    return error


def deep(arm):
    with_a_pool(arm, DEEP)


def short(arm):
    with_a_pool(arm, SHORT)


def with_a_pool(arm, length):
    with Pool(1) as pool:
        arm.record(
            argument=error_of(arm, lambda: pool.apply_async(length_of, (linked(length),)).get(TIMEOUT)),
            result=error_of(arm, lambda: pool.apply_async(linked, (length,)).get(TIMEOUT)),
        )


# --8<-- [start:flat]
# --8<-- [start:flat-argument]
class Chain:
    def __init__(self, values):
        self.first = None
        for value in reversed(values):
            self.first = Link(value, self.first)

    def __iter__(self):
        link = self.first
        while link is not None:
            yield link.value
            link = link.following

    def __reduce__(self):
        return Chain, (list(self),)  # the pickle has a list of values, and the receiver links them again


# --8<-- [end:flat-argument]
# --8<-- [end:flat]


def reverse(chain):
    return Chain(list(chain)[::-1])


def flat(arm):
    # --8<-- [start:flat]
    with Pool(1) as pool:
        result = pool.apply(reverse, (Chain(range(DEEP)),))
    # --8<-- [end:flat]
    arm.record(values=list(result)[:2])


def flat_argument(arm):
    # --8<-- [start:flat-argument]
    process = Process(target=reverse, args=(Chain(range(DEEP)),))
    process.start()
    process.join()
    # --8<-- [end:flat-argument]
    arm.record(exit_code=process.exitcode)


def values(link):
    found = []
    while link is not None:
        found.append(link.value)
        link = link.following
    return found


def values_only(arm):
    # --8<-- [start:values-only]
    with Pool(1) as pool:
        result = pool.apply(sum, (values(linked(DEEP)),))
    # --8<-- [end:values-only]
    arm.record(total=result)


if __name__ == "__main__":
    main(
        argument_of_a_deep_process,
        argument_of_a_short_process,
        deep,
        short,
        flat,
        flat_argument,
        values_only,
    )
