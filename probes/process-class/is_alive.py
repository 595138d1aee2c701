"""is_alive() before start(), while the child runs, and after the end of a child that was not joined."""

import os
import sys
from multiprocessing import Process
from multiprocessing.connection import wait

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, stay


def life_of_a_child(arm, ends):
    process = Process(target=stay, args=(arm.address, "child"))
    arm.record(before_start=process.is_alive())
    process.start()
    peer = arm.expect("child")
    arm.record(running=process.is_alive(), answers=peer.answers())
    if ends:
        peer.leave()
        peer.wait_end()
        wait([process.sentinel])
    arm.record(then=process.is_alive(), answers_then=peer.answers())


def experiment(arm):
    life_of_a_child(arm, ends=True)


def control(arm):
    life_of_a_child(arm, ends=False)


if __name__ == "__main__":
    main(experiment, control)
