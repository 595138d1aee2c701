"""The line between a process of a timeline and its probe, in this one process."""

import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "probes"))

from _kit.checkin import Channel, Line


@pytest.fixture
def ends():
    """Both ends of a channel."""
    ours, others = (kind(sock) for kind, sock in zip((Channel, Line), socket.socketpair(), strict=True))
    yield ours, others
    ours.close()
    others.close()


def test_what_is_said_arrives_and_silence_and_the_end_are_told_apart(ends):
    ours, others = ends
    others.send({"a": [1, None]})
    assert ours.receive() == {"a": [1, None]}
    with pytest.raises(TimeoutError, match=r"nothing was said for 0\.01 s"):
        ours.receive(patience=0.01)
    others.close()
    with pytest.raises(EOFError):
        ours.receive()


def test_a_patience_longer_than_a_glance_is_kept_to_its_end(ends):
    ours, _ = ends
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        ours.receive(patience=0.6)
    assert time.monotonic() - began >= 0.6


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not sent to threads there")
def test_a_signal_that_does_not_interrupt_the_wait_is_handled_all_the_same(ends):
    """One that hits another thread, as one that comes right before the wait begins, does not end the system's wait."""
    ours, others = ends
    heard = threading.Event()
    main = threading.get_ident()
    waited = []

    def strike_when_it_waits():
        # With this switch interval only a call that waits gives another thread its turn.
        give_up = time.monotonic() + 10
        while sys._current_frames()[main].f_code.co_name != "_readable" and time.monotonic() < give_up:
            time.sleep(0.001)  # a poll's pause, bounded by the deadline above
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
        waited.append(heard.wait(10))
        others.send("enough")

    before = signal.signal(signal.SIGUSR1, lambda *_: heard.set())
    interval = sys.getswitchinterval()
    sys.setswitchinterval(100)
    striker = threading.Thread(target=strike_when_it_waits)
    try:
        striker.start()
        assert ours.receive(patience=None) == "enough"
        striker.join()
    finally:
        sys.setswitchinterval(interval)
        signal.signal(signal.SIGUSR1, before)
    assert waited == [True], "the handler ran only when something was said"


@pytest.mark.skipif(sys.platform == "win32", reason="select() there takes any socket")
def test_a_descriptor_above_1023_is_no_end():
    resource = pytest.importorskip("resource")
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] <= 1200:
        pytest.skip("this process may not have so many descriptors")
    first, second = socket.socketpair()
    high = os.dup2(first.fileno(), 1100)
    first.close()
    ours, others = Channel(socket.socket(fileno=high)), Line(second)
    try:
        others.send("heard")
        assert ours.receive(patience=5) == "heard"
    finally:
        ours.close()
        others.close()
