"""A critical section that the probe can look into: how many processes are inside it at once, and what they do there.

Each process first tries to enter without waiting, and those that are inside are held there until all have tried. So the
number of processes that get in together does not depend on luck.
"""

from _kit.checkin import check_in


class NoLock:
    """An object in the place of a lock that lets every process in."""

    def acquire(self, block=True):
        return True

    def release(self):
        pass

    def __enter__(self):
        return True

    def __exit__(self, *_):
        pass


def enter(address, name, lock, first, then, **actions):
    """Run a process that checks in and, when the probe calls, enters, does ``first`` and later ``then``, and leaves."""

    def try_to_enter():
        inside = lock.acquire(block=False)
        if inside:
            first()
        return inside

    def go_on():
        then()
        lock.release()

    def wait_and_enter():
        with lock:
            first()
            then()

    check_in(address, name).serve(try_to_enter=try_to_enter, go_on=go_on, wait_and_enter=wait_and_enter, **actions)


def count_inside(peers):
    """Have all these processes pass through the section; return how many of them were inside at once."""
    inside = [peer for peer in peers if peer.call("try_to_enter")]
    waiting = [peer for peer in peers if peer not in inside]
    for peer in waiting:
        peer.begin("wait_and_enter")
    for peer in inside:
        peer.call("go_on")
    for peer in waiting:
        peer.answer()
    return len(inside)
