"""What a queue is made of: what is put comes out of its pipe, what is written there is got; its lock holds getters up.

The control does the same to a pipe and a lock that are no parts of the queue.
"""

import os
import sys
from multiprocessing import Lock, Pipe, Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.checkin import A_WHILE, PATIENCE
from _kit.waits import begin, call, outcome, serve_calls


def user(address, queue):
    def put(item):
        queue.put(item)

    def get(*how):
        return queue.get(*how)

    serve_calls(address, "user", put=put, get=get)


def try_parts(arm, queue, reader, writer, lock, arrives, comes):
    """What happens when these are used; the patience is for the item's arrival and for the coming back of get()."""
    Process(target=user, args=(arm.address, queue)).start()
    peer = arm.expect("user")
    call(peer, "put", "one")
    arm.record(read_from_pipe=reader.recv() if reader.poll(arrives) else None)
    writer.send("two")
    arm.record(got=call(peer, "get"))
    call(peer, "put", "three")
    with lock:
        begin(peer, "get")
        arm.record(get_while_lock_is_held=outcome(peer, comes))
    return peer


def experiment(arm):
    queue = Queue()
    peer = try_parts(arm, queue, queue._reader, queue._writer, queue._rlock, arrives=PATIENCE, comes=A_WHILE)
    arm.record(get_then=outcome(peer))


def control(arm):
    reader, writer = Pipe(duplex=False)
    try_parts(arm, Queue(), reader, writer, Lock(), arrives=A_WHILE, comes=PATIENCE)


if __name__ == "__main__":
    main(experiment, control)
