"""Once its daemon flag is set, a process creates none of its own: no Process, and nothing that is made of them."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pipe, Pool, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PeerError, check_in, main


def child(address):
    check_in(address, "child").serve(process=process, pool=pool, executor=executor)


def process():
    here, there = Pipe(duplex=False)
    new = Process(target=send_pid, args=(there,), daemon=False)
    new.start()
    pid = here.recv()
    new.join()
    return pid


def send_pid(pipe):
    pipe.send(os.getpid())


def pool():
    with Pool(1) as workers:
        pid = workers.apply(os.getpid)
        workers.close()
        workers.join()
    return pid


def executor():
    with ProcessPoolExecutor(1) as workers:
        return workers.submit(os.getpid).result()


def attempts(arm, daemon):
    creator = Process(target=child, args=(arm.address,))
    creator.daemon = daemon
    creator.start()
    peer = arm.expect("child")
    for what in ("process", "pool", "executor"):
        try:
            pid = peer.call(what)
        except PeerError as refusal:
            arm.record(**{what: refusal.kind})
        else:
            arm.record(**{what: "created" if pid != peer.pid else "none"})


def experiment(arm):
    attempts(arm, daemon=True)


def control(arm):
    attempts(arm, daemon=False)


if __name__ == "__main__":
    main(experiment, control)
