"""A child with a finally clause and exit handlers is terminated: do they run?

The child has no handler for SIGTERM, or one that raises an exception.
"""

import atexit
import os
import signal
import sys
from multiprocessing import Process, util
from multiprocessing.connection import wait

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def child(address, handles):
    connection = check_in(address, "child")
    if handles:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
    # multiprocessing registers its own clean-up like this: temporary folders, the last items of queues.
    util.Finalize(None, connection.send, args=["finalizer"], exitpriority=0)
    atexit.register(connection.send, "atexit")
    try:
        connection.serve()
    finally:
        connection.send("finally")


def record_cleanup(arm, end, handles=False):
    process = Process(target=child, args=(arm.address, handles))
    process.start()
    peer = arm.expect("child")
    arm.record(ready=peer.answers())  # once it answers, all its clean-up is registered
    end(process, peer)
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


if __name__ == "__main__":
    main(experiment, handled, returns)
