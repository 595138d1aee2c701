"""A process calls join() on its child, and the probe watches both: who waits, until when, and what does join() tell?"""

import os
import sys
import time
from multiprocessing import Pipe, Process, util

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, main, stay


def caller(address, child_has_child):
    util.get_temp_dir()  # before the child is made, which then takes it for its own: it could not remove one
    turn, childs_turn = Pipe()
    child = Process(target=worker, args=(address, childs_turn, child_has_child), name="joined")
    child.start()

    def join(*timeout):
        began = time.monotonic()
        result = child.join(*timeout)
        waited = time.monotonic() - began
        return {"result": result, "waited": waited, "alive": child.is_alive(), "found": found()}

    def found():
        return "lives" if child.exitcode is None else "ended"

    check_in(address, "caller").serve(join=join, go_on=lambda: {"found": found()}, give_turn=lambda: turn.send("works"))


def worker(address, turn, has_child):
    if has_child:
        Process(target=stay, args=(address, "grandchild")).start()

    code = check_in(address, "child").serve(work=turn.recv)
    if has_child:
        os._exit(code)  # leaving its child behind; at an ordinary end it would wait for it
    sys.exit(code)


def begin(arm, child_has_child=False):
    Process(target=caller, args=(arm.address, child_has_child)).start()
    return arm.expect("caller"), arm.expect("child")


def answer(peer, timeout=TIMEOUT):
    """The answer, or None when it has not answered in that time."""
    try:
        return peer.answer(timeout)
    except TimeoutError:
        return None


def meanwhile(arm, action, timeout):
    """The caller does this while the child is not at its end; what does it find when it has done it?

    The timeout is short where the caller is to wait. Where it is to go on it is long, or a busy machine would make it
    seem to wait.
    """
    caller, child = begin(arm)
    caller.begin(action)
    said = answer(caller, timeout)
    arm.record(caller="goes on" if said else "waits", child="lives" if child.answers() else "ended")
    child.leave()
    arm.record(**(said or answer(caller)))


def joins(arm):
    meanwhile(arm, "join", QUIET_TIME)


def does_not_join(arm):
    meanwhile(arm, "go_on", TIMEOUT)


# Who is it that waits?


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
    caller.begin("join", QUIET_TIME)
    said = answer(caller, TIMEOUT / 4)
    arm.record(returned=said is not None, child="lives" if child.answers() else "ended")
    arm.record(**(said or dict.fromkeys(("result", "waited", "alive"))))


def joins_without_timeout(arm):
    caller, child = begin(arm)
    caller.begin("join")
    said = answer(caller, 2 * QUIET_TIME)
    arm.record(returned=said is not None, child="lives" if child.answers() else "ended")


def child_ends_in_time(arm):
    caller, child = begin(arm)
    caller.begin("join", TIMEOUT)
    child.leave(7)
    arm.record(**answer(caller))


# The child has ended, and its own child lives on: does join() with a timeout return?


def after_the_childs_end(arm, timeout, child_has_child):
    caller, child = begin(arm, child_has_child)
    grandchild = arm.expect("grandchild") if child_has_child else None
    child.leave(7)
    child.wait_end()
    caller.begin("join", *timeout)
    said = answer(caller, 5 * QUIET_TIME)
    arm.record(returned=said is not None)
    if grandchild is not None:
        arm.record(grandchild="lives" if grandchild.answers() else "ended")
        grandchild.leave()
    arm.record(found=(said or answer(caller))["found"])


def with_timeout_and_grandchild(arm):
    after_the_childs_end(arm, [TIMEOUT], child_has_child=True)


def with_timeout_before_the_end(arm):
    """The child lives on and has no child: join() does not return before the one, and then no longer waits."""
    caller, child = begin(arm)
    caller.begin("join", TIMEOUT)
    said = answer(caller, QUIET_TIME)
    arm.record(returned=said is not None)
    child.leave(7)
    said = said or answer(caller, TIMEOUT / 2)
    arm.record(returned_then=said is not None, found=(said or answer(caller))["found"])


def without_timeout(arm):
    after_the_childs_end(arm, [], child_has_child=True)


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
    )
