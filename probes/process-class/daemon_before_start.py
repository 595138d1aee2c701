"""The daemon flag is set before start() and after it: is it accepted, and does the child have it?"""

import os
import sys
from multiprocessing import Process, current_process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, symptoms


def child(address):
    check_in(address, "child").serve(is_daemonic=lambda: current_process().daemon)


def set_daemon(arm, process):
    try:
        process.daemon = True
    except AssertionError as error:
        arm.record(error=str(error))
        arm.symptom(**symptoms.raised(error, "parent"))
    else:
        arm.record(error="none")


def experiment(arm):
    process = Process(target=child, args=(arm.address,))
    process.start()
    peer = arm.expect("child")
    set_daemon(arm, process)
    arm.record(flag=process.daemon, flag_in_child=peer.call("is_daemonic"))


def control(arm):
    process = Process(target=child, args=(arm.address,))
    set_daemon(arm, process)
    process.start()
    arm.record(flag=process.daemon, flag_in_child=arm.expect("child").call("is_daemonic"))


def in_constructor(arm):
    address = arm.address
    # --8<-- [start:in-constructor]
    process = Process(target=child, args=(address,), daemon=True)
    process.start()
    # --8<-- [end:in-constructor]
    arm.record(flag=process.daemon, flag_in_child=arm.expect("child").call("is_daemonic"))


if __name__ == "__main__":
    main(experiment, control, in_constructor)
