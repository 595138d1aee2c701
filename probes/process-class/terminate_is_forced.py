"""A child that handles SIGTERM, and does nothing about it, is ended by kill(). Is it by terminate()?"""

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


def ending(arm, how, resists):
    process = Process(target=child, args=(arm.address, resists))
    process.start()
    peer = arm.expect("child")
    getattr(process, how)()
    arm.event("child", "signalled", peer.pid, f"{how}()")
    if peer.answers():
        arm.record(child="lives", heard=peer.call("heard"), exitcode=process.exitcode)
    else:
        peer.wait_end()
        wait([process.sentinel])
        arm.record(child="ended", exitcode=process.exitcode)


def experiment(arm):
    ending(arm, "terminate", resists=True)


def unresisting(arm):
    ending(arm, "terminate", resists=False)


def kill(arm):
    ending(arm, "kill", resists=True)


if __name__ == "__main__":
    main(experiment, unresisting, kill)
