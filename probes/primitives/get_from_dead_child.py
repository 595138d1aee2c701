"""A program waits for the result of a child, and the child dies before it has put one into the queue."""

import os
import sys
from multiprocessing import Pipe, Process, Queue
from queue import Empty

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, hangs, main, table


def work(address, results):
    check_in(address, "child").serve()
    results.put("result")


def work_and_send(address, sender):
    check_in(address, "child").serve()
    sender.send("result")


def child_killed(arm):
    run(arm, "get", killed=True, longest_wait=QUIET_TIME)


def child_lives(arm):
    run(arm, "get", killed=False)


def look_at_the_child(arm):
    run(arm, "look", killed=True, where=None)


def pipe(arm):
    run(arm, "pipe", killed=True, where=None)


def run(arm, way, killed, longest_wait=TIMEOUT, where="parent"):
    arm.launch(program, way)
    parent = arm.expect("program")
    child = arm.expect("child")
    if killed:
        table.kill(child.pid, child.started)
        arm.event("child", "killed", child.pid)
        child.wait_end()
    else:
        child.leave()
    arm.record(result=hangs.outcome(arm, parent, where, longest_wait=longest_wait))
    parent.leave()
    parent.wait_end()


def program(address, way):
    ways = {"get": get, "look": get_and_look, "pipe": receive}
    hangs.call(address, "program", ways[way], address)


def get(address):
    results = Queue()
    Process(target=work, args=(address, results)).start()
    return results.get()


# --8<-- [start:look-at-the-child]
def get_result(results, child):
    while True:
        ended = not child.is_alive()
        try:
            return results.get(timeout=0.1)
        except Empty:
            if ended:
                raise RuntimeError(f"the child has ended with exit code {child.exitcode}") from None


# --8<-- [end:look-at-the-child]


def get_and_look(address):
    # --8<-- [start:look-at-the-child]
    results = Queue()
    child = Process(target=work, args=(address, results))
    child.start()
    result = get_result(results, child)
    # --8<-- [end:look-at-the-child]
    return result


def receive(address):
    # --8<-- [start:pipe]
    receiver, sender = Pipe(duplex=False)
    Process(target=work_and_send, args=(address, sender)).start()
    sender.close()  # now only the child can send
    result = receiver.recv()  # raises EOFError when the child has ended
    # --8<-- [end:pipe]
    return result


if __name__ == "__main__":
    main(child_killed, child_lives, look_at_the_child, pipe)
