"""Each component of multiprocessing is passed to a child, and works between the two processes.

The child's calls have no timeout, as in most programs; the parent's have one, with which some take another path. In the
control the child gets the corresponding component of threading or queue, and its calls have a timeout.
"""

import multiprocessing
import os
import pickle
import queue
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, PeerError, check_in, main


def child(address, component):
    """Call the methods of the component that the probe names."""

    def wait_for_notice(*timeout):
        with component:
            return component.wait(*timeout)

    def wait_until_true(*timeout):
        """Wait for a predicate that is true when it is evaluated for the second time."""
        values = iter([False, True])
        with component:
            return component.wait_for(lambda: next(values), *timeout)

    line = check_in(address, "child")
    line.serve(
        do=lambda method, *args: getattr(component, method)(*args),
        wait_for_notice=wait_for_notice,
        wait_until_true=wait_until_true,
    )


def start_child(arm, component):
    multiprocessing.Process(target=child, args=(arm.address, component)).start()
    return arm.expect("child")


# Each test takes the class of a component and returns whether an object of it works between the two processes. The
# timeout of the child's calls is a tuple, which is empty if there is none.


def process(arm, kind, timeout):
    """The target runs in another process."""
    parents_end, childs_end = multiprocessing.Pipe()
    kind(target=send_pid, args=(childs_end,)).start()
    return parents_end.recv() != os.getpid()


def send_pid(pipe):
    pipe.send(os.getpid())


def pipe(arm, kind, timeout):
    parents_end, childs_end = kind()
    peer = start_child(arm, childs_end)
    parents_end.send("question")
    received = peer.call("do", "recv")
    peer.call("do", "send", "answer")
    return received == "question" and parents_end.poll(TIMEOUT) and parents_end.recv() == "answer"


def queue_of(arm, kind, timeout):
    component = kind()
    peer = start_child(arm, component)
    component.put("question")
    received = peer.call("do", "get", *([True, *timeout] if timeout else []))
    peer.call("do", "put", "answer")
    return received == "question" and component.get(True, TIMEOUT) == "answer"


def lock(arm, kind, timeout):
    """The parent holds it, and then releases it."""
    component = kind()
    peer = start_child(arm, component)
    component.acquire()
    held = not peer.call("do", "acquire", False)
    component.release()
    return held and peer.call("do", "acquire", True, TIMEOUT)


def rlock(arm, kind, timeout):
    """The parent acquires it twice, and it is free when the parent has released it twice."""
    component = kind()
    peer = start_child(arm, component)
    component.acquire()
    component.acquire()
    component.release()
    held = not peer.call("do", "acquire", False)
    component.release()
    return held and peer.call("do", "acquire", True, TIMEOUT)


def semaphore(arm, kind, timeout):
    """It has the value 2: the parent acquires it once, so the child can acquire it once, and not twice."""
    component = kind(2)
    peer = start_child(arm, component)
    component.acquire()
    return [peer.call("do", "acquire", False) for _ in range(2)] == [True, False]


def event(arm, kind, timeout):
    component = kind()
    peer = start_child(arm, component)
    before = peer.call("do", "is_set")
    component.set()
    return not before and peer.call("do", "wait", *timeout)


def condition(arm, kind, timeout):
    """The child waits, also for a predicate, and the parent notifies it until it answers."""
    component = kind()
    peer = start_child(arm, component)
    return all(notify(component, peer, action, timeout) for action in ("wait_for_notice", "wait_until_true"))


def notify(component, peer, action, timeout):
    peer.begin(action, *timeout)
    while True:
        with component:
            component.notify()
        try:
            return peer.answer(0.01)
        except TimeoutError:  # the child may not have begun to wait yet
            pass


def barrier(arm, kind, timeout):
    """Both pass, and each gets another number."""
    component = kind(2)
    peer = start_child(arm, component)
    peer.begin("do", "wait", *timeout)
    number = component.wait(*(timeout or (TIMEOUT,)))
    return {number, peer.answer()} == {0, 1}


def try_each(arm, timeout, **components):
    for name, (test, kind) in components.items():
        why = "no effect in the other process"
        try:
            works = test(arm, kind, timeout)
        # It cannot be pickled, or nothing arrives. A barrier that times out raises a RuntimeError.
        except (TypeError, pickle.PicklingError, RuntimeError, PeerError, queue.Empty) as error:
            works, why = False, f"{type(error).__name__}: {error}"
        if not works:
            arm.event(name, "failed", detail=why)
        arm.record(**{name: "works" if works else "does not"})


def components_of_multiprocessing(arm):
    try_each(
        arm,
        (),
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
        (0.05,),
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
