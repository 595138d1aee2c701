"""A program is interrupted while it joins its child, which is not. At its end the program waits for the child again."""

import os
import signal
import subprocess
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, main, stay


def program(address, daemon, way):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the harness itself does with it
    child = Process(target=stay, args=(address, "child"), name="child", daemon=daemon)
    child.start()
    connection = check_in(address, "program")
    connection.report_joins(child)
    if way == "terminate":
        # --8<-- [start:terminate-children]
        try:
            child.join()
        except KeyboardInterrupt:
            child.terminate()
            raise
        # --8<-- [end:terminate-children]
    try:
        child.join()
    except KeyboardInterrupt:
        connection.send("interrupted")
        raise


def interrupt(arm, daemon=False, way="join"):
    # The program prints the traceback of its KeyboardInterrupt.
    launched = arm.launch(program, daemon, way, stderr=subprocess.PIPE)
    peer, child = arm.expect("program"), arm.expect("child")
    peer.wait_join()
    os.kill(peer.pid, signal.SIGINT)
    arm.event("program", "signalled", peer.pid, "SIGINT", other="probe")
    if way == "join":
        arm.record(told=peer.receive(), then_joins=peer.wait_join())
    expected_to_wait = not daemon and way == "join"
    try:
        peer.wait_state("gone", "zombie", timeout=5 * QUIET_TIME if expected_to_wait else TIMEOUT)
    except TimeoutError:
        arm.record(program="waits")
    else:
        arm.record(program="ended")
    child.leave()
    child.wait_end()
    errors = launched.communicate(timeout=TIMEOUT)[1].decode()
    arm.record(printed="KeyboardInterrupt" in errors)


def plain(arm):
    interrupt(arm)


def daemonic(arm):
    interrupt(arm, daemon=True)


def terminate_children(arm):
    interrupt(arm, way="terminate")


if __name__ == "__main__":
    main(plain, daemonic, terminate_children)
