"""A computation is stopped at random places and let go on: does it have the same result as without the stops?

In this computation the smallest change of a number changes everything that follows. Its progress is in memory that it
shares with the probe. In the control it is killed and started again, and begins at the beginning.
"""

import os
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, open_page, resume, shared_page, suspend, table

INTERRUPTIONS = 30
RESTARTS = 3
BLOCK = 500  # steps between two updates of the progress
OVER = 8  # the offset, after the progress, of the byte that ends the computation

start = 0.3


def block(number):
    """Do ``BLOCK`` steps of the logistic map, which is chaotic with this factor."""
    for _ in range(BLOCK):
        number = 3.99 * number * (1 - number)
    return number


def computation(address, path):
    def compute(limit):
        number, blocks = start, 0
        with open_page(path) as page:
            while not page[OVER] and blocks != limit:
                number = block(number)
                blocks += 1
                struct.pack_into("q", page, 0, blocks)
        return [blocks, number.hex()]

    check_in(address, "computation").serve(compute=compute)


def begin(arm, path):
    program = arm.launch(computation, path)
    return program, arm.expect("computation")


def progress(page):
    return struct.unpack_from("q", page, 0)[0]


def wait_progress(page, before):
    """Wait until its progress has changed, and return it."""
    return table.wait_for(lambda: (blocks := progress(page)) != before and blocks, TIMEOUT, "progress")


def stands_still(page):
    """Return whether there is no progress while this process computes for a while."""
    before = progress(page)
    began = time.process_time()
    while time.process_time() - began < 0.001:
        pass
    return progress(page) == before


def interrupt(peer, page):
    """Stop it and let it go on; return whether it stood still, and whether it went on from there."""
    wait_progress(page, progress(page))
    suspend(peer.pid)
    if os.name == "nt":
        table.wait_for(lambda: stands_still(page), TIMEOUT, "the computation to stop")
    else:
        peer.wait_state("stopped")
    stopped_at = progress(page)
    still = stands_still(page)
    resume(peer.pid)
    return still, wait_progress(page, stopped_at) > stopped_at


def experiment(arm):
    path = shared_page(arm)
    program, peer = begin(arm, path)
    peer.begin("compute", None)
    with open_page(path) as page:
        seen = [interrupt(peer, page) for _ in range(INTERRUPTIONS)]
        page[OVER] = 1
    blocks, result = peer.answer()
    peer.leave()
    peer.wait_end()
    program.wait()
    number = start
    for _ in range(blocks):
        number = block(number)
    arm.record(
        stood_still={"seen": sum(still for still, _ in seen), "of": INTERRUPTIONS},
        went_on_from_there={"seen": sum(from_there for _, from_there in seen), "of": INTERRUPTIONS},
        result_is_that_of_one_left_alone=result == number.hex(),
    )


def control(arm):
    went_on = 0
    for _ in range(RESTARTS):
        path = shared_page(arm)
        with open_page(path) as page:
            program, peer = begin(arm, path)
            peer.begin("compute", None)
            table.wait_for(lambda: progress(page) > 10, TIMEOUT, "some progress")
            table.kill(peer.pid, peer.started)
            program.wait()
            peer.wait_end()
            killed_at = progress(page)
            program, peer = begin(arm, path)
            peer.call("compute", 5)
            went_on += progress(page) > killed_at
            peer.leave()
            peer.wait_end()
            program.wait()
    arm.record(went_on_from_there={"seen": went_on, "of": RESTARTS})


if __name__ == "__main__":
    main(experiment, control)
