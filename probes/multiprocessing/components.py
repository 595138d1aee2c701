"""Each component of multiprocessing is given to a child, and does its work across the two processes.

In the control it is the one of the same kind from threading or queue that is given to a child.
"""

import multiprocessing
import os
import pickle
import queue
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PeerError, check_in, main
from _kit.checkin import PATIENCE


def child(address, component):
    """It does with the component what the probe calls for."""

    def wait_for_notice(patience):
        with component:
            return component.wait(patience)

    line = check_in(address, "child")
    line.serve(do=lambda method, *args: getattr(component, method)(*args), wait_for_notice=wait_for_notice)


def given(arm, component):
    multiprocessing.Process(target=child, args=(arm.address, component)).start()
    return arm.expect("child")


def process(arm, kind, patience):
    """What it runs, it runs elsewhere."""
    here, there = multiprocessing.Pipe()
    kind(target=tell_pid, args=(there,)).start()
    return here.poll(patience) and here.recv() != os.getpid()


def tell_pid(pipe):
    pipe.send(os.getpid())


def pipe(arm, kind, patience):
    here, there = kind()
    other = given(arm, there)
    here.send("word")
    heard = other.call("do", "poll", patience) and other.call("do", "recv")
    other.call("do", "send", "answer")
    return heard == "word" and here.poll(patience) and here.recv() == "answer"


def queue_of(arm, kind, patience):
    here = kind()
    other = given(arm, here)
    here.put("word")
    heard = other.call("do", "get", True, patience)
    other.call("do", "put", "answer")
    return heard == "word" and here.get(True, patience) == "answer"


def lock(arm, kind, patience):
    """It is held here, and then not."""
    here = kind()
    other = given(arm, here)
    here.acquire()
    held = not other.call("do", "acquire", False)
    here.release()
    return held and other.call("do", "acquire", True, patience)


def rlock(arm, kind, patience):
    """It is held here twice, and is free when it has been released twice."""
    here = kind()
    other = given(arm, here)
    here.acquire()
    here.acquire()
    here.release()
    held = not other.call("do", "acquire", False)
    here.release()
    return held and other.call("do", "acquire", True, patience)


def semaphore(arm, kind, patience):
    """One of its two is taken here: there is another one, and no third."""
    here = kind(2)
    other = given(arm, here)
    here.acquire()
    return [other.call("do", "acquire", False) for _ in range(2)] == [True, False]


def event(arm, kind, patience):
    here = kind()
    other = given(arm, here)
    before = other.call("do", "is_set")
    here.set()
    return not before and other.call("do", "wait", patience)


def condition(arm, kind, patience):
    """The child waits for a notice, which is given here until it has heard."""
    here = kind()
    other = given(arm, here)
    other.begin("wait_for_notice", patience)
    while True:
        with here:
            here.notify()
        try:
            return other.answer(0.01)
        except TimeoutError:  # it may not have waited yet
            pass


def barrier(arm, kind, patience):
    """Both pass, and each is told another number."""
    here = kind(2)
    other = given(arm, here)
    other.begin("do", "wait", patience)
    ours = here.wait(patience)
    return {ours, other.answer()} == {0, 1}


def try_each(arm, patience, **components):
    for name, (test, kind) in components.items():
        why = "not across the processes"
        try:
            works = test(arm, kind, patience)
        # It cannot be pickled, nothing comes, not both have passed; RuntimeError is a barrier's that was given up.
        except (TypeError, pickle.PicklingError, RuntimeError, PeerError, queue.Empty) as error:
            works, why = False, f"{type(error).__name__}: {error}"
        if not works:
            arm.event(name, "failed", detail=why)
        arm.record(**{name: "works" if works else "does not"})


def components_of_multiprocessing(arm):
    try_each(
        arm,
        PATIENCE,
        process=(process, multiprocessing.Process),
        pipe=(pipe, multiprocessing.Pipe),
        queue=(queue_of, multiprocessing.Queue),
        lock=(lock, multiprocessing.Lock),
        rlock=(rlock, multiprocessing.RLock),
        semaphore=(semaphore, multiprocessing.Semaphore),
        event=(event, multiprocessing.Event),
        condition=(condition, multiprocessing.Condition),
        barrier=(barrier, multiprocessing.Barrier),
    )


def those_for_threads(arm):
    try_each(
        arm,
        0.05,
        process=(process, threading.Thread),
        queue=(queue_of, queue.Queue),
        lock=(lock, threading.Lock),
        rlock=(rlock, threading.RLock),
        semaphore=(semaphore, threading.Semaphore),
        event=(event, threading.Event),
        condition=(condition, threading.Condition),
        barrier=(barrier, threading.Barrier),
    )


if __name__ == "__main__":
    main(components_of_multiprocessing, those_for_threads)
