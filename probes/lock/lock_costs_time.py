"""Four processes begin the same work at the same moment. With a lock each waits until the others have worked."""

import os
import sys
import time
from multiprocessing import Lock, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, critical_section, main

WORKERS = [f"worker {number}" for number in range(4)]
WORK = 0.15
"""Seconds of work. The work needs no CPU, because a busy machine or a single CPU would also serialise it."""


def worker(address, name, lock):
    def work():
        with lock:
            began = time.monotonic()
            time.sleep(WORK)
            return [began, time.monotonic()]

    check_in(address, name).serve(work=work)


def measure(arm, lock):
    for name in WORKERS:
        Process(target=worker, args=(arm.address, name, lock)).start()
    peers = [arm.expect(name) for name in WORKERS]
    for peer in peers:
        peer.begin("work")
    times = []
    for peer in peers:
        began, ended = peer.answer()
        times.append((began, ended))
        arm.event(peer.name, "begins", peer.pid, at=began)
        arm.event(peer.name, "has worked", peer.pid, at=ended)
        peer.leave()
        peer.wait_end()
    arm.record(
        seconds=max(ended for _, ended in times) - min(began for began, _ in times),
        of_work=sum(ended - began for began, ended in times),
        longest=max(ended - began for began, ended in times),
    )


def experiment(arm):
    measure(arm, Lock())


def control(arm):
    measure(arm, critical_section.NoLock())


if __name__ == "__main__":
    main(experiment, control)
