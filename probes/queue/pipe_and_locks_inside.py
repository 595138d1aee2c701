"""A queue is made of a pipe and locks: a put item comes out of the pipe, get() returns what is written into the pipe,
and get() waits while the lock is held, at most for its timeout.

The control uses a pipe and a lock that are not parts of the queue.
"""

import os
import sys
from multiprocessing import Lock, Pipe, Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, blocking_calls, main


def user(address, queue):
    def put(item):
        queue.put(item)

    def get(*arguments):
        return queue.get(*arguments)

    blocking_calls.serve(address, "user", put=put, get=get)


def try_parts(arm, queue, reader, writer, lock, pipe_timeout, get_timeout, timeout_of_get):
    """Use these as the parts of the queue, and record the effects; the timeouts are in seconds.

    get() takes another path with a timeout than without one.
    """
    Process(target=user, args=(arm.address, queue)).start()
    peer = arm.expect("user")
    blocking_calls.call(peer, "put", "one")
    arm.record(read_from_pipe=reader.recv() if reader.poll(pipe_timeout) else None)
    writer.send("two")
    arm.record(got=blocking_calls.call(peer, "get"))
    for item in "three", "four":
        blocking_calls.call(peer, "put", item)
    with lock:
        arm.record(get_with_deadline_while_lock_is_held=blocking_calls.call(peer, "get", True, timeout_of_get))
        blocking_calls.begin(peer, "get")
        arm.record(get_while_lock_is_held=blocking_calls.outcome(peer, get_timeout))
    return peer


def experiment(arm):
    queue = Queue()
    peer = try_parts(
        arm,
        queue,
        queue._reader,
        queue._writer,
        queue._rlock,
        pipe_timeout=TIMEOUT,
        get_timeout=QUIET_TIME,
        timeout_of_get=0.05,
    )
    arm.record(get_then=blocking_calls.outcome(peer))


def control(arm):
    reader, writer = Pipe(duplex=False)
    try_parts(
        arm, Queue(), reader, writer, Lock(), pipe_timeout=QUIET_TIME, get_timeout=TIMEOUT, timeout_of_get=TIMEOUT
    )


if __name__ == "__main__":
    main(experiment, control)
