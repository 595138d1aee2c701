"""A child is killed while it waits for an event or a condition. Then the program sets the event, or notifies."""

import os
import sys
from multiprocessing import Condition, Event, Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, hangs, main, table


def wait_for_event(address, event):
    hangs.call(address, "waiter", event.wait)


def wait_for_condition(address, condition):
    with condition:
        hangs.call(address, "waiter", condition.wait)


def event_and_killed_waiter(arm):
    run(arm, "event", kill_waiter)


def condition_and_killed_waiter(arm):
    run(arm, "condition", kill_waiter)


def event_and_living_waiter(arm):
    run(arm, "event", leave_waiter)


def end_by_the_event(arm):
    arm.launch(program, "end by the event")
    arm.expect("child").wait_end()
    record_outcome(arm, TIMEOUT)


def pipe_per_child(arm):
    run(arm, "pipe", kill_waiter)


def run(arm, kind, then):
    arm.launch(program, kind)
    waiter = arm.expect("waiter")
    hangs.outcome(arm, waiter, where=None)
    then(arm, waiter)
    arm.expect("ready").leave()
    record_outcome(arm, QUIET_TIME if then is kill_waiter and kind != "pipe" else TIMEOUT, waiter)


def kill_waiter(arm, waiter):
    table.kill(waiter.pid, waiter.started)
    arm.event("waiter", "killed", waiter.pid)
    waiter.wait_end()


def leave_waiter(_arm, _waiter):
    pass


def record_outcome(arm, longest_wait, waiter=None):
    parent = arm.expect("program")
    arm.record(call=hangs.outcome(arm, parent, longest_wait=longest_wait))
    if waiter:
        waiter.leave()
    parent.leave()
    parent.wait_end()


def program(address, kind):
    kinds = {"event": set_event, "condition": notify, "pipe": send_go, "end by the event": end_and_set_again}
    kinds[kind](address)


def set_event(address):
    event = Event()
    Process(target=wait_for_event, args=(address, event)).start()
    check_in(address, "ready").serve()

    def tell():
        event.set()
        return "returns"

    hangs.call(address, "program", tell)


def notify(address):
    condition = Condition()
    Process(target=wait_for_condition, args=(address, condition)).start()
    check_in(address, "ready").serve()

    def tell():
        with condition:
            condition.notify_all()
        return "returns"

    hangs.call(address, "program", tell)


# --8<-- [start:end-by-the-event]
def wait(event):
    event.wait()  # the child ends when this returns


# --8<-- [end:end-by-the-event]


def wait_and_end(address, event):
    connection = check_in(address, "child")
    wait(event)
    connection.close()


def end_and_set_again(address):
    event = Event()
    child = Process(target=wait_and_end, args=(address, event))
    child.start()
    # --8<-- [start:end-by-the-event]
    event.set()  # not child.terminate()
    child.join()
    # --8<-- [end:end-by-the-event]

    def tell():
        event.clear()
        event.set()
        return "returns"

    hangs.call(address, "program", tell)


# --8<-- [start:pipe-per-child]
def wait_for_go(go):
    go.recv()


# --8<-- [end:pipe-per-child]


def wait_for_pipe(address, go):
    hangs.call(address, "waiter", wait_for_go, go)


def send_go(address):
    receiver, sender = Pipe(duplex=False)
    Process(target=wait_for_pipe, args=(address, receiver)).start()
    receiver.close()  # only the child has it, so its end is seen
    pipes = [sender]
    check_in(address, "ready").serve()

    def tell():
        # --8<-- [start:pipe-per-child]
        for pipe in pipes:  # the sending ends; the program has closed the receiving ends
            try:
                pipe.send("go")
            except BrokenPipeError:  # this child has ended
                pass
        # --8<-- [end:pipe-per-child]
        return "returns"

    hangs.call(address, "program", tell)


if __name__ == "__main__":
    main(
        event_and_killed_waiter,
        condition_and_killed_waiter,
        event_and_living_waiter,
        end_by_the_event,
        pipe_per_child,
    )
