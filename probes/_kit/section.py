"""A critical section that a probe looks into: how many are inside it at once, and what they do there.

Each process that would come in first tries without waiting, while those who are inside are held there until all have
tried. So how many get in together is certain, and no matter of luck.
"""

from _kit.checkin import check_in


class Unlocked:
    """In the place of a lock: it lets everybody in."""

    def acquire(self, block=True):
        return True

    def release(self):
        pass

    def __enter__(self):
        return True

    def __exit__(self, *_):
        pass


def visit(address, name, lock, first, then, **actions):
    """A process's part: check in, and when called enter, do ``first`` inside and later ``then``, and leave it."""

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


def visits(peers):
    """The probe's part: have them all come through the section; returns how many of them were inside at once."""
    inside = [peer for peer in peers if peer.call("try_to_enter")]
    waiting = [peer for peer in peers if peer not in inside]
    for peer in waiting:
        peer.begin("wait_and_enter")
    for peer in inside:
        peer.call("go_on")
    for peer in waiting:
        peer.answer()
    return len(inside)
