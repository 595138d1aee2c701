"""Processes should meet at a barrier of multiprocessing, and one of them ends before it gets there."""

import os
import sys
from multiprocessing import Barrier, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, error_of, hangs, main


def meet(address, barrier):
    hangs.call(address, "child", lambda: barrier.wait() is not None)


def pass_or_end(address, barrier, passes):
    check_in(address, "another child").serve()
    if passes:
        barrier.wait(TIMEOUT)


def party_ends(arm):
    arm.record(wait=meets(arm, passes=False))


def every_party_comes(arm):
    arm.record(wait=meets(arm, passes=True))


def party_ends_and_another_has_a_timeout(arm):
    with_a_timeout(arm, passes=False, seconds=0.1)


def every_party_comes_in_time(arm):
    with_a_timeout(arm, passes=True, seconds=TIMEOUT)


def meets(arm, passes):
    barrier = Barrier(2)
    waiting, other, peers = start(arm, barrier, passes)
    result = hangs.outcome(arm, peers[0], "child", longest_wait=TIMEOUT if passes else QUIET_TIME)
    end(waiting, other, peers)
    return result


def with_a_timeout(arm, passes, seconds):
    barrier = Barrier(3)
    waiting, other, peers = start(arm, barrier, passes)
    arm.record(with_timeout=error_of(arm, lambda: barrier.wait(seconds)))
    arm.record(without_timeout=hangs.outcome(arm, peers[0], None, longest_wait=TIMEOUT), broken=barrier.broken)
    end(waiting, other, peers)


def start(arm, barrier, passes):
    waiting = Process(target=meet, args=(arm.address, barrier))
    other = Process(target=pass_or_end, args=(arm.address, barrier, passes))
    waiting.start()
    other.start()
    peers = [arm.expect("child"), arm.expect("another child")]
    peers[1].leave()
    if not passes:
        other.join()
    return waiting, other, peers


def end(waiting, other, peers):
    peers[0].leave()
    waiting.join()
    other.join()


def prepare(fails):
    if fails:
        sys.exit(3)


# --8<-- [start:abort]
def work(barrier, fails):
    try:
        prepare(fails)
    except BaseException:
        barrier.abort()  # the others get BrokenBarrierError at once
        raise
    barrier.wait()


# --8<-- [end:abort]


def abort(arm):
    # --8<-- [start:abort]
    barrier = Barrier(2)
    children = [Process(target=work, args=(barrier, fails)) for fails in (False, True)]
    for child in children:
        child.start()
    # --8<-- [end:abort]
    arm.record(exit_codes=exit_codes_of(children))


# --8<-- [start:timeout]
def work_in_time(barrier, fails):
    prepare(fails)
    barrier.wait(timeout=SECONDS)  # then it and the others raise BrokenBarrierError


# --8<-- [end:timeout]
SECONDS = 0.2


def timeout(arm):
    # --8<-- [start:timeout]
    barrier = Barrier(2)
    children = [Process(target=work_in_time, args=(barrier, fails)) for fails in (False, True)]
    for child in children:
        child.start()
    # --8<-- [end:timeout]
    arm.record(exit_codes=exit_codes_of(children))


def exit_codes_of(children):
    """Return the exit codes of the children; None for one that does not end."""
    for child in children:
        child.join(TIMEOUT)
    codes = [child.exitcode for child in children]
    for child in children:
        child.kill()
        child.join()
    return codes


if __name__ == "__main__":
    main(
        party_ends,
        every_party_comes,
        party_ends_and_another_has_a_timeout,
        every_party_comes_in_time,
        abort,
        timeout,
    )
