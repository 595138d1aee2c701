"""A child with a finally clause and exit handlers is terminated: do they run?

The child has no handler for SIGTERM, or one that raises an exception. The remedies are such a handler, and an Event
that asks the child to end.
"""

import atexit
import os
import signal
import sys
from multiprocessing import Event, Process, util
from multiprocessing.connection import wait

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def child(address, handles, stop=None):
    connection = check_in(address, "child")
    if handles:
        # --8<-- [start:handle-sigterm]
        signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(7))  # in the child
        # --8<-- [end:handle-sigterm]
    # multiprocessing registers its own clean-up like this: temporary folders, the last items of queues.
    util.Finalize(None, connection.send, args=["finalizer"], exitpriority=0)
    atexit.register(connection.send, "atexit")
    try:
        if stop is not None:
            connection.send("ready")
            # --8<-- [start:ask]
            stop.wait()  # in the child; or look at stop.is_set() between two pieces of work
            # --8<-- [end:ask]
        else:
            connection.serve()
    finally:
        connection.send("finally")


def record_cleanup(arm, end, handles=False):
    process = Process(target=child, args=(arm.address, handles))
    process.start()
    peer = arm.expect("child")
    arm.record(ready=peer.answers())  # once it answers, all its clean-up is registered
    end(process, peer)
    record_end(arm, process, peer)


def record_end(arm, process, peer):
    ran = []
    try:
        for message in iter(peer.receive, None):
            ran.append(message)
        peer.wait_end()
        wait([process.sentinel])
        arm.record(child="ended", ran=sorted(ran), exitcode=process.exitcode)
    except TimeoutError:
        arm.record(child="lives", ran=sorted(ran), exitcode=None)


def terminate(process, peer):
    process.terminate()
    peer.arm.event("child", "signalled", peer.pid, "terminate()")


def experiment(arm):
    record_cleanup(arm, terminate)


def handled(arm):
    record_cleanup(arm, terminate, handles=True)


def returns(arm):
    record_cleanup(arm, lambda process, peer: peer.leave())


def ask(arm):
    # --8<-- [start:ask]
    stop = Event()  # in the parent, which passes it to the child as an argument
    # --8<-- [end:ask]
    process = Process(target=child, args=(arm.address, False, stop))
    process.start()
    peer = arm.expect("child")
    arm.record(ready=peer.receive() == "ready")
    # --8<-- [start:ask]
    stop.set()  # instead of process.terminate()
    process.join()
    # --8<-- [end:ask]
    record_end(arm, process, peer)


if __name__ == "__main__":
    main(experiment, handled, returns, ask)
