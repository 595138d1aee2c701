"""A process calls join() of its child, and the probe observes both: which one waits, how long, and what is returned?"""

import os
import sys
import time
from multiprocessing import Pipe, Process, util

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, main, stay


def caller(address, child_has_child):
    # Makes multiprocessing's temporary folder before the child is made. Otherwise the child would make one of its own,
    # and could not remove it at its abrupt end.
    util.get_temp_dir()
    pipe, childs_pipe = Pipe()
    child = Process(target=worker, args=(address, childs_pipe, child_has_child), name="joined")
    child.start()

    def join(*timeout):
        began = time.monotonic()
        result = child.join(*timeout)
        waited = time.monotonic() - began
        return {"result": result, "waited": waited, "alive": child.is_alive(), "found": found()}

    def look_at_exit_code(timeout):
        # --8<-- [start:exit-code]
        deadline = time.monotonic() + timeout
        while child.exitcode is None and time.monotonic() < deadline:
            time.sleep(0.05)
        # --8<-- [end:exit-code]
        return {"result": child.exitcode, "found": found()}

    def found():
        return "lives" if child.exitcode is None else "ended"

    check_in(address, "caller").serve(
        join=join,
        look_at_exit_code=look_at_exit_code,
        go_on=lambda: {"found": found()},
        give_turn=lambda: pipe.send("works"),
    )


def worker(address, pipe, has_child):
    if has_child:
        Process(target=stay, args=(address, "grandchild")).start()

    code = check_in(address, "child").serve(work=pipe.recv)
    if has_child:
        os._exit(code)  # leaves its child behind; a normal exit would wait for it
    sys.exit(code)


def begin(arm, child_has_child=False):
    Process(target=caller, args=(arm.address, child_has_child)).start()
    return arm.expect("caller"), arm.expect("child")


def answer(peer, timeout=TIMEOUT):
    """Return the answer, or None if there is none within the timeout."""
    try:
        return peer.answer(timeout)
    except TimeoutError:
        return None


def while_the_child_lives(arm, action, timeout):
    """Have the caller do this while the child lives, and record how it finds the child afterwards.

    The timeout is short if the caller should wait. If it should go on the timeout is long, because on a busy machine
    the caller would otherwise seem to wait.
    """
    caller, child = begin(arm)
    caller.begin(action)
    result = answer(caller, timeout)
    arm.record(caller="goes on" if result else "waits", child="lives" if child.answers() else "ended")
    child.leave()
    arm.record(**(result or answer(caller)))


def joins(arm):
    while_the_child_lives(arm, "join", QUIET_TIME)


def does_not_join(arm):
    while_the_child_lives(arm, "go_on", TIMEOUT)


# Which of the two waits?


def caller_joins(arm):
    caller, child = begin(arm)
    caller.call("give_turn")
    caller.begin("join")
    arm.record(caller="goes on" if answer(caller, QUIET_TIME) else "waits", child=child.call("work"))


def child_is_held_up(arm):
    caller, child = begin(arm)
    child.begin("work")
    arm.record(child=answer(child, QUIET_TIME) or "waits", caller="goes on" if caller.call("go_on") else "waits")
    caller.call("give_turn")


# The timeout.


def joins_for_a_while(arm):
    caller, child = begin(arm)
    caller.begin("join", 0)
    at_once = answer(caller, TIMEOUT / 4)
    if at_once:
        caller.begin("join", QUIET_TIME)
    result = at_once and answer(caller, TIMEOUT / 4)
    arm.record(returned_at_once=at_once is not None)
    arm.record(returned=result is not None, child="lives" if child.answers() else "ended")
    arm.record(**(result or dict.fromkeys(("result", "waited", "alive"))))


def joins_without_timeout(arm):
    caller, child = begin(arm)
    caller.begin("join")
    result = answer(caller, 2 * QUIET_TIME)
    arm.record(returned=result is not None, child="lives" if child.answers() else "ended")


def child_ends_in_time(arm):
    caller, child = begin(arm)
    caller.begin("join", TIMEOUT)
    child.leave(7)
    arm.record(**answer(caller))


# The child has ended and its own child lives on: does join() with a timeout return?


def after_the_childs_end(arm, timeout, child_has_child, call="join"):
    caller, child = begin(arm, child_has_child)
    grandchild = arm.expect("grandchild") if child_has_child else None
    child.leave(7)
    child.wait_end()
    caller.begin(call, *timeout)
    result = answer(caller, TIMEOUT / 2 if call == "look_at_exit_code" else 5 * QUIET_TIME)
    arm.record(returned=result is not None)
    if grandchild is not None:
        arm.record(grandchild="lives" if grandchild.answers() else "ended")
        grandchild.leave()
    arm.record(found=(result or answer(caller))["found"])


def with_timeout_and_grandchild(arm):
    after_the_childs_end(arm, [TIMEOUT], child_has_child=True)


def with_timeout_before_the_end(arm):
    """The child lives and has no child: join() waits until the child ends, and not longer."""
    caller, child = begin(arm)
    caller.begin("join", TIMEOUT)
    result = answer(caller, QUIET_TIME)
    arm.record(returned=result is not None)
    child.leave(7)
    result = result or answer(caller, TIMEOUT / 2)
    arm.record(returned_then=result is not None, found=(result or answer(caller))["found"])


def without_timeout(arm):
    after_the_childs_end(arm, [], child_has_child=True)


def exit_code(arm):
    after_the_childs_end(arm, [TIMEOUT], child_has_child=True, call="look_at_exit_code")


if __name__ == "__main__":
    main(
        joins,
        does_not_join,
        caller_joins,
        child_is_held_up,
        joins_for_a_while,
        joins_without_timeout,
        child_ends_in_time,
        with_timeout_and_grandchild,
        with_timeout_before_the_end,
        without_timeout,
        exit_code,
    )
