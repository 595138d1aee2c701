"""Proxies of a manager's object go to other processes, and are dropped at different moments."""

import gc
import os
import sys
from multiprocessing import Manager, Pipe, Process, Queue
from multiprocessing.managers import RemoteError

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, symptoms, table


# A proxy that is dropped before it arrives


def dropped_after_send(arm):
    reader, writer = Pipe(duplex=False)
    with Manager() as manager:
        writer.send(manager.list(["job"]))
        receive(arm, reader.recv)


def dropped_after_put(arm):
    queue = Queue()
    with Manager() as manager:
        queue.put(manager.list(["job"]))
        receive(arm, lambda: queue.get(timeout=TIMEOUT))


def kept_after_put(arm):
    queue = Queue()
    with Manager() as manager:
        # --8<-- [start:keep-the-proxy]
        jobs = manager.list(["job"])
        queue.put(jobs)
        # jobs is kept until the receiver has its own proxy
        # --8<-- [end:keep-the-proxy]
        receive(arm, lambda: queue.get(timeout=TIMEOUT))


def plain_data(arm):
    queue = Queue()
    # --8<-- [start:plain-data]
    queue.put(["job"])  # an ordinary list: the receiver gets a copy
    # --8<-- [end:plain-data]
    receive(arm, lambda: queue.get(timeout=TIMEOUT))


def receive(arm, action):
    try:
        arm.record(error="none", received=list(action()))
    except Exception as error:
        arm.record(error=type(error).__name__)
        arm.symptom(**symptoms.raised(error, "parent"))


# The life of an object


def use(address, jobs):
    def read():
        try:
            return [list(jobs), None]
        except RemoteError as error:
            return [type(error).__name__, symptoms.raised(error, "child")]

    check_in(address, "child").serve(read=read)


def read(arm, child):
    answer, symptom = child.call("read")
    if symptom:
        arm.symptom(**symptom)
    return answer


def child_ends(arm):
    give_away(arm, lambda child: child.leave())


def child_is_killed(arm):
    give_away(arm, lambda child: table.kill(child.pid, child.started))


def program_keeps_it(arm):
    give_away(arm, lambda child: child.leave(), keep=True)


def keep_it_until_join(arm):
    address, read_once = arm.address, lambda: arm.record(child_reads=read(arm, arm.expect("child")))
    with Manager() as manager:
        # --8<-- [start:keep-it-until-join]
        jobs = manager.list(["job"])
        process = Process(target=use, args=(address, jobs))
        process.start()
        # --8<-- [end:keep-it-until-join]
        read_once()
        arm.peers[-1].leave()
        # --8<-- [start:keep-it-until-join]
        process.join()
        del jobs  # not before the child has ended
        # --8<-- [end:keep-it-until-join]


def give_away(arm, end, keep=False):
    """Pass a proxy to a child, drop it here unless it is kept, and count the manager's objects until after the end."""
    with Manager() as manager:
        jobs = manager.list(["job"])
        process = Process(target=use, args=(arm.address, jobs))
        process.start()
        child = arm.expect("child")
        child.call("read")  # the child uses its own proxy
        kept = [jobs] if keep else []
        del jobs
        gc.collect()
        arm.record(objects=manager._number_of_objects(), child_reads=read(arm, child))
        end(child)
        process.join()
        arm.record(objects_after=manager._number_of_objects())
        kept.clear()


if __name__ == "__main__":
    main(
        dropped_after_send,
        dropped_after_put,
        kept_after_put,
        plain_data,
        child_ends,
        child_is_killed,
        program_keeps_it,
        keep_it_until_join,
    )
