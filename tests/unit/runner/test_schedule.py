"""The sandboxes of a scheduler: opened when they are needed, never more than the jobs."""

import threading

import pytest

from procsem.containment import ContainmentError
from procsem.runner import Scheduler


class FakeSandbox:
    def __init__(self):
        self.cancelled = self.closed = False

    def cancel(self):
        self.cancelled = True

    def close(self):
        self.closed = True


@pytest.fixture
def opened():
    return []


@pytest.fixture
def scheduler(opened):
    def opener():
        opened.append(FakeSandbox())
        return opened[-1]

    with Scheduler(3, None, opener) as scheduler:
        yield scheduler
    assert all(sandbox.closed for sandbox in opened)


def use_together(scheduler, number):
    """Use that many sandboxes at the same time, and return them."""
    barrier = threading.Barrier(number)
    used = []

    def use(sandbox):
        used.append(sandbox)
        barrier.wait(60)

    threads = [threading.Thread(target=scheduler.with_sandbox, args=(use,)) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return used


def test_the_first_sandbox_is_opened_at_once_and_is_used_again(scheduler, opened):
    assert len(opened) == 1
    for _ in range(3):
        assert scheduler.with_sandbox(lambda sandbox: sandbox) is opened[0]
    assert len(opened) == 1


def test_each_thread_has_a_sandbox_of_its_own(scheduler, opened):
    assert len(set(use_together(scheduler, 2))) == 2
    assert len(opened) == 2
    assert set(use_together(scheduler, 3)) == set(opened)
    assert len(opened) == 3


def test_one_more_thread_than_jobs_waits_for_a_sandbox(scheduler, opened):
    inside, leave = threading.Semaphore(0), threading.Event()

    def use(sandbox):
        inside.release()
        leave.wait(60)

    threads = [threading.Thread(target=scheduler.with_sandbox, args=(use,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        assert inside.acquire(timeout=60)
    leave.set()
    assert inside.acquire(timeout=60)
    for thread in threads:
        thread.join()
    assert len(opened) == 3


def test_a_sandbox_that_is_opened_after_the_cancellation_is_cancelled(scheduler, opened):
    scheduler.cancel()
    use_together(scheduler, 2)
    assert [sandbox.cancelled for sandbox in opened] == [True, True]


def test_a_sandbox_that_fails_is_replaced(scheduler, opened):
    def fail(sandbox):
        raise ContainmentError("lost")

    with pytest.raises(ContainmentError):
        scheduler.with_sandbox(fail)
    assert opened[0].closed
    assert scheduler.with_sandbox(lambda sandbox: sandbox) is opened[1]
