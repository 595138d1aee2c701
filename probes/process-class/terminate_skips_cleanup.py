"""What a child has still to do at its end, does it do it when it is terminated?

As children are, it never comes to it. A child may turn SIGTERM into an exception, though, where there is such a signal.
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
    line = check_in(address, "child")
    if handles:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
    # What multiprocessing itself removes at exit it has registered so: temporary folders, its queues' last items.
    util.Finalize(None, line.send, args=["finalizer"], exitpriority=0)
    atexit.register(line.send, "atexit")
    try:
        line.serve()
    finally:
        line.send("finally")


def cleanup(arm, end, handles=False):
    process = Process(target=child, args=(arm.address, handles))
    process.start()
    peer = arm.expect("child")
    arm.record(ready=peer.answers())  # it serves, so that all its clean-up is registered
    end(process, peer)
    ran = []
    try:
        for said in iter(peer.receive, None):
            ran.append(said)
        peer.wait_end()
        wait([process.sentinel])
        arm.record(child="ended", ran=sorted(ran), exitcode=process.exitcode)
    except TimeoutError:
        arm.record(child="lives", ran=sorted(ran), exitcode=None)


def terminate(process, peer):
    process.terminate()
    peer.arm.event("child", "signalled", peer.pid, "terminate()")


def experiment(arm):
    cleanup(arm, terminate)


def handled(arm):
    cleanup(arm, terminate, handles=True)


def returns(arm):
    cleanup(arm, lambda process, peer: peer.leave())


if __name__ == "__main__":
    main(experiment, handled, returns)
