"""A child handles SIGTERM and goes on: does terminate() end it? kill() does."""

import os
import signal
import sys
from multiprocessing import Process
from multiprocessing.connection import wait

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def child(address, resists):
    heard = []
    if resists:
        signal.signal(signal.SIGTERM, lambda number, _: heard.append(signal.Signals(number).name))
    check_in(address, "child").serve(heard=lambda: heard)


def start_child(arm, resists):
    process = Process(target=child, args=(arm.address, resists))
    process.start()
    return process, arm.expect("child")


def state(process, peer):
    if peer.answers():
        return {"child": "lives", "heard": peer.call("heard"), "exitcode": process.exitcode}
    peer.wait_end()
    wait([process.sentinel])
    return {"child": "ended", "exitcode": process.exitcode}


def terminated(arm, resists):
    process, peer = start_child(arm, resists)
    process.terminate()
    arm.event("child", "signalled", peer.pid, "terminate()")
    arm.record(**state(process, peer))


def experiment(arm):
    terminated(arm, resists=True)


def unresisting(arm):
    terminated(arm, resists=False)


def left_alone_and_killed(arm):
    process, peer = start_child(arm, resists=True)
    arm.record(**state(process, peer))
    process.kill()
    arm.event("child", "signalled", peer.pid, "kill()")
    arm.record(**{f"{name}_then": value for name, value in state(process, peer).items()})


def kill(arm):
    process, peer = start_child(arm, resists=True)
    # --8<-- [start:kill]
    process.terminate()
    process.join(timeout=1)
    if process.exitcode is None:
        process.kill()  # the system ends the child, whatever it does
        process.join()
    # --8<-- [end:kill]
    arm.record(**state(process, peer))


if __name__ == "__main__":
    main(experiment, unresisting, left_alone_and_killed, kill)
