"""The fork server is killed while two of its children run. What does the program see of them?"""

import os
import signal
import sys
from multiprocessing import Pipe, Process
from multiprocessing.connection import wait

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, main


def child(address, name, kept_open=None):
    check_in(address, name).serve()


def killed(arm):
    processes, peers = start_two(arm)
    kill_server(arm, peers[0].first_parent)
    for process in processes:
        process.join(TIMEOUT)
    record_and_end(arm, processes, peers)


def left_alone(arm):
    processes, peers = start_two(arm)
    for process in processes:
        process.join(QUIET_TIME)
    record_and_end(arm, processes, peers)


def start_two(arm):
    processes = [Process(target=child, args=(arm.address, name)) for name in ("first", "second")]
    for process in processes:
        process.start()
    return processes, [arm.expect(name) for name in ("first", "second")]


def record_and_end(arm, processes, peers):
    arm.record(
        is_alive=[process.is_alive() for process in processes],
        exit_codes=["none" if process.exitcode is None else process.exitcode for process in processes],
        children_run=[peer.read_state() not in ("zombie", "gone") for peer in peers],
    )
    for peer in peers:
        peer.leave()
        peer.wait_end()
    for process in processes:
        process.join()


def kill_server(arm, server):
    os.kill(server, signal.SIGKILL)
    arm.event(arm.name_of(server), "signalled", server, "SIGKILL")
    arm.observe(server).wait_state("zombie", "gone")


def watch_a_pipe(arm):
    address = arm.address
    # --8<-- [start:watch-a-pipe]
    reader, writer = Pipe(duplex=False)
    process = Process(target=child, args=(address, "first", writer))  # child() does nothing with its end
    process.start()
    # --8<-- [end:watch-a-pipe]
    peer = arm.expect("first")
    # --8<-- [start:watch-a-pipe]
    writer.close()  # now only the child has it
    # --8<-- [end:watch-a-pipe]
    kill_server(arm, peer.first_parent)
    # --8<-- [start:watch-a-pipe]
    runs = not wait([reader], timeout=0)
    # --8<-- [end:watch-a-pipe]
    arm.record(runs=runs)
    peer.leave()
    peer.wait_end()
    arm.record(runs_later=not wait([reader], timeout=TIMEOUT))
    process.join()


if __name__ == "__main__":
    main(killed, left_alone, watch_a_pipe)
